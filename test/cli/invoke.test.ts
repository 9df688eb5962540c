import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { type Ended, faasify } from './command.ts';

const LIB = `
export class Money { #cents: number; constructor(cents: number, readonly currency = 'EUR') { this.#cents = cents; } text() { return this.#cents + this.currency; } }
export class Broke extends Error { constructor(readonly missing: number) { super('missing ' + missing); this.name = 'Broke'; } }
export interface Order { item: string; amount: number; notes?: string[] }
export function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
export function greet(name: string, times = 1, loud?: boolean): string { console.log('to %s', name); console.error('oops'); return ('hi ' + name + (loud ? '!' : '')).repeat(times); }
export function pay(amount: number, currency: 'EUR' | 'USD'): Money { if (amount > 100) throw new Broke(amount - 100); return new Money(amount * 100, currency); }
export function day(date: Date): Map<string, Date> { return new Map([['next', new Date(date.getTime() + 86_400_000)]]); }
export function total(order: Order, ...more: number[]) { order.amount += 1; return { sum: more.reduce((a, b) => a + b, order.amount), order }; }
export function need(money: Money): string { return money.text(); }
let seen = 0;
export function count(by: number): number { seen += by; return seen; }
export function* steps(n: number) { for (let i = 0; i < n; i++) yield i; }
`;
const MAIN = `
import * as lib from './lib.js';
lib.fib(3); lib.greet('a'); lib.pay(1, 'EUR'); lib.day(new Date(0)); lib.total({ item: 'x', amount: 1 }); lib.need(new lib.Money(1)); lib.count(1); [...lib.steps(2)];
`;
const FILES = {
  'package.json': '{ "type": "module", "name": "hand" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'lib.ts': LIB,
  'main.ts': MAIN,
  'order.json': '{ "order": { "item": "tea", "amount": 2 }, "more": [3, 4] }',
  'list.json': '[{ "item": "tea", "amount": 2, "notes": ["a"] }]',
  'wrong.json': '{ "ordre": {} }',
};

describe('a function is called by hand', () => {
  let folder: string;
  let serving: Serving;

  beforeAll(async () => {
    folder = write(FILES);
    const out = join(folder, 'faas');
    await build({ src: folder, cwd: folder, flags: { target: 'lambda', out } });
    serving = await serve({ out, cwd: folder, port: 0 });
  });
  afterAll(async () => {
    await serving.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(files: Record<string, string>): string {
    const made = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-invoke-')));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
    return made;
  }

  const invoke = (...args: string[]): Promise<Ended> => {
    vi.stubEnv('FAASIFY_ENDPOINT', serving.url);
    return faasify(folder, 'invoke', ...args);
  };

  test.each([
    [['fib', '20'], '6765\n'],
    [['lib#greet', 'Ann', '2', 'true'], 'to Ann\nhi Ann!hi Ann!\n'],
    [['greet', 'true'], 'to true\nhi true\n'],
    [['pay', '5', 'USD'], "Money { currency: 'USD', '#1': 500 }\n"],
    [['day', '2026-11-26'], "Map(1) { 'next' => 2026-11-27T00:00:00.000Z }\n"],
    [['total', '{"item":"a","amount":2}', '3', '4'], "{ sum: 10, order: { item: 'a', amount: 3 } }\n"],
    [['total', '--payload', 'order.json'], "{ sum: 10, order: { item: 'tea', amount: 3 } }\n"],
    [['total', '--payload', 'list.json'], "{ sum: 3, order: { item: 'tea', amount: 3, notes: [ 'a' ] } }\n"],
    [['fib', '--', '-3'], '-3\n'],
  ])('%j', async (args, stdout) => {
    expect(await invoke(...args)).toMatchObject({ code: 0, stdout });
  });

  test.each([
    [['fib', 'twenty'], 'n has to be a number'],
    [['fib'], 'n is missing'],
    [['fib', '1', '2'], 'it takes 1 argument, not 2'],
    [['pay', '5', 'GBP'], 'currency has to be one of EUR, USD'],
    [['total', '{"item":"a","amount":2,"x":1}'], 'order.x is not declared'],
    [['total', '{"item":"a"}'], 'order.amount is missing'],
    [['total', '--payload', 'wrong.json'], 'it has no parameter ordre'],
    [['total', '--payload', 'order.json', '{}'], 'Arguments come either with --payload or on the command line'],
    [['total', '--payload', 'nowhere.json'], 'cannot be read'],
    [['need', '5'], 'money cannot be given as text (Money is a class)'],
    [['steps', '5'], 'cannot be called by itself'],
    [['text'], 'Money.text cannot be called by itself'],
    [['fob', '1'], 'There is no function fob'],
  ])('%j: nothing is sent, and it says why', async (args, problem) => {
    const { code, stderr } = await invoke(...args);
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
  });

  test('what it throws is shown with its class and its own lines; what it prints goes where it would', async () => {
    const { code, stdout, stderr } = await invoke('pay', '500', 'EUR');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Broke: missing 400\n {4}at pay \(.*lib\.ts:7:\d+\) \{\n {2}missing: 400\n\}\n/);
    expect((await invoke('greet', 'Ann')).stderr).toMatch(/^oops\n/);
  });

  test('what it took is told, and what an app would have brought', async () => {
    const { stdout, stderr } = await invoke('count', '5');
    expect(stdout).toBe('5\n');
    expect(stderr).toMatch(
      /^without its app lib#seen is what the unit has\n(hand-)?lib-count, .*: \d+ ms from here, .* ms there, billed \d+ ms, .*512 MB, at AWS \$0\.0{5,}\d+\n$/,
    );
    const { usage, cost, result, fn } = JSON.parse((await invoke('fib', '5', '--json')).stdout);
    expect([fn, result, usage.memory]).toEqual(['lib#fib', '5', 512]);
    expect(cost).toBeCloseTo(0.2e-6 + (usage.billed / 1000) * 0.5 * 0.0000166667, 12);
  });

  test('a function of another build refuses', async () => {
    const out = join(folder, 'other');
    writeFileSync(join(folder, 'lib.ts'), LIB.replace('fib(n: number)', 'fib(n: number, far?: string)'));
    await build({ src: folder, cwd: folder, flags: { target: 'lambda', out } });
    const { code, stderr } = await invoke('fib', '5', '--out', 'other');
    expect(stderr).toContain('what is deployed is not what is in the output folder');
    expect(code).toBe(1);
  });
});
