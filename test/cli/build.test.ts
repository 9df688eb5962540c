import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../src/types.ts';
import { faasify, faasifyProcess, makeProject, ROOT, runNode, TRIG, watchBuilds } from './command.ts';

const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');

function readManifest(out: string): Manifest {
  return JSON.parse(readFileSync(join(out, 'faasify.json'), 'utf8'));
}

/** Path → hash of every file below a folder. */
function hashTree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

describe('a build', () => {
  test('for lambda names what can be done with it: only what has a name can be deployed', async () => {
    const folder = makeProject(TRIG);
    const { stdout } = await faasify(folder, '.', '--target', 'lambda');
    expect(stdout).toContain('next: faasify serve faas\n');
    const named = await faasify(folder, '.', '--target', 'lambda', '--app', 'trig', '--out', 'named');
    expect(named.stdout).toContain('next: faasify serve named on this machine, or faasify deploy named\n');
  });

  test('makes an app that does the same, and units', async () => {
    const folder = makeProject(TRIG);
    const { code, stdout } = await faasifyProcess(folder, '.');
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 functions: 2 moved|moved/);
    expect(stdout).toContain('next: npx tsx faas/app/main.ts');
    expect((await runNode(folder, '--import', TSX, 'faas/app/main.ts')).stdout).toBe('14\n');
    const { units, functions } = readManifest(join(folder, 'faas'));
    expect(functions.map(({ id }) => id)).toContain('trig#calculate');
    for (const unit of units) {
      for (const file of [unit.source, unit.bundle, unit.map, unit.zip]) {
        expect(existsSync(join(folder, 'faas', file)), file).toBe(true);
      }
    }
  });

  test('makes an app that can be bundled without the runtime, and says so where it was not', async () => {
    const folder = makeProject(TRIG);
    await faasify(folder, '.', '--calls', 'blocking');
    const app = join(folder, 'faas/app');
    const bundle = (outfile: string, format: 'esm' | 'cjs', external: string[] = []) =>
      build({ entryPoints: [join(app, 'main.ts')], bundle: true, platform: 'node', format, external, outfile });
    await bundle(join(app, 'bundle.mjs'), 'esm', ['faasify/runtime']);
    expect((await runNode(folder, 'faas/app/bundle.mjs')).stdout).toBe('14\n');
    for (const format of ['esm', 'cjs'] as const) {
      const file = join(app, format === 'esm' ? 'whole.mjs' : 'whole.cjs');
      await bundle(file, format);
      expect((await runNode(folder, file)).stderr).toContain('--external:faasify/runtime');
    }
  });

  test('packs a function of two lines into 2.5 kB at most', async () => {
    const folder = makeProject(TRIG);
    await faasify(folder, '.', '--target', 'lambda');
    const { units } = readManifest(join(folder, 'faas'));
    expect(units.find(({ name }) => name === 'trig-square')?.bytes).toBeLessThanOrEqual(2500);
  });

  test('gives the same bytes twice, wherever the project lies', async () => {
    const [first, second] = [makeProject(TRIG), makeProject(TRIG)];
    await faasify(first, '.', '--target', 'lambda');
    await faasifyProcess(second, '.', '--target', 'lambda');
    expect(hashTree(join(first, 'faas'))).toEqual(hashTree(join(second, 'faas')));
    const texts = Object.keys(hashTree(join(first, 'faas'))).map((file) =>
      readFileSync(join(first, 'faas', file), 'utf8'),
    );
    expect(texts.filter((text) => text.includes(first))).toEqual([]);
  });

  test('of an unchanged program says so at once', async () => {
    const folder = makeProject(TRIG);
    await faasify(folder, '.');
    const { stdout, code } = await faasify(folder, '.', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'unchanged', out: 'faas' });
    appendFileSync(join(folder, 'trig.ts'), '// a remark\n');
    expect(JSON.parse((await faasify(folder, '.', '--json')).stdout).kind).toBe('built');
    expect(JSON.parse((await faasify(folder, '.', '--json')).stdout).kind).toBe('unchanged');
  });

  test.each([
    ['a source', (folder: string) => appendFileSync(join(folder, 'trig.ts'), 'export const PI = 3;\n')],
    ['a new source', (folder: string) => writeFileSync(join(folder, 'new.ts'), 'export const one = 1;\n')],
    ['the tsconfig', (folder: string) => writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": {} }\n')],
    ['a tsconfig further up', (folder: string) => writeFileSync(join(folder, '../tsconfig.json'), '{}\n')],
    ['the package.json', (folder: string) => writeFileSync(join(folder, 'package.json'), '{ "name": "x" }\n')],
    ['a file that is only copied', (folder: string) => writeFileSync(join(folder, 'data.csv'), '1,2\n')],
  ])('builds again when %s has changed', async (_name, change) => {
    const outer = makeProject(Object.fromEntries(Object.entries(TRIG).map(([name, text]) => [`in/${name}`, text])));
    const folder = join(outer, 'in');
    await faasify(folder, '.');
    change(folder);
    expect(JSON.parse((await faasify(folder, '.', '--json')).stdout).kind).toBe('built');
  });

  test('takes over units whose inputs are the same', async () => {
    const folder = makeProject({ ...TRIG, 'other.ts': 'export function twice(n: number) {\n  return n * 2 + 0;\n}\n' });
    await faasify(folder, '.');
    appendFileSync(join(folder, 'other.ts'), 'export function thrice(n: number) {\n  return twice(n) + n;\n}\n');
    const fresh = JSON.parse((await faasify(folder, '.', '--json')).stdout);
    expect(fresh.reused.length).toBeGreaterThan(0);
    expect(fresh.reused).not.toContain('other-thrice');
    const again = makeProject({});
    for (const name of [...Object.keys(TRIG), 'other.ts']) {
      writeFileSync(join(again, name), readFileSync(join(folder, name)));
    }
    await faasify(again, '.');
    expect(hashTree(join(folder, 'faas'))).toEqual(hashTree(join(again, 'faas')));
  });

  test('leaves nothing of a build that was killed', async () => {
    const folder = makeProject({ ...TRIG, '.faas.99999999.new/units/x': '', '.faas.99999999.old/letter': 'kept' });
    await faasify(folder, '.');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('bundles packages from the project when the output lies elsewhere', async () => {
    const project = makeProject({
      ...TRIG,
      'node_modules/left/package.json': '{ "name": "left", "main": "index.js", "types": "index.d.ts" }\n',
      'node_modules/left/index.js':
        "const os = require('os');\nexports.left = (n) => n - (os.EOL.length > 5 ? 1 : 0);\n",
      'node_modules/left/index.d.ts': 'export function left(n: number): number;\n',
      'trig.ts': [
        "import { left } from 'left';",
        'export function calculate(values: number[]): number {',
        '  return values.reduce((sum, value) => sum + left(value), 0);',
        '}',
      ].join('\n'),
    });
    const elsewhere = makeProject({});
    const out = join(elsewhere, 'out');
    const { code, stderr } = await faasify(project, '.', '--out', out);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect((await runNode(elsewhere, '--import', TSX, 'out/app/main.ts')).stdout).toBe('6\n');
  });

  test('of a folder below its tsconfig and package.json works with its own', async () => {
    const config = { compilerOptions: { module: 'nodenext', paths: { '#lib/*': ['./src/lib/*'] } } };
    const folder = makeProject({
      'package.json': '{ "type": "module", "imports": { "#lib/*": "./src/lib/*" } }\n',
      'tsconfig.json': JSON.stringify(config),
      'src/lib/trig.ts': TRIG['trig.ts'],
      'src/main.ts': "import { calculate } from '#lib/trig.ts';\nconsole.log(calculate([1, 2, 3]));\n",
    });
    const { code } = await faasify(folder, 'src');
    expect(code).toBe(0);
    expect((await runNode(folder, '--import', TSX, 'faas/app/main.ts')).stdout).toBe('14\n');
    const read = (name: string) => JSON.parse(readFileSync(join(folder, 'faas/app', name), 'utf8'));
    expect(read('package.json')).toMatchObject({ type: 'module', imports: { '#lib/*': './lib/*' } });
    expect(read('tsconfig.json').compilerOptions.paths).toEqual({ '#lib/*': ['./lib/*'] });
  });

  test('says how to start an app that begins below the folder it was built of', async () => {
    const folder = makeProject({
      'package.json': '{ "type": "module" }\n',
      'lib/trig.ts': TRIG['trig.ts'],
      'tool/main.ts': "import { calculate } from '../lib/trig.ts';\nconsole.log(calculate([1, 2, 3]));\n",
    });
    const { stdout } = await faasify(folder, 'tool', '--out', 'faas');
    const [, start = ''] = /^next: npx tsx (.*)$/m.exec(stdout) ?? [];
    expect(start).toBe('faas/app/tool/main.ts');
    expect((await runNode(folder, '--import', TSX, start)).stdout).toBe('14\n');
  });

  test('keeps functions whose package cannot be bundled, with the reason', async () => {
    const folder = makeProject({
      ...TRIG,
      'node_modules/native/package.json': '{ "name": "native", "main": "index.js", "types": "index.d.ts" }\n',
      'node_modules/native/index.js': "module.exports = { twice: (n) => require('./build/native.node')(n) };\n",
      'node_modules/native/build/native.node': 'machine code',
      'node_modules/native/index.d.ts': 'export function twice(n: number): number;\n',
      'native.ts': "import { twice } from 'native';\nexport function four(n: number) {\n  return twice(twice(n));\n}\n",
    });
    const { code } = await faasify(folder, '.');
    expect(code).toBe(0);
    const { functions } = readManifest(join(folder, 'faas'));
    const verdict = functions.find(({ id }) => id === 'native#four');
    expect(verdict).toMatchObject({ verdict: 'keep' });
    expect(functions.find(({ id }) => id === 'trig#calculate')?.verdict).not.toBe('keep');
  });
});

describe('a dry run', () => {
  test('shows the changes and the handlers, and writes nothing', async () => {
    const folder = makeProject(TRIG);
    const before = hashTree(folder);
    const { code, stdout } = await faasify(folder, '.', '--target', 'lambda', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^--- trig\.ts\n\+\+\+ faas\/app\/trig\.ts$/m);
    expect(stdout).toMatch(/^\+.*cut(Async)?\('trig#calculate'/m);
    expect(stdout).toContain('export const handler = handle(');
    expect(hashTree(folder)).toEqual(before);
  });

  test('as JSON is one document', async () => {
    const folder = makeProject(TRIG);
    const { stdout } = await faasify(folder, '.', '--dry-run', '--json');
    const { kind, changes, handlers } = JSON.parse(stdout);
    expect(kind).toBe('dry-run');
    expect(changes.map(({ file }: { file: string }) => file)).toContain('trig.ts');
    expect(handlers.length).toBeGreaterThan(0);
  });
});

describe('check', () => {
  test('gives every function its verdict, and exit code 0', async () => {
    const { code, stdout } = await faasify(makeProject(TRIG), 'check', '.');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trig\.ts$/m);
    expect(stdout).toMatch(/^ +5 +(move|repair) +calculate/m);
  });

  test('of a function that was asked for and stays is exit code 1', async () => {
    const text = "/** @faas */\nexport function ask(name: string) {\n  process.exitCode = name.length;\n}\nask('');\n";
    const { code, stdout } = await faasify(makeProject({ 'main.ts': text }), 'check', '.');
    expect(code).toBe(1);
    expect(stdout).toContain('ask is annotated with @faas but stays');
  });

  test('as JSON', async () => {
    const { code, stdout } = await faasify(makeProject(TRIG), 'check', '.', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'check', problems: [] });
  });

  test('writes nothing', async () => {
    const folder = makeProject(TRIG);
    await faasify(folder, 'check', '.');
    expect(readdirSync(folder).sort()).toEqual(Object.keys(TRIG).sort());
  });
});

describe('the program itself', () => {
  test('says its version and helps', async () => {
    const folder = makeProject({});
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await faasifyProcess(folder, '--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await faasifyProcess(folder, '--help');
    expect(help.code).toBe(0);
    for (const word of ['run', 'serve', 'verify', 'check', 'Exit codes']) expect(help.stdout).toContain(word);
  });

  test('does not enter folders of packages that are links', async () => {
    const folder = makeProject(TRIG);
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'node_modules'), 'dir');
    expect((await faasify(folder, '.')).code).toBe(0);
  });
});

describe('watching', () => {
  test('builds again on a change, survives errors, and ends on Ctrl-C', async () => {
    const folder = makeProject(TRIG);
    const watcher = watchBuilds(folder);
    await watcher.until(/output in faas[\s\S]*watching/);
    writeFileSync(join(folder, 'trig.ts'), 'export function broken( {\n');
    await watcher.until(/error {2}trig\.ts:\d+[\s\S]*watching/);
    writeFileSync(join(folder, 'trig.ts'), TRIG['trig.ts']);
    await watcher.until(/nothing has changed|output in faas/);
    watcher.child.kill('SIGINT');
    expect(await watcher.ended).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
