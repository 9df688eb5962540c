import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProgram, rewriteProgram, type Setbacks } from '../../src/commands/phases.ts';
import { readOptions } from '../../src/options.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-test-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** The main file without its bodies, and what stays for which reason. */
async function drop(main: string, calls: string): Promise<{ text: string; kept: string[] }> {
  const options = { strict: true, noUnusedLocals: true, module: 'nodenext', target: 'es2022', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'table.ts'), 'export const table = [1, 2];\nexport interface Row { n: number }\n');
  writeFileSync(join(folder, 'main.ts'), main);
  const { settings, ...rest } = await readOptions(folder, { bodies: 'drop', calls }, folder);
  const program = readProgram({ path: '.', cwd: folder, ...rest }, settings);
  const setbacks: Setbacks = { demoted: new Map(), pinned: new Set() };
  const { output, plan, problems } = await rewriteProgram(program, { settings, providers: [] }, setbacks);
  expect([problems, [...setbacks.demoted]]).toEqual([[], []]);
  const text = output.app.find((file) => file.path === 'app/main.ts')?.text ?? main;
  const kept = plan.functions.flatMap(({ id, reasons, verdict }) =>
    verdict === 'keep' ? `${id.split('#')[1]}: ${reasons.map(({ code }) => code).join()}` : [],
  );
  return { text, kept };
}

const MAIN = `import { table, type Row } from './table.js';

/** Stays as a comment. */
export function sum(values: number[]) {
  return values.map((n) => n + table.length).reduce((a, b) => a + b, 0);
}
const rows = ({ from, to }: { from: number; to: number }) => {
  const found: Row[] = [];
  for (let n = from; n < to; n++) found.push({ n: sum([n]) });
  return found;
};
const isBig = (x: string | number) => typeof x === 'number';
class Counter {
  n = 0;
  add(by: number, ...more: number[]) { this.n += by + more.length; return this; }
  reset(): void { this.n = -this.n; }
  async later(): Promise<number> { await null; return this.n; }
}
function local(n: number) {
  interface Own { n: number }
  const own: Own = { n };
  return own;
}
const counter = new Counter();
console.log(sum([1]), rows({ from: 1, to: 2 }), isBig(1), counter.add(1).n, await counter.later(), local(1).n);
counter.reset();
`;

test('moved functions are left with their stubs and their types', async () => {
  const { text, kept } = await drop(MAIN, 'blocking');
  expect(kept).toEqual(['local: type-unwritten']);
  expect(text.slice(0, text.indexOf('function local'))).toBe(`import { cut, cutPromise, share } from 'faasify/runtime';
import { table, type Row } from './table.js'; import './table.js';
share({ 'main#Counter': [() => Counter] });

/** Stays as a comment. */
export function sum(values: number[]): number { return cut('main#sum', arguments)!.ret; }
const rows = ($1: { from: number; to: number }): Row[] => { return cut('main#rows', [$1])!.ret; };
const isBig = (x: string | number): x is number => { return cut('main#isBig', [x])!.ret; };
class Counter {
  n = 0;
  add(by: number, ...more: number[]): this { return cut('main#Counter.add', arguments, this)!.ret; }
  reset(): void { cut('main#Counter.reset', arguments, this)!; }
  async later(): Promise<number> { return cutPromise('main#Counter.later', arguments, this)!; }
}
`);
});

test('what becomes async says so, and nothing is awaited in what is gone', async () => {
  const { text } = await drop(MAIN, 'auto');
  expect(text).toContain(
    "async function sum(values: number[]): Promise<number> { return cutPromise('main#sum', arguments)!; }",
  );
  expect(text).toContain("Promise<Row[]> => { return cutPromise('main#rows', [$1])!; };");
  expect(text).toContain('console.log(await sum([1]), await rows({ from: 1, to: 2 })');
});

test('functions that are marked as values are gone with the body they are in', async () => {
  const each = 'function each(step: (n: number) => number): number { return step(1) + step(2); }';
  const inside = 'function inside(k: number): number { let n = 0; return each((x) => x * k + n++); }';
  const { text } = await drop(
    `${each}\n${inside}\nfor (const k of [1]) console.log(inside(k), each((x) => x + k));\n`,
    'blocking',
  );
  expect(text).toContain("function inside(k: number): number { return cut('main#inside', arguments)!.ret; }");
  expect(text).toContain("each(site('main#$2', (x) => x + k, () => ({ k })))");
});

test('a generator is left with what hands on its steps', async () => {
  const main = `function* walk(n: number) { while (n > 0) yield n--; }
async function* later(text: string): AsyncGenerator<string, number> { yield await Promise.resolve(text); return 1; }
for (const n of walk(2)) console.log(n);
for await (const text of later('x')) console.log(text);
`;
  const { text, kept } = await drop(main, 'auto');
  expect(kept).toEqual([]);
  expect(text.slice(0, text.indexOf('for ('))).toBe(`import { cutAsyncGenerator, cutGenerator } from 'faasify/runtime';
function* walk(n: number): Generator<number, void, unknown> { yield* cutGenerator('main#walk', arguments)!; }
async function* later(text: string): AsyncGenerator<string, number> { return yield* cutAsyncGenerator('main#later', arguments)!; }
`);
});
