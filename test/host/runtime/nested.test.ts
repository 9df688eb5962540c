import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findRuntimeClient } from '../../../src/host/runtime/client-choice.ts';
import { ROOT } from '../../harness/cases.ts';
import { checkCase, referTo } from '../../harness/compare.ts';

/** The functions that call others do so without a thread: all they call is waited for and changes nothing. */
const AWAITED = `
export class Odd extends Error { constructor(readonly n: number) { super('odd ' + n); this.name = 'Odd'; } }
export async function half(n: number): Promise<number> {
  if (n % 2) throw new Odd(n);
  await new Promise((done) => setTimeout(done, 20));
  return n / 2;
}
export async function two(a: number, b: number): Promise<number> {
  const [x, y] = await Promise.all([half(a), half(b)]);
  return x * 100 + y;
}
export async function describe(a: number, b: number): Promise<string> {
  let text = '';
  try {
    text += await half(a);
    text += await half(b);
  } catch (error) {
    text += error instanceof Odd ? ' not ' + error.n : 'what?';
  }
  return text;
}
export async function busy(n: number): Promise<number> {
  const found = half(n);
  let sum = 0;
  for (let i = 0; i < 2e8; i++) sum += i % 3;
  return sum > 0 ? found : n;
}
console.log(await two(2, 4), await describe(8, 3), await busy(12));
try {
  console.log(await two(6, 1));
} catch (error) {
  console.log(String(error));
}
`;

/** Here they need one: what they call changes what they have. */
const CHANGING = `
export function add(list: number[], n: number): number { const size = list.push(n); console.log('added', n); return size; }
export function addAll(list: number[], more: number[]): number { let size = 0; for (const n of more) size = add(list, n); return size; }
export async function join(list: number[], n: number): Promise<string> { await null; list.push(n); return list.join(); }
export async function joinBoth(list: number[]): Promise<string> { const first = join(list, 8); const text = await first; return text + ' ' + add(list, 9); }
const list = [0];
console.log(addAll(list, [1, 2]), list, await joinBoth(list), list);
`;

it.each([
  ['awaited', AWAITED, 'main#half', 2 + 2 + 1 + 2],
  ['changing', CHANGING, 'main#add', 3],
])('units reach others from their processes: %s', { timeout: 150_000 }, async (_what, text, id, count) => {
  const dir = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  try {
    writeFileSync(join(dir, 'package.json'), '{ "type": "module", "name": "nested" }');
    writeFileSync(join(dir, 'main.ts'), text);
    const subject = { name: 'program', dir, entry: 'main.ts', stdin: '', expectation: {} };
    const client = findRuntimeClient('own', [], ROOT, process.env);
    const { functions } = await checkCase(subject, referTo(subject), { calls: 'auto', nested: true, client });
    expect(functions.find((fn) => fn.id === id)).toMatchObject({ crossed: count, here: 0 });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
