import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyProject, faasify, faasifyProcess, makeProject, TRIG } from './command.ts';

const isRoot = process.getuid?.() === 0;

describe('what cannot be used is refused with place and fix, and nothing is written', () => {
  test.each([
    ['a path that is not there', ['nowhere'], ['There is no command and no path "nowhere"']],
    ['a path below one that is there', ['./lib/nowhere.ts'], ['There is no ./lib/nowhere.ts', 'Give a folder']],
    ['a file that is not TypeScript', ['notes.txt'], ['notes.txt is not a TypeScript source', 'Give a folder']],
    ['an unknown command', ['chekc', '.'], ['Did you mean faasify check?']],
    ['an unknown option', ['.', '--tagret', 'lambda'], ["unknown option '--tagret'", '--target']],
    ['an unknown target', ['.', '--target', 'lamda'], ['--target', '"lamda"', 'Did you mean "lambda"?']],
    ['an unknown way of calling', ['.', '--calls', 'asink'], ['--calls', 'Did you mean "async"?']],
    ['an unknown selection', ['.', '--select', 'anotated'], ['Did you mean "annotated"?', 'Or globs']],
    ['options at odds', ['.', '--bodies', 'drop', '--fallback', 'local'], ['nothing in the app to fall back to']],
    ['a missing argument', [], ["missing required argument 'src'"]],
    ['an option without its value', ['.', '--out'], ["option '--out <dir>' argument missing"]],
    ['a tsconfig that is not there', ['.', '--project', 'tsconfig.nope.json'], ['tsconfig.nope.json', '--project']],
  ])('%s', async (_name, args, messages) => {
    const folder = makeProject({ ...TRIG, 'notes.txt': 'notes' });
    const { code, stderr, stdout } = await faasify(folder, ...args);
    expect.soft(code).toBe(2);
    expect.soft(stdout).toBe('');
    for (const message of messages) expect.soft(stderr).toContain(message);
    expect(existsSync(join(folder, 'faas'))).toBe(false);
  });

  test('a syntax error is shown with its line', async () => {
    const folder = copyProject('fixtures/errors/syntax-error/input');
    const { code, stderr } = await faasifyProcess(folder, '.');
    expect(code).toBe(2);
    expect(stderr).toContain('rates.ts:4:29');
    expect(stderr).toContain('> 4 |   return RATES[currency ?? 1;');
    expect(readdirSync(folder).sort()).toEqual(['main.ts', 'rates.ts']);
  });

  test('a tsconfig that is not JSON', async () => {
    const { code, stderr } = await faasify(copyProject('fixtures/errors/broken-tsconfig/input'), '.');
    expect(code).toBe(2);
    expect(stderr).toMatch(/tsconfig\.json:\d+:\d+/);
  });

  test('a tsconfig that extends one that is not there', async () => {
    const { code, stderr } = await faasify(copyProject('fixtures/errors/missing-extends/input'), '.');
    expect(code).toBe(2);
    expect(stderr).toContain('tsconfig.json');
    expect(stderr).toContain('nowhere.json');
  });

  test('a tsconfig with a value that does not exist', async () => {
    const { code, stderr } = await faasify(copyProject('fixtures/errors/unknown-compiler-option/input'), '.');
    expect(code).toBe(2);
    expect(stderr).toContain('tsconfig.json:1:50');
    expect(stderr).toContain('--module');
  });

  test('a folder without TypeScript', async () => {
    const { code, stderr } = await faasify(copyProject('fixtures/errors/no-files/input'), '.');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no TypeScript source in .');
  });

  test.skipIf(isRoot)('a file that may not be read', async () => {
    const folder = makeProject(TRIG);
    chmodSync(join(folder, 'trig.ts'), 0);
    const { code, stderr } = await faasify(folder, '.');
    expect(code).toBe(2);
    expect(stderr).toContain('trig.ts cannot be read');
  });
});

describe('configuration', () => {
  test('an unknown key in package.json names the file and the nearest known key', async () => {
    const { code, stderr } = await faasify(copyProject('fixtures/errors/unknown-config-key/input'), '.');
    expect(code).toBe(2);
    expect(stderr).toContain('package.json: unknown key "memry"');
    expect(stderr).toContain('Did you mean "memory"?');
  });

  test('a wrong type in faasify.config.mjs names the file and the key', async () => {
    const folder = makeProject({ ...TRIG, 'faasify.config.mjs': 'export default { memory: "lots" };\n' });
    const { code, stderr } = await faasify(folder, '.');
    expect(code).toBe(2);
    expect(stderr).toContain('faasify.config.mjs, key "memory": "lots" is not a whole number of MB');
  });

  test('a config that throws', async () => {
    const folder = makeProject({ ...TRIG, 'faasify.config.mjs': 'throw new Error("no config today");\n' });
    const { code, stderr } = await faasify(folder, '.');
    expect(code).toBe(2);
    expect(stderr).toContain('no config today');
  });

  test('flags win over the config, the config over defaults', async () => {
    const config = '{ "target": "lambda", "out": "built", "select": "exported" }\n';
    const folder = makeProject({ ...TRIG, 'faasify.config.json': config });
    const { code, stdout } = await faasify(folder, '.', '--target', 'local', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ target: 'local', out: 'built' });
  });
});

describe('the output folder', () => {
  test('may not be the source folder', async () => {
    const folder = makeProject(TRIG);
    const { code, stderr } = await faasify(folder, '.', '--out', '.');
    expect(code).toBe(2);
    expect(stderr).toContain('is the source folder');
    expect(readdirSync(folder).sort()).toEqual(Object.keys(TRIG).sort());
  });

  test('may not contain the source folder', async () => {
    const folder = makeProject({ 'src/main.ts': TRIG['main.ts'], 'src/trig.ts': TRIG['trig.ts'] });
    const { code, stderr } = await faasify(folder, 'src', '--out', '.');
    expect(code).toBe(2);
    expect(stderr).toContain('contains the source folder');
  });

  test('may not hold files of somebody else', async () => {
    const folder = makeProject({ ...TRIG, 'faas/letter.txt': 'dear' });
    const { code, stderr } = await faasify(folder, '.');
    expect(code).toBe(2);
    expect(stderr).toContain('letter.txt');
    expect(stderr).toContain('--out');
    expect(readdirSync(join(folder, 'faas'))).toEqual(['letter.txt']);
  });

  test('may be an empty folder', async () => {
    const folder = makeProject(TRIG);
    mkdirSync(join(folder, 'faas'));
    expect((await faasify(folder, '.')).code).toBe(0);
  });

  test('stays as it was when the next build fails', async () => {
    const folder = makeProject(TRIG);
    expect((await faasify(folder, '.')).code).toBe(0);
    const before = readdirSync(join(folder, 'faas'), { recursive: true }).sort();
    writeFileSync(join(folder, 'trig.ts'), 'export function square( {\n');
    expect((await faasify(folder, '.')).code).toBe(2);
    expect(readdirSync(join(folder, 'faas'), { recursive: true }).sort()).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('programs with findings', () => {
  test('without a tsconfig the defaults hold, and a note says so', async () => {
    const folder = makeProject({ 'main.ts': TRIG['main.ts'], 'trig.ts': TRIG['trig.ts'] });
    const { code, stdout } = await faasify(folder, '.');
    expect(code).toBe(0);
    expect(stdout).toContain('There is no tsconfig.json');
    expect(stdout).toMatch(/\d moved/);
  });

  test('a type error is a warning with its place', async () => {
    const { code, stdout } = await faasify(copyProject('fixtures/errors/type-error/input'), '.');
    expect(code).toBe(0);
    expect(stdout).toMatch(/warning {2}main\.ts:6:17/);
  });

  test('with --strict a type error is a finding', async () => {
    const { code } = await faasifyProcess(copyProject('fixtures/errors/type-error/input'), '.', '--strict');
    expect(code).toBe(1);
  });

  test('a program without functions', async () => {
    const { code, stdout } = await faasify(copyProject('fixtures/errors/no-functions/input'), '.');
    expect(code).toBe(1);
    expect(stdout).toContain('no function');
  });

  test('an annotation that cannot be read', async () => {
    const { code, stdout } = await faasify(copyProject('fixtures/errors/unknown-annotation/input'), 'check', '.');
    expect(code).toBe(1);
    expect(stdout).toMatch(/error {2}main\.ts:1:\d+ .*memmory/);
    expect(stdout).toMatch(/error {2}main\.ts:6:\d+ .*soon/);
  });

  test.each([
    ['missing-import', 'main.ts:1:25'],
    ['missing-package', 'main.ts:1:21'],
  ])('%s', async (name, place) => {
    const { stdout, stderr } = await faasify(copyProject(`fixtures/errors/${name}/input`), '.');
    expect(stdout + stderr).toContain(place);
  });
});
