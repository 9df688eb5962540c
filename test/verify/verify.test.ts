import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type VerifyRequest, verify } from '../../src/commands/verify.ts';
import { formatVerification } from '../../src/report/verify-text.ts';
import { showsNothing } from '../../src/verify/verification.ts';

const PACKAGES = join(import.meta.dirname, '../../node_modules');
const TSX = join(PACKAGES, 'tsx/dist/loader.mjs');

const LIBRARY = `let count = 0;
export function scale(values: number[], factor: number): number[] {
  count += 1;
  if (factor === 0) throw new RangeError('no factor');
  return values.map((value) => value * factor);
}
export function describeCount(prefix: string): string {
  return prefix + count;
}
`;
const MAIN = `import { describeCount, scale } from './lib.ts';
console.log(scale([1, 2], 3), scale([4], 2), describeCount('calls: '));
console.error('done');
`;
const SUITE = `import assert from 'node:assert';
import { test } from 'node:test';
import { scale } from '../src/lib.ts';
test('scales', () => assert.deepStrictEqual(scale([2], 4), [8]));
test('refuses', () => assert.throws(() => scale([], 0), RangeError));
test('fails on purpose', () => assert.deepStrictEqual(scale([1], 1), [2]));
`;

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-test-')));
  write('package.json', '{ "type": "module" }');
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "module": "NodeNext", "target": "ES2022", "strict": true, "allowImportingTsExtensions": true, "noEmit": true, "types": ["node"] }, "include": ["src"] }',
  );
  write('src/lib.ts', LIBRARY);
  write('src/main.ts', MAIN);
  symlinkSync(PACKAGES, join(base, 'node_modules'));
  write('test/lib.test.ts', SUITE);
});
afterEach(() => rmSync(base, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), text);
}

function request(command: string[], change: Partial<VerifyRequest> = {}): VerifyRequest {
  return { dir: base, command, src: ['src'], flags: {}, keep: false, progress: () => {}, ...change };
}

it('a program prints the same, and its calls cross', { timeout: 60_000 }, async () => {
  const result = await verify(request(['node', '--import', TSX, 'src/main.ts']));
  expect(result.comparison.differences).toEqual([]);
  expect(result.comparison.kind).toBe('program');
  expect(result.report.totals.crossed).toBe(3);
  expect(formatVerification(result)).toMatch(/\nequal\n$/);
  expect(readFileSync(join(base, 'src/lib.ts'), 'utf8')).toBe(LIBRARY);
  expect(readdirSync(base).sort()).toEqual(['node_modules', 'package.json', 'src', 'test', 'tsconfig.json']);
});

it('a command that fails as it is, and reaches nothing, shows nothing', { timeout: 60_000 }, async () => {
  const result = await verify(request(['node', '--test', 'tests/missing.test.ts']));
  expect(result.comparison.equal).toBe(true);
  expect(showsNothing(result)).toBe(true);
  expect(formatVerification(result)).toMatch(
    /\nNOTHING SHOWN: the command fails as it is, ran no tests, and no call crossed\n$/,
  );
});

it('a compiler that finds modules the classic way finds the runtime', { timeout: 60_000 }, async () => {
  const options = { module: 'ESNext', target: 'ES2022', types: [], skipLibCheck: true, noEmit: true };
  write('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['src/lib.ts'] }));
  const result = await verify(request(['node', join(PACKAGES, 'typescript/bin/tsc'), '-p', '.']));
  expect(formatVerification(result)).toMatch(/\nequal, but no call crossed\n$/);
  expect(result.before.stdout).toBe('');
  expect(result.comparison.differences).toEqual([]);
});

it('a suite with a failing test is equal when the same test fails', { timeout: 60_000 }, async () => {
  const command = ['node', '--import', TSX, '--test', 'test/lib.test.ts'];
  const result = await verify(request(command, { limit: 1, seed: '7' }));
  expect(result.comparison).toMatchObject({ equal: true, kind: 'tests', differences: [] });
  expect(result.comparison.after[0]).toMatchObject({ counts: { pass: 2, fail: 1 }, failed: ['fails on purpose'] });
  expect(result).toMatchObject({ limit: 1, seed: '7' });
});

it('notices a difference', { timeout: 60_000 }, async () => {
  write('src/main.ts', "import { scale } from './lib.ts';\nconsole.log(scale([1], 1), process.env.FAASIFY_SEED);\n");
  const result = await verify(request(['node', '--import', TSX, 'src/main.ts'], { seed: '1' }));
  expect(result.comparison.equal).toBe(false);
  expect(formatVerification(result)).toMatch(
    /\nnote {7}two runs of the untouched project are equal\n[\s\S]*\nNOT EQUAL: stdout differs in line 1: .*undefined.* before, .* after\n$/,
  );
});

it('says of a command whose output varies that it differs from itself', { timeout: 60_000 }, async () => {
  const result = await verify(request(['node', '-e', 'console.log(process.hrtime.bigint())']));
  expect(result.comparison.equal).toBe(false);
  expect(result.comparison.notes).toEqual([
    expect.stringMatching(/^two runs of the untouched project differ as well \(stdout differs in line 1: /),
  ]);
});

it('keeps the copy when asked to', { timeout: 60_000 }, async () => {
  const { copy = '' } = await verify(request(['node', '--import', TSX, 'src/main.ts'], { keep: true }));
  expect(readFileSync(join(copy, 'src/lib.ts'), 'utf8')).toContain('cut(');
  expect(existsSync(join(copy, 'node_modules/.faasify/faasify.json'))).toBe(true);
  rmSync(dirname(copy), { recursive: true });
});

it('refuses a command that does not run at all', async () => {
  await expect(verify(request(['no-such-command-here']))).rejects.toMatchObject({ code: 'command-start' });
  await expect(verify(request(['true'], { src: ['nowhere'] }))).rejects.toMatchObject({ code: 'path-not-found' });
});

const ASYNC_SUITE = `import assert from 'node:assert';
import { beforeEach, describe, it, test } from 'node:test';
import { describeCount, scale } from '../src/lib.ts';

let list: number[] = [];
beforeEach(() => {
  list = scale([1, 2], 2);
});
test('scales', () => assert.deepStrictEqual(scale(list, 4), [8, 16]));
test('refuses', () => {
  assert.throws(() => scale([], 0), RangeError);
  assert.throws(() => scale([], 0), { message: 'no factor' });
});
test('says when it is done', (t, done) => {
  assert.strictEqual(describeCount('').length > 0, true);
  done();
});
test('parts', async (t) => {
  await t.test('waited for', () => assert.deepStrictEqual(scale([1], 3), [3]));
  t.test('not waited for', () => assert.deepStrictEqual(list, [2, 4]));
});
describe('in a suite', () => {
  const rows = [1, 2, 3];
  for (const row of rows) it('row ' + row, () => assert.deepStrictEqual(scale([row], 2), [row * 2]));
});
test('fails on purpose', () => assert.deepStrictEqual(scale([1], 1), [2]));
`;

const MOCKING_SUITE = `import assert from 'node:assert';
import { mock, test } from 'node:test';
mock.module('../src/rates.ts', { namedExports: { getRate: () => 10 } });
const { convert, double } = await import('../src/money.ts');
test('converts', () => assert.deepStrictEqual([convert(2), double(2)], [20, 4]));
`;

it('what may use a module that a test replaces stays', { timeout: 60_000 }, async () => {
  write('src/rates.ts', 'export function getRate(): number {\n  return [1, 2].length;\n}\n');
  write(
    'src/money.ts',
    `import { getRate } from './rates.ts';
import { twice } from './twice.ts';
export const convert = (amount: number): number => [amount].map((one) => one * getRate())[0] ?? 0;
export const double = (amount: number): number => twice(amount);
`,
  );
  write(
    'src/twice.ts',
    'export function twice(amount: number): number {\n  return [amount, amount].reduce((a, b) => a + b, 0);\n}\n',
  );
  write('test/lib.test.ts', '');
  write('test/mocking.test.ts', MOCKING_SUITE);
  const command = ['node', '--experimental-test-module-mocks', '--import', TSX, '--test', 'test/mocking.test.ts'];
  const { comparison, report } = await verify(request(command));
  const kept = report.functions.filter(({ reasons }) => reasons.some(({ code }) => code === 'mocked'));
  expect(kept.map(({ id }) => id)).toEqual(['money#convert']);
  expect(kept[0]?.reasons[0]?.message).toBe('may use ../src/rates.ts, which a test replaces at test/mocking.test.ts:3');
  expect(report.functions.find(({ id }) => id === 'money#double')?.verdict).not.toBe('keep');
  expect(comparison.differences).toEqual([]);
});

/** Beginning here, `require('fs')` is an empty object for all but the loader. */
const NODELESS = `const Module = require('node:module');
const load = Module._load;
const isNode = /^(node:)?(assert|crypto|events|fs|module|path|timers|util)$/;
Module._load = (id, parent, ...rest) => (isNode.test(id) && !/tsx/.test(parent.filename) ? {} : load(id, parent, ...rest));
const { scale } = require('./src/lib.cts');
console.log(scale([1, 2], 3));
`;

it('calls cross where a test has put something in the place of what Node has', { timeout: 60_000 }, async () => {
  write('main.cjs', NODELESS);
  write(
    'src/lib.cts',
    'export const scale = (values: number[], factor: number): number[] => values.map((value) => value * factor);\n',
  );
  const command = ['node', '--import', TSX, 'main.cjs'];
  const { comparison, report } = await verify(request(command));
  expect([comparison.differences, comparison.notes]).toEqual([[], []]);
  expect(report.functions.find(({ id }) => id === 'lib#scale')?.crossed).toBe(1);
});

it('with --calls async the tests are rewritten, too', { timeout: 60_000 }, async () => {
  write('test/lib.test.ts', ASYNC_SUITE);
  const command = ['node', '--import', TSX, '--test', 'test/lib.test.ts'];
  const change = { src: ['src', 'test'], flags: { calls: 'async' }, keep: true };
  const { comparison, copy = '', report } = await verify(request(command, change));
  const text = readFileSync(join(copy, 'test/lib.test.ts'), 'utf8');
  rmSync(dirname(copy), { recursive: true });
  expect(comparison).toMatchObject({ equal: true, kind: 'tests', differences: [] });
  expect(comparison.after[0]).toMatchObject({ failed: expect.arrayContaining(['fails on purpose']) });
  expect(text).toContain("test('scales', async () => assert.deepStrictEqual(await scale(list, 4), [8, 16]));");
  expect(text).toContain('assert.throws(await settled(async () => await scale([], 0)), RangeError);');
  expect(text).toContain("await t.test('waited for', async () => assert.deepStrictEqual(await scale([1], 3), [3]));");
  expect(text).toContain("test('says when it is done', (t, done) => {");
  const verdicts = report.functions.map(({ id, verdict }) => `${verdict} ${id}`);
  expect(verdicts).toContain('repair src/lib#scale');
  expect(verdicts).toContain('keep src/lib#describeCount');
});

it('what tests call that are not among the sources is called as it is', { timeout: 60_000 }, async () => {
  const command = ['node', '--import', TSX, '--test', 'test/lib.test.ts'];
  const told: string[] = [];
  const change = { flags: { calls: 'async' }, progress: (message: string) => told.push(message) };
  const result = await verify(request(command, change));
  expect(told.join('\n')).toContain('name ../test/lib.test.ts among the sources to have its calls awaited');
  expect(result.comparison).toMatchObject({ equal: true, kind: 'tests', differences: [] });
  expect(result.comparison.after[0]).toMatchObject({ counts: { pass: 2, fail: 1 } });
  const { reasons = [] } = result.report.functions.find(({ id }) => id === 'lib#scale') ?? {};
  expect(reasons).toMatchObject([{ code: 'no-await' }]);
});
