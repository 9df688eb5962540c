import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram, type Program } from '../host/program.ts';

const CALCULATE = `
function double(x) { return x * 2; }
function same(x) { return x; }
function sort(values) { values.sort((a, b) => a - b); return values; }
function fail(text) { throw Object.assign(new RangeError(text), { code: 'E1' }); }
function greet(name) { console.log('hello', { name }); process.stdout.write('raw\\n'); console.error('oops'); return name; }
let counter = 0;
share({ 'm#counter': [() => counter, (v) => { counter = v; }] });
function count(by) { counter += by; return counter; }
async function countLater(by) { const before = counter; await null; counter = before + by; return counter; }
function readEnv() { return [process.env.COLOUR, process.env.SHAPE]; }
async function later(x) { await new Promise((done) => setTimeout(done, 5)); if (x < 0) throw new Error('negative'); return x; }
function makeFunction() { return () => 1; }
function failOddly(list) { class Odd extends RangeError {} list.push(1); console.info('odd'); throw new Odd('no'); }
function area() { return this.width * this.height; }
export const handler = handle({
  'm#double': { run: double, params: ['x'], contract: 'c1' },
  'm#same': { run: same, contract: 'c1' },
  'm#sort': { run: sort, contract: 'c1' },
  'm#fail': { run: fail, contract: 'c1' },
  'm#greet': { run: greet, contract: 'c1' },
  'm#count': { run: count, contract: 'c1' },
  'm#countLater': { run: countLater, contract: 'c1' },
  'm#readEnv': { run: readEnv, contract: 'c1' },
  'm#later': { run: later, contract: 'c1' },
  'm#makeFunction': { run: makeFunction, contract: 'c1' },
  'm#failOddly': { run: failOddly, contract: 'c1' },
  'm#makePure': { run: makeFunction, contract: 'c1' },
  'm#old': { run: double, contract: 'c0' },
  'm#area': { run: area, contract: 'c1' },
}, rich, output, restore, surroundings);
`;

/** The plan takes it for a unit that reads more than plain data: rich. */
const MISTAKEN = `// rich
export const handler = handle({ 'o#first': { run: (values) => values[0] }, 'o#later': { run: async (value) => value } });
`;

const PLAIN = `
function first(values) { return values[0]; }
function depth(value) { let levels = 0; for (let next = value; next; next = next.next) levels++; return levels; }
async function later(x) { return { x, f: () => x }; }
async function push(list) { list.push(1); return () => 1; }
export const handler = handle({
  'p#first': { run: first }, 'p#depth': { run: depth }, 'p#later': { run: later }, 'p#push': { run: push },
});
`;

const state = { stateIn: ['m#counter'], stateOut: ['m#counter'] };
let program: Program;

beforeAll(async () => {
  program = await createProgram({
    units: {
      all: {
        source: CALCULATE,
        names: ['m#counter'],
        cuts: [
          { fn: 'm#double', arity: 1, repeatable: true },
          { fn: 'm#same' },
          { fn: 'm#sort', changes: { args: [0], self: false } },
          { fn: 'm#fail' },
          { fn: 'm#greet' },
          { fn: 'm#count', ...state },
          { fn: 'm#countLater', ...state },
          { fn: 'm#readEnv', env: ['COLOUR', 'SHAPE'] },
          { fn: 'm#later' },
          { fn: 'm#makeFunction' },
          { fn: 'm#failOddly', changes: { args: [0], self: false } },
          { fn: 'm#makePure', repeatable: true },
          { fn: 'm#old' },
          { fn: 'm#random', ambient: ['Math.random'] },
          { fn: 'm#area' },
        ],
      },
      mistaken: { source: MISTAKEN, cuts: [{ fn: 'o#first' }, { fn: 'o#later' }] },
      plain: {
        source: PLAIN,
        cuts: [
          { fn: 'p#first' },
          { fn: 'p#depth' },
          { fn: 'p#later', repeatable: true },
          { fn: 'p#push', repeatable: true, changes: { args: [0], self: false } },
        ],
      },
    },
  });
});
afterAll(() => program.remove());

/** What a script prints as JSON. */
async function evaluate(script: string, env?: Record<string, string>): Promise<unknown> {
  const { code, stdout, stderr } = await program.run(
    `const show = (value) => console.log(JSON.stringify(value));\n${script}`,
    env,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a blocking call', () => {
  it('returns what the unit returns', async () => {
    expect(await evaluate(`show([1, 2.5, -0].map((x) => Object.is(cut('m#double', [x]).ret, x * 2)))`)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('tells null, undefined and nothing apart', async () => {
    const script = `show([null, undefined, 0, ''].map((x) => Object.is(cut('m#same', [x]).ret, x)));`;
    expect(await evaluate(script)).toEqual([true, true, true, true]);
  });

  it('writes changes into the caller’s own objects', async () => {
    expect(
      await evaluate(`const a = [3, 1, 2]; const b = a; const { ret } = cut('m#sort', [a]); show([a, ret === b])`),
    ).toEqual([[1, 2, 3], true]);
  });

  it('throws what the function throws, with the lines of both sides', async () => {
    const script = `
      function fail() { cut('m#fail', ['bad']); }
      function caller() { fail(); }
      try { caller(); } catch (error) { show([error instanceof RangeError, error.message, error.code, error.stack]); }`;
    const [isRange, message, code, stack] = (await evaluate(script)) as [boolean, string, string, string];
    expect([isRange, message, code]).toEqual([true, 'bad', 'E1']);
    const lines = stack.split('\n').map((line) => line.trim());
    expect(lines[0]).toBe('RangeError: bad');
    expect(lines[1]).toMatch(/^at fail \(.*all\.ts:\d+:\d+\)/);
    expect(lines[2]).toMatch(/^at caller \(.*app-.*\.cjs/);
  });

  it('replays output through the program’s own console', async () => {
    const script = `
      const seen = [];
      console.log = (...args) => seen.push(args);
      console.error = (...args) => seen.push(['error', ...args]);
      process.stdout.write = ((write) => (text) => text === 'raw\\n' ? seen.push([text]) : write.call(process.stdout, text))(process.stdout.write);
      cut('m#greet', ['Ann']);
      process.stdout.write(JSON.stringify(seen));`;
    expect(await evaluate(script)).toEqual([['hello', { name: 'Ann' }], ['raw\n'], ['error', 'oops']]);
  });

  it('carries module state there and back', async () => {
    const script = `let counter = 10; share({ 'm#counter': [() => counter, (v) => { counter = v; }] });
      const first = cut('m#count', [1]).ret; counter += 100; show([first, cut('m#count', [1]).ret, counter]);`;
    expect(await evaluate(script)).toEqual([11, 112, 112]);
  });

  it('carries environment variables, also those that are not set', async () => {
    const script = `process.env.COLOUR = 'red'; const a = cut('m#readEnv', []).ret;
      delete process.env.COLOUR; show([a, cut('m#readEnv', []).ret]);`;
    expect(await evaluate(script, { SHAPE: 'round' })).toEqual([
      ['red', 'round'],
      [null, 'round'],
    ]);
  });

  it('sends what the function is called on', async () => {
    expect(await evaluate(`show(cut('m#area', [], { width: 3, height: 4 }).ret)`)).toBe(12);
  });

  it('works before the host is up', async () => {
    expect(await evaluate(`show(cut('m#double', [21]).ret)`)).toBe(42);
  });
});

describe('a call stays here', () => {
  it('when the plan does not know the function', async () => {
    expect(await evaluate(`show(cut('m#unknown', []) === undefined)`)).toBe(true);
  });

  it('when an argument cannot cross', async () => {
    expect(await evaluate(`show(cut('m#double', [() => 1]) === undefined)`)).toBe(true);
  });

  it('but not for an argument that the function cannot see', async () => {
    expect(await evaluate(`show(cut('m#double', [1, () => 1]).ret)`)).toBe(2);
  });

  it('when a global that it reads is patched', async () => {
    const script = `const random = Math.random; Math.random = () => 4; const a = cut('m#random', []);
      Math.random = random; let b; try { cut('m#random', []); } catch (error) { b = error.code; } show([a === undefined, b]);`;
    expect(await evaluate(script)).toEqual([true, 'unknown-function']);
  });

  it('when a module variable has no value yet', async () => {
    const script = `share({ 'm#counter': [() => counter] }); const a = cut('m#count', [1]); let counter = 1; show(a === undefined)`;
    expect(await evaluate(script)).toBe(true);
  });

  it('after a result could not cross and the call may be repeated', async () => {
    expect(await evaluate(`show([cut('m#makePure', []), cut('m#makePure', [])].map((x) => x === undefined))`)).toEqual([
      true,
      true,
    ]);
  });

  it('when its unit takes nothing but plain data', async () => {
    const script = `const deep = (levels) => levels ? { next: deep(levels - 1) } : null;
      const args = [[1, -0, undefined, 1n], ['x', , 3], [Object.assign([1], { raw: 1 })], [new Date()], Object.freeze([1]), [new Error('x')], [Symbol.iterator]];
      show([...args.map((arg) => cut('p#first', [arg]) !== undefined), cut('p#depth', [deep(300)]).ret, cut('p#depth', [deep(3000)]) === undefined]);`;
    expect(await evaluate(script)).toEqual([true, true, false, false, false, false, false, 300, true]);
  });

  it('after a unit has refused to read the request', async () => {
    const script = `const $ = cutAsync('o#later', [new Date(0)]);
      show([cut('o#first', [[new Date(0)]]) === undefined, await $]);`;
    expect(await evaluate(script)).toEqual([true, false]);
  });

  it('but throws with FAASIFY_STRICT', async () => {
    const script = `try { cut('m#double', [{ deep: [() => 1] }]); } catch (error) { show([error.name, error.code, error.message]); }`;
    expect(await evaluate(script, { FAASIFY_STRICT: '1' })).toEqual([
      'FaasifyError',
      'cannot-cross',
      'm#double: the call cannot leave this process: args[0].deep[0]: a function that the other side does not have',
    ]);
  });
});

describe('an error of the way', () => {
  it('is thrown when a result cannot cross and the call may have had effects', async () => {
    const script = `try { cut('m#makeFunction', []); } catch (error) { show([error.name, error.code, error.mayHaveRun]); }`;
    expect(await evaluate(script)).toEqual(['FaasifyError', 'cannot-return', true]);
  });

  it('is thrown for an error that cannot cross, after everything else the call has done', async () => {
    const script = `const list = []; const lines = []; console.info = (text) => lines.push(text);
      try { cut('m#failOddly', [list]); }
      catch (error) { show([error.name, error.code, error.cause instanceof RangeError, error.cause.message, list, lines, cut('m#failOddly', [list]) === undefined]); }`;
    expect(await evaluate(script)).toEqual(['FaasifyError', 'cannot-throw', true, 'no', [1], ['odd'], true]);
  });

  it('is thrown when the unit is of another build', async () => {
    const script = `try { cut('m#old', [1]); } catch (error) { show([error.name, error.code, error.mayHaveRun]); }`;
    expect(await evaluate(script)).toEqual(['FaasifyError', 'contract', false]);
  });
});

describe('an async call', () => {
  it('settles as the function does and keeps the process alive until then', async () => {
    const script = `show(await Promise.allSettled([cutPromise('m#later', [1]), cutPromise('m#later', [-1])]).then((all) => all.map(({ value, reason }) => value ?? reason.message)))`;
    expect(await evaluate(script)).toEqual([1, 'negative']);
  });

  it('shows the lines of its caller', async () => {
    const script = `function later() { return cutPromise('m#later', [-1]); }
      async function caller() { await later(); }
      try { await caller(); } catch (error) { show(error.stack); }`;
    const stack = (await evaluate(script)) as string;
    expect(stack).toMatch(/at later \(.*all\.ts.*\n\s+at caller \(.*app-/);
  });

  it('has its result when it has ended', async () => {
    const script = `const $ = cutAsync('m#later', [1]); show([await $, $.ret]);`;
    expect(await evaluate(script)).toEqual([true, 1]);
  });

  it('runs here after all when its result cannot cross and it may be repeated', async () => {
    const script = `const $ = cutAsync('p#later', [[1]]); show([await $, cutAsync('p#later', [[1]]) === undefined]);`;
    expect(await evaluate(script)).toEqual([false, true]);
  });

  it('but not if it changes what others wait for', async () => {
    const script = `const list = []; const first = cutAsync('p#push', [list]); const second = cutAsync('p#push', [list]);
      second.then(() => {}, () => {});
      try { await first; } catch (error) { show([error.code, list, cutAsync('p#push', [list]) === undefined]); }`;
    expect(await evaluate(script)).toEqual(['cannot-return', [], true]);
  });

  it('nor if what it was given has changed meanwhile', async () => {
    const script = `const list = [1]; const $ = cutAsync('p#later', [list]); list.push(2);
      try { await $; } catch (error) { show(error.code); }`;
    expect(await evaluate(script)).toBe('cannot-return');
  });

  it('can run many times at once', async () => {
    const script = `show((await Promise.all(Array.from({ length: 100 }, (_, i) => cutPromise('m#later', [i])))).reduce((a, b) => a + b))`;
    expect(await evaluate(script)).toBe(4950);
  });

  it('does not overtake one that changes the same state', async () => {
    const script = `let counter = 0; share({ 'm#counter': [() => counter, (v) => { counter = v; }] });
      const all = [1, 10, 100].map((by) => cutPromise('m#countLater', [by]));
      const now = cut('m#count', [1000]).ret;
      show([now, await Promise.all(all), counter]);`;
    expect(await evaluate(script)).toEqual([1111, [1, 11, 111], 1111]);
  });
});
