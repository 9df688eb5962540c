import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../harness/fault-proxy.ts';
import { createProgram, type Program, writeManifest } from './program.ts';

/** Both functions note each run in a file; one is taken to have no effects. */
const UNIT = `
function note(file, value) { process.getBuiltinModule('fs').appendFileSync(file, value + ' '); return value; }
function loop() { for (;;); }
let started = 0;
function exitOnce(file) { const fs = process.getBuiltinModule('fs'); if (fs.existsSync(file)) return 'again'; fs.writeFileSync(file, ''); process.exit(1); }
export const handler = handle({
  'm#effect': { run: note }, 'm#pure': { run: note }, 'm#loop': { run: loop }, 'm#exitOnce': { run: exitOnce },
}, rich);
`;

let program: Program;
let serving: Serving;
let proxy: FaultProxy;
let file: string;

beforeAll(async () => {
  const cuts = [{ fn: 'm#effect' }, { fn: 'm#pure', repeatable: true }, { fn: 'm#loop' }];
  const settings = { memory: 64, timeout: 2 };
  program = await createProgram({
    target: 'lambda',
    units: { notes: { source: UNIT, cuts: [...cuts, { fn: 'm#exitOnce', repeatable: true }], settings } },
  });
  writeManifest(program.folder, [{ name: 'notes', functions: ['m#effect'], bundle: 'notes.mjs', settings }]);
  const host = join(program.folder, 'host.cjs');
  serving = await serveFolder({ out: program.folder, cwd: program.folder, port: 0 }, host);
  proxy = await startFaultProxy(serving.url);
});
afterAll(async () => {
  await proxy.close();
  await serving.close();
  program.remove();
});
beforeEach(() => {
  file = join(program.folder, 'notes.txt');
  rmSync(file, { force: true });
  proxy.count = 0;
  proxy.faults = [];
});

/** What came of calls with 1, 2 …, one after the other: a value, or code and whether it may have run. */
async function attempt(fn: string, way: 'cut' | 'cutPromise', times = 1, url = proxy.url): Promise<unknown[]> {
  const { stdout, stderr, code } = await program.run(
    `const all = [];
    const describe = ({ name, code, mayHaveRun }) => { if (name !== 'FaasifyError') throw name; return [code, mayHaveRun]; };
    for (let i = 1; i <= ${times}; i++) {
      try { all.push(${way === 'cut' ? `cut('m#${fn}', [${JSON.stringify(file)}, i]).ret` : `await cutPromise('m#${fn}', [${JSON.stringify(file)}, i])`}); }
      catch (error) { all.push(describe(error)); }
    }
    console.log(JSON.stringify(all));`,
    { FAASIFY_ENDPOINT: url },
  );
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as unknown[];
}

function listRuns(): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

describe.each(['cut', 'cutPromise'] as const)('a call (%s)', (way) => {
  it.each<[Fault[], unknown, number]>([
    [['none'], 1, 1],
    [['slow'], 1, 1],
    [[429, 429], 1, 1],
    [[429, 429, 429, 429], ['throttled', false], 0],
    [['cut'], ['unreachable', true], 1],
    [['half'], ['unreachable', true], 1],
    [['refuse'], ['unreachable', true], 0],
    [['garbage'], ['bad-reply', true], 1],
    [[503], ['service', true], 1],
  ])('with effects, when %j happens, gives %j', async (faults, expected, runs) => {
    proxy.faults = [...faults];
    expect(await attempt('effect', way)).toEqual([expected]);
    expect(listRuns()).toBe(Array(runs).fill('1').join(' '));
    expect(proxy.faults).toEqual([]);
  });

  it.each<[Fault[], unknown, number]>([
    [['cut'], 1, 2],
    [['half', 'cut', 503], 1, 4],
    [['refuse', 429, 'refuse'], 1, 1],
    [[503, 503, 503, 503], ['service', true], 4],
  ])('without effects, when %j happens, gives %j', async (faults, expected, runs) => {
    proxy.faults = [...faults];
    expect(await attempt('pure', way)).toEqual([expected]);
    expect(listRuns()).toBe(Array(runs).fill('1').join(' '));
  });

  it('that is answered twice is one call, and the next one gets its own answer', async () => {
    proxy.faults = ['twice', 'twice', 'none', 'twice'];
    expect(await attempt('effect', way, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(listRuns()).toBe('1 2 3 4 5 6');
  });

  it('to nobody certainly has not run', async () => {
    const gone = await startFaultProxy(serving.url);
    await gone.close();
    expect(await attempt('effect', way, 1, gone.url)).toEqual([['unreachable', false]]);
  });

  it('whose function never ends is ended there', async () => {
    expect(await attempt('loop', way)).toEqual([['timeout', true]]);
  });

  it('whose instance ends is made again if that cannot be seen', async () => {
    expect(await attempt('exitOnce', way)).toEqual(['again']);
    rmSync(file, { force: true });
  });
});

describe('with --fallback local', () => {
  let falling: Program;
  beforeAll(async () => {
    const cuts = [{ fn: 'm#effect' }, { fn: 'm#pure', repeatable: true }];
    const settings = { memory: 64, timeout: 2 };
    falling = await createProgram({
      target: 'lambda',
      fallback: 'local',
      units: { notes: { source: UNIT, cuts, settings } },
    });
  });
  afterAll(() => falling.remove());

  /** Listens where nobody was, until it is asked how many have come. */
  const LISTEN = `const listen = (url) => new Promise((listening) => {
        let count = 0;
        const server = require('node:net').createServer((socket) => { count += 1; socket.destroy(); });
        const stop = () => new Promise((done) => setTimeout(() => { server.close(); done(count); }, 100));
        server.listen(Number(new URL(url).port), '127.0.0.1', () => listening(stop));
      });`;

  /** The outcome of a call in each way, `here` for one that runs in the app; with GONE, who is tried in vain is there from the second call on. */
  async function fall(env: Record<string, string>): Promise<unknown> {
    const args = `[${JSON.stringify(file)}, 1]`;
    const { stdout, stderr } = await falling.run(
      `${LISTEN}
      const describe = ({ code, mayHaveRun }) => [code, mayHaveRun];
      const attempt = async (run) => { try { return await run(); } catch (error) { return describe(error); } };
      const sleeping = await attempt(() => cut('m#effect', ${args})?.ret ?? 'here');
      const arrived = process.env.GONE ? await listen(process.env.GONE) : () => 0;
      const again = await attempt(() => cut('m#effect', ${args})?.ret ?? 'here');
      const tried = await arrived();
      const waiting = await attempt(async () => { const call = cutAsync('m#pure', ${args}); return call && (await call) ? call.ret : 'here'; });
      const promising = await attempt(() => cutPromise('m#effect', ${args}) ?? 'here');
      console.log(JSON.stringify({ sleeping, again, tried, waiting, promising }));`,
      env,
    );
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('calls that certainly did not run run here, and for a while nothing is tried', async () => {
    const gone = await startFaultProxy(serving.url);
    await gone.close();
    const here = { sleeping: 'here', again: 'here', tried: 0, waiting: 'here', promising: 'here' };
    expect(await fall({ FAASIFY_ENDPOINT: gone.url, GONE: gone.url })).toEqual(here);
    expect(await fall({})).toEqual(here);
  });

  it('calls that may have run do not', async () => {
    proxy.faults = ['cut', 'none', 'none', 503];
    expect(await fall({ FAASIFY_ENDPOINT: proxy.url })).toMatchObject({
      sleeping: ['unreachable', true],
      again: 1,
      waiting: 1,
      promising: ['service', true],
    });
    expect(listRuns()).toBe('1 1 1 1');
  });
});
