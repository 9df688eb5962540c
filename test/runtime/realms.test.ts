import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram, type Program } from '../host/program.ts';

const UNIT = `
function make(kind) {
  switch (kind) {
    case 'list': return [1, { a: [2] }];
    case 'map': return new Map([['a', new Set([new Date(0)])]]);
    case 'bytes': return [new Float64Array(2), Buffer.from('x'), new Uint8Array(3)];
    case 'error': return new RangeError('made');
    default: throw Object.assign(new TypeError('thrown'), { list: [kind] });
  }
}
function push(list, item) { list.push(item); return list; }
export const handler = handle({ 'm#make': { run: make }, 'm#push': { run: push } }, rich, restore);
`;

/** As test runners do it: the program and the runtime are loaded into a context of their own, some classes are given to it. */
const SANDBOX = `
const vm = require('node:vm');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const context = vm.createContext({ console, process, Buffer, URL, URLSearchParams, Uint8Array, ArrayBuffer, setTimeout, performance, DOMException, show: (value) => console.log(JSON.stringify(value)) });
const wrapper = vm.runInContext('(function (exports, require, module, __filename, __dirname) {' + readFileSync(__dirname + '/index.cjs', 'utf8') + '\\n})', context);
const module_ = { exports: {} };
wrapper(module_.exports, createRequire(__dirname + '/index.cjs'), module_, __dirname + '/index.cjs', __dirname);
Object.assign(context, module_.exports);
`;

let program: Program;

beforeAll(async () => {
  const cuts = [{ fn: 'm#make' }, { fn: 'm#push', changes: { args: [0], self: false } }];
  program = await createProgram({ units: { unit: { source: UNIT, cuts } } });
});
afterAll(() => program.remove());

/** What code in the sandbox shows. */
async function runInside(code: string): Promise<unknown> {
  const script = `${SANDBOX}\nvm.runInContext(${JSON.stringify(code)}, context);`;
  const { stdout, stderr } = await program.run(script);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('what comes back is of the realm that the caller lives in', async () => {
  const code = `
    const make = (kind) => cut('m#make', [kind]).ret;
    const [one, { a }] = make('list');
    const map = make('map');
    const [floats, buffer, bytes] = make('bytes');
    const error = make('error');
    show([
      make('list') instanceof Array, make('list')[1] instanceof Object, a instanceof Array, map instanceof Map,
      map.get('a') instanceof Set, [...map.get('a')][0] instanceof Date, floats instanceof Float64Array,
      Buffer.isBuffer(buffer), bytes instanceof Uint8Array, error instanceof RangeError, error instanceof Error,
    ]);`;
  expect(await runInside(code)).toEqual(Array(11).fill(true));
});

test('so is what is thrown', async () => {
  const code = `
    try { cut('m#make', ['other']); } catch (error) {
      show([error instanceof TypeError, error.message, error.list instanceof Array, error.list]);
    }`;
  expect(await runInside(code)).toEqual([true, 'thrown', true, ['other']]);
});

test('values of the sandbox cross, and their changes come back', async () => {
  const code = `
    const list = [new Map([[1, [2]]]), new Float64Array([3]).buffer, new TypeError('x')];
    const { ret } = cut('m#push', [list, { a: 1 }]);
    show([ret === list, list.length, list[3] instanceof Object, list[0] instanceof Map]);`;
  expect(await runInside(code)).toEqual([true, 4, true, true]);
});

test('values of the realm around it stay', async () => {
  const code = `
    const outer = process.getBuiltinModule('node:path').parse('/a/b');
    show([cut('m#push', [[], outer]) === undefined, cut('m#push', [[], { ...outer }]) !== undefined]);`;
  expect(await runInside(code)).toEqual([true, true]);
});
