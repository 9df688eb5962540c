import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Expectation } from '../harness/cases.ts';
import { checkCase, referTo } from '../harness/compare.ts';
import type { Report, Way } from '../harness/run.ts';

const LONG = { timeout: 150_000 };

async function check(text: string, way: Way, expectation: Expectation = {}): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  try {
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(dir, 'main.ts'), text);
    const subject = { name: 'program', dir, entry: 'main.ts', stdin: '', expectation };
    return await checkCase(subject, referTo(subject), way);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

it('where nobody can tell a function that runs, signals that may be aborted stay, and others go', LONG, async () => {
  const program = `
async function wait(signal: AbortSignal, ms: number): Promise<string> {
  for (let i = 0; i < ms && !signal.aborted; i++) await new Promise((resolve) => setTimeout(resolve, 4));
  return String(signal.reason);
}
function state({ aborted, reason }: AbortSignal): string {
  return [aborted, String(reason)].join(' ');
}
console.log(await wait(AbortSignal.timeout(60), 5000), await wait(AbortSignal.abort('before'), 5000));
console.log(state(new AbortController().signal), state(AbortSignal.abort('before')));
`;
  const reason = 'an AbortSignal that may be aborted: the provider has no way to tell a function that runs';
  const report = await check(
    program,
    { calls: 'auto', overHttp: true },
    { faults: ['none'], here: { 'main#wait': [`args[0]: ${reason}`] } },
  );
  expect(report.totals.crossed).toBe(3);
});

it('an error that says so comes of a reason that cannot cross', LONG, async () => {
  const program = `
class Odd { x = 1; }
async function wait(signal: AbortSignal): Promise<string> {
  while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 4));
  return String(signal.reason);
}
const isPlain = process.env.FAASIFY_REPORT === undefined;
const tell = (mayHaveRun: boolean) => ({ code, fn, mayHaveRun: may }: Record<string, unknown>) => [code, fn, may === mayHaveRun].join(' ');
const [at, later] = [new AbortController(), new AbortController()];
const first = wait(at.signal).catch(tell(false));
at.abort(new Odd());
const second = wait(later.signal).catch(tell(true));
setTimeout(() => later.abort(new Odd()), 100);
const expected = 'cannot-cross main#wait true';
console.log(isPlain ? expected : await first, isPlain ? expected : await second);
process.exit(0);
`;
  const report = await check(program, { calls: 'auto', direct: true });
  expect(report.functions.find(({ id }) => id === 'main#wait')?.crossed).toBe(2);
});
