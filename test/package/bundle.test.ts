import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Bundles, bundleUnits } from '../../src/4-package/bundle.ts';

/** `root/` holds the sources, `temp/` the output that is being made. */
function makeFolders(files: Record<string, string>): { root: string; temp: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-bundle-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const runtime = { 'temp/runtime/package.json': '{ "sideEffects": false }', 'temp/runtime/handle.ts': RUNTIME };
  for (const [name, text] of Object.entries({ ...runtime, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { root: join(folder, 'root'), temp: join(folder, 'temp') };
}

const RUNTIME = 'export function handle<T>(value: T): T {\n  return value;\n}\n';

function makeHandler(module: string, name: string): string {
  return [
    `import { ${name} } from '../../slices/${module}';`,
    "import { handle } from '../../runtime/handle.ts';",
    `export const handler = handle(${name});`,
  ].join('\n');
}

async function bundle(
  folders: { root: string; temp: string; compilerOptions?: Record<string, string | boolean> },
  ...names: string[]
): Promise<Bundles> {
  const { root, temp, compilerOptions = {} } = folders;
  const units = names.map((name) => ({ name, entry: 'handler.ts', bundle: 'handler.mjs' as const }));
  const groups = bundleUnits({
    root,
    temp,
    units,
    runtime: { home: temp, folders: ['runtime'] },
    options: { compilerOptions, paths: {}, isClassic: false },
    native: [],
  });
  const all: Bundles = { bundles: [], failures: [] };
  for await (const { bundles, failures } of groups) {
    all.bundles.push(...bundles);
    all.failures.push(...failures);
  }
  return all;
}

async function load(temp: string, code: string): Promise<{ handler: (...args: unknown[]) => unknown }> {
  const file = join(temp, `bundle-${Math.random()}.mjs`);
  writeFileSync(file, code);
  return import(pathToFileURL(file).href);
}

test('functions and classes keep their names, the runtime does not', async () => {
  const folders = makeFolders({
    'temp/units/one/handler.ts': makeHandler('cart.ts', 'names'),
    'temp/slices/cart.ts':
      'class Cart {}\nexport function names() {\n  return [names.name, new Cart().constructor.name, (() => 1).name];\n}\n',
  });
  const { bundles } = await bundle(folders, 'one');
  const [{ code } = { code: '' }] = bundles;
  expect((await load(folders.temp, code)).handler()).toEqual(['names', 'Cart', '']);
  expect(code).not.toContain('"handle"');
});

test('fields are defined where the compiler would define them', async () => {
  const folders = makeFolders({
    'temp/units/one/handler.ts': makeHandler('t.ts', 'measure'),
    'temp/slices/t.ts': [
      'class Text {',
      '  size = this.text?.length ?? 0;',
      '  #first = this.text?.[0];',
      '  constructor(readonly text: string) {}',
      '  show() {',
      '    return [this.#first, this.size, ...Object.keys(this)];',
      '  }',
      '}',
      "export const measure = () => new Text('abc').show();",
    ].join('\n'),
  });
  const run = async (target: string) => {
    const compilerOptions = { target, useDefineForClassFields: true };
    const { bundles } = await bundle({ ...folders, compilerOptions }, 'one');
    return (await load(folders.temp, bundles[0]?.code ?? '')).handler();
  };
  expect(await run('es2020')).toEqual(['a', 3, 'text', 'size']);
  expect(await run('es2022')).toEqual([undefined, 0, 'text', 'size']);
});

test('CommonJS packages find require, __dirname and what Node brings along', async () => {
  const folders = makeFolders({
    'root/node_modules/old/index.js':
      "const path = require('path');\nexports.where = () => [path.basename(__filename), typeof __dirname];\n",
    'temp/units/one/handler.ts': makeHandler('a.ts', 'where'),
    'temp/slices/a.ts': "export { where } from 'old';\n",
  });
  const { bundles, failures } = await bundle(folders, 'one');
  expect(failures).toEqual([]);
  const [first] = bundles;
  expect(first?.packageFiles).toEqual([join(folders.root, 'node_modules/old/index.js')]);
  const [name, kind] = (await load(folders.temp, first?.code ?? '')).handler() as string[];
  expect([name?.startsWith('bundle-'), kind]).toEqual([true, 'string']);
});

test('one unit that cannot be bundled does not keep the others from it', async () => {
  const folders = makeFolders({
    'temp/units/bad/handler.ts': makeHandler('bad.ts', 'gone'),
    'temp/slices/bad.ts': "export { gone } from 'not-installed';\n",
    'temp/units/good/handler.ts': makeHandler('a.ts', 'one'),
    'temp/slices/a.ts': 'export const one = 1;\n',
  });
  const { bundles, failures } = await bundle(folders, 'bad', 'good');
  expect(bundles.map(({ unit }) => unit)).toEqual(['good']);
  expect(failures).toMatchObject([{ unit: 'bad', message: expect.stringContaining('"not-installed"') }]);
});

test('more units than go to the bundler in one go are all there, each once', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `unit${index}`);
  const handlers = names.map((name) => [`temp/units/${name}/handler.ts`, makeHandler('a.ts', name)]);
  const missing = 'unit140';
  const exported = names.filter((name) => name !== missing).map((name) => `export const ${name} = () => '${name}';\n`);
  const folders = makeFolders({ ...Object.fromEntries(handlers), 'temp/slices/a.ts': exported.join('') });
  const { bundles, failures } = await bundle(folders, ...names);
  expect(bundles.map(({ unit }) => unit)).toEqual(names.filter((name) => name !== missing));
  expect(failures.map(({ unit }) => unit)).toEqual([missing]);
  for (const { unit, code } of bundles) expect(code).toContain(`"${unit}"`);
});

test('a text that looks like an import of the runtime is not taken for one', async () => {
  const text = `const text = 'import{handle}from"../runtime/handle.ts";';\nexport const one = () => text;\n`;
  const folders = makeFolders({
    'temp/units/one/handler.ts': makeHandler('a.ts', 'one'),
    'temp/slices/a.ts': text,
    'temp/units/two/handler.ts': makeHandler('two.ts', 'two'),
    'temp/slices/two.ts': 'export const two = 2;\n',
  });
  const { bundles, failures } = await bundle(folders, 'one', 'two');
  expect(bundles.map(({ unit }) => unit)).toEqual(['two']);
  expect(failures).toEqual([{ unit: 'one', message: 'a text of the program looks like an import of the runtime' }]);
});

test('the source map leads to the slice', async () => {
  const folders = makeFolders({
    'temp/units/one/handler.ts': makeHandler('a.ts', 'one'),
    'temp/slices/a.ts': 'export function one() {\n  return Math.random();\n}\n',
  });
  const { bundles } = await bundle(folders, 'one');
  expect(JSON.parse(bundles[0]?.map ?? '').sources).toContain('../../slices/a.ts');
});

test('what a program calls like a global is its own affair', async () => {
  const slice = [
    "import { setTimeout } from 'node:timers/promises';",
    'class Object {}',
    "const Map = 'map', { JSON } = { JSON: 'json' };",
    'export function mine() {\n  return [Map, JSON, new Object().constructor.name, setTimeout.name];\n}\n',
  ];
  const folders = makeFolders({
    'temp/units/one/handler.ts': makeHandler('a.ts', 'mine'),
    'temp/slices/a.ts': slice.join('\n'),
    'temp/runtime/handle.ts':
      'export function handle(run: () => unknown) {\n  return () => [Object.keys({ a: 1 }), JSON.stringify(new Map()), setTimeout.name, run()];\n}\n',
  });
  const { bundles } = await bundle(folders, 'one');
  const [{ code } = { code: '' }] = bundles;
  expect((await load(folders.temp, code)).handler()).toEqual([
    ['a'],
    '{}',
    'setTimeout',
    ['map', 'json', 'Object', 'setTimeout'],
  ]);
});

test('what the program calls like a global of the runtime gets another name, also in a package without side effects', async () => {
  const folders = makeFolders({
    'package.json': '{ "sideEffects": false }',
    'temp/runtime/handle.ts':
      'export function handle<T>(value: () => T): () => unknown[] {\n  return () => [new Map([[1, 2]]).size, value()];\n}\n',
    'temp/units/one/handler.ts': makeHandler('names.ts', 'name'),
    'temp/slices/names.ts': "const Map = ['mine'].join();\nexport const name = (): string => Map;\n",
  });
  const { bundles } = await bundle(folders, 'one');
  const { handler } = await load(folders.temp, bundles[0]?.code ?? '');
  expect(handler()).toEqual([1, 'mine']);
});
