import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallCounts, countHere, createCounts } from '../../templates/runtime/counts.ts';
import { createSample } from '../../templates/runtime/sample.ts';
import { createProgram, type Program } from '../host/program.ts';

let program: Program;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-counts-'));
  const source = `export const handler = handle({ 'm#f': { run: (x) => x } }, rich);`;
  program = await createProgram({ units: { unit: { source, cuts: [{ fn: 'm#f', repeatable: true }] } } });
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

async function report(name: string, script: string, env: Record<string, string> = {}): Promise<CallCounts[]> {
  const file = join(folder, name);
  await program.run(script, { FAASIFY_REPORT: file, ...env });
  return readdirSync(`${file}.d`).map((entry) => JSON.parse(readFileSync(join(`${file}.d`, entry), 'utf8')));
}

describe('the report of a process', () => {
  it('counts calls, and reasons of those that stayed', async () => {
    const script = `cut('m#f', [1]); cut('m#f', [[() => 1]]); cut('m#f', [[() => 1]]); cut('m#other', []);`;
    const reason = 'a function that the other side does not have';
    expect(await report('reasons', script)).toEqual([
      {
        'm#f': { crossed: 1, here: 2, reasons: [{ reason, path: 'args[0][0]', count: 2 }] },
        'm#other': { crossed: 0, here: 1, reasons: [{ reason: 'not in the plan', count: 1 }] },
      },
    ]);
  });

  it('survives a process that is killed', async () => {
    const script = `for (;;) { cut('m#f', [1]); if (require('fs').existsSync(process.env.FAASIFY_REPORT + '.d')) process.kill(process.pid, 'SIGKILL'); }`;
    const [counts] = await report('killed', script);
    expect(counts?.['m#f']?.crossed).toBeGreaterThan(0);
  });

  it('is a file for each thread', async () => {
    const script = `
      const { Worker, isMainThread } = require('worker_threads');
      cut('m#f', [1]);
      if (isMainThread) await new Promise((done) => new Worker(__filename).on('exit', done));`;
    const counts = await report('threads', script);
    expect(counts.map((each) => each['m#f']?.crossed)).toEqual([1, 1]);
  });
});

describe('FAASIFY_LIMIT', () => {
  it('lets the first calls cross, then a few', async () => {
    const [counts] = await report('limit', `for (let i = 0; i < 1000; i++) cut('m#f', [i]);`, { FAASIFY_LIMIT: '5' });
    const { crossed = 0, here = 0 } = counts?.['m#f'] ?? {};
    expect(crossed + here).toBe(1000);
    expect(crossed).toBeGreaterThanOrEqual(5);
    expect(crossed).toBeLessThan(100);
  });

  it('chooses the same calls for the same seed', () => {
    const choose = (seed: string, id: string) => {
      const sample = createSample(3, seed, id);
      return Array.from({ length: 500 }, () => sample());
    };
    expect(choose('a', 'm#f')).toEqual(choose('a', 'm#f'));
    expect(choose('a', 'm#f')).not.toEqual(choose('b', 'm#f'));
    expect(choose('a', 'm#f')).not.toEqual(choose('a', 'm#g'));
    expect(choose('a', 'm#f').slice(0, 3)).toEqual([true, true, true]);
  });
});

describe('reasons', () => {
  it('are lumped together when there are too many', () => {
    const count = createCounts(undefined).of('m#f');
    for (let i = 0; i < 100; i++) countHere(count, 'r', `args[${i}]`);
    expect(count.reasons).toHaveLength(21);
    expect(count.reasons.at(-1)).toEqual({ reason: 'other reasons', count: 80 });
  });
});
