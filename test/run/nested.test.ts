import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Case, readFixtures } from '../harness/cases.ts';
import { checkCase, referTo } from '../harness/compare.ts';
import type { Report, Way } from '../harness/run.ts';

const LONG = { timeout: 150_000 };

function find(cases: Case[], name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
}

async function check(subject: Case, way: Omit<Way, 'nested'>): Promise<Report> {
  return checkCase(subject, referTo(subject), { ...way, nested: true });
}

async function checkProgram(text: string, way: Omit<Way, 'nested'> = { calls: 'auto', direct: true }): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  try {
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(dir, 'main.ts'), text);
    return await check({ name: 'program', dir, entry: 'main.ts', stdin: '', expectation: {} }, way);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function count({ functions }: Report, id: string): [crossed: number, here: number] {
  const found = functions.find((fn) => fn.id === id);
  return [found?.crossed ?? 0, found?.here ?? 0];
}

it.each([
  { calls: 'auto', direct: true },
  { calls: 'blocking', direct: true },
  { calls: 'auto', overHttp: true, direct: true },
] as const)('what a nested call prints, changes and throws reaches the caller of its caller: %o', LONG, async (way) => {
  const report = await check(find(readFixtures(), 'c6-nested-calls'), way);
  expect(count(report, 'main#note')).toEqual([6, 0]);
  expect(count(report, 'main#take')).toEqual([3, 0]);
  expect(count(report, 'main#applyAll'), 'a function that a unit has made runs there').toEqual([0, 1]);
});

it('every call of a recursion leaves its unit, and is counted', LONG, async () => {
  const report = await checkProgram(`
function fib(n: number): number { return n <= 2 ? 1 : fib(n - 1) + fib(n - 2); }
console.log(fib(8));
`);
  expect(count(report, 'main#fib')).toEqual([41, 0]);
});

it('a stack has the lines of all units that a call went through', LONG, async () => {
  const report = await checkProgram(`
function inner(n: number): number {
  if (n > 1) throw new Error('deep');
  return n + 1;
}
function outer(n: number): string {
  try { return String(inner(n)); } catch (error) { return (error as Error).stack ?? ''; }
}
function show(stack: string): void {
  console.log(...stack.split('\\n').slice(0, 4).map((line) => line.replace(/^.*at (\\w+) .*[\\\\/](\\w+[.]ts:\\d+):.*$/, '$1 $2')));
}
show(outer(1));
show(outer(2));
`);
  expect([count(report, 'main#outer'), count(report, 'main#inner')]).toEqual([
    [2, 0],
    [2, 0],
  ]);
});

it('a recursion that would need too many instances goes on inside the last one', LONG, async () => {
  const report = await checkProgram(`
/** @faas timeout=120s */
function isEven(n: number): boolean { const less = n - 1; return n === 0 ? true : isOdd(less); }
/** @faas timeout=120s */
function isOdd(n: number): boolean { const less = n - 1; return n === 0 ? false : isEven(less); }
console.log(isEven(34));
`);
  expect(report.totals.crossed).toBe(32);
  expect(JSON.stringify(report.functions)).toContain('too many instances are in use for --nested remote');
});

it('a nested call without an answer is an error with its code, and what it had begun ends', LONG, async () => {
  const program = `
/** @faas timeout=1s memory=100 */
function impatient(n: number): number { const r = patient(n); return r + 1; }
/** @faas timeout=60s memory=101 */
function patient(n: number): number { const r = spin(n); return r + 1; }
/** @faas timeout=60s memory=102 */
function spin(n: number): number { let x = n; while (x > 0) x = ((x * 7 + 1) % 1000003) + 1; return x; }
/** @faas timeout=1s memory=103 */
function late(n: number): number { let x = n; while (x > 0) x = ((x * 7 + 1) % 1000003) + 1; return x; }
/** @faas timeout=60s memory=104 */
function caught(n: number): string { try { return String(late(n)); } catch (error) { return (error as { code: string }).code; } }
/** @faas timeout=60s memory=104 */
function passed(n: number): number { const r = late(n); return r + 1; }
const isPlain = process.env.FAASIFY_REPORT === undefined;
const fail = (f: (n: number) => number) => {
  try { return f(1); } catch (error) { const { name, code, fn } = error as Record<string, unknown> & Error; return [name, code, fn].join(' '); }
};
console.log(isPlain ? 'timeout' : caught(1));
console.log(isPlain ? 'FaasifyError timeout main#late' : fail(passed));
console.log(isPlain ? 'FaasifyError timeout main#impatient' : fail(impatient));
await new Promise((resolve) => setTimeout(resolve, 200));
const before = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 1000));
console.log('still at work:', process.cpuUsage(before).user > 300_000);
`;
  await checkProgram(program);
});

it('a signal goes from unit to unit, and the time of a caller is that of all it calls', LONG, async () => {
  const program = `
import { setTimeout as pause } from 'node:timers/promises';
/** @faas memory=101 */
async function outer(signal: AbortSignal, n: number): Promise<string> {
  const first = inner(signal, n).catch((error) => error);
  const result = await first;
  return \`\${result === signal.reason} \${signal.aborted} \${result}\`;
}
/** @faas memory=102 */
async function inner(signal: AbortSignal, n: number): Promise<number> {
  for (let i = 0; i < n; i++) { signal.throwIfAborted(); await pause(4); }
  return n;
}
/** @faas timeout=1s memory=103 */
async function hasty(n: number): Promise<number> { const r = await idle(n); return r + 1; }
/** @faas timeout=60s memory=104 */
async function idle(n: number): Promise<number> { await pause(n); return n; }
const isPlain = process.env.FAASIFY_REPORT === undefined;
console.log(await outer(AbortSignal.timeout(400), 1_000_000));
console.log(await outer(AbortSignal.abort('before'), 3));
console.log(await outer(new AbortController().signal, 3));
const late = isPlain ? { code: 'timeout', fn: 'main#hasty', mayHaveRun: true } : await hasty(20_000).catch((error) => error);
console.log(late.code, late.fn, late.mayHaveRun);
`;
  for (const overHttp of [false, true]) {
    const report = await checkProgram(program, { calls: 'auto', overHttp, direct: true });
    expect(count(report, 'main#outer')).toEqual([3, 0]);
    expect(count(report, 'main#inner')).toEqual([3, 0]);
    expect(count(report, 'main#hasty')).toEqual([1, 0]);
  }
});

it('a process that ends in a nested call ends where the program is', LONG, async () => {
  const cases = readFixtures();
  const report = await check(find(cases, 'e6-exit-inside'), { calls: 'auto', direct: true });
  expect(count(report, 'main#check')).toEqual([2, 0]);
  await check(find(cases, 'e6-directory'), { calls: 'blocking', direct: true });
});
