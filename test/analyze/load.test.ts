import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type LoadedProgram, loadProgram } from '../../src/1-analyze/program/load.ts';
import { findTypeErrors } from '../../src/1-analyze/program/type-errors.ts';
import { writeOptions } from '../../src/1-analyze/program/written-options.ts';
import { FaasifyError } from '../../src/errors.ts';
import { writeFiles } from './write-files.ts';

function load(files: Record<string, string>, path = '.', project?: string): LoadedProgram {
  return loadProgram({ path, cwd: writeFiles(files), ...(project !== undefined && { project }) });
}

function modules(loaded: LoadedProgram): string[] {
  return loaded.files.map(loaded.moduleId);
}

function refusal(files: Record<string, string>, path = '.'): FaasifyError {
  try {
    load(files, path);
  } catch (error) {
    if (error instanceof FaasifyError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a folder', () => {
  it('without a tsconfig: all sources below it, tests marked, without those that no compiler takes', () => {
    const loaded = load({
      'main.ts': `import { f } from './lib/f.ts'; f();`,
      'lib/f.ts': 'export function f() { return 1 }',
      'lib/f.test.ts': '',
      'test/broken/f.ts': 'export function f( {',
      'lib/types.d.ts': 'declare const x: number;',
      'cjs.cts': 'export const a = 1;',
      'node_modules/p/index.ts': '',
    });
    expect(modules(loaded)).toEqual(['cjs', 'lib/f.test', 'lib/f', 'main']);
    expect(loaded.files.filter(loaded.isTest).map(loaded.moduleId)).toEqual(['lib/f.test']);
    expect(new Set(loaded.files.map(loaded.format))).toEqual(new Set(['commonjs']));
  });

  it('with a tsconfig: what it includes, tests marked', () => {
    const loaded = load({
      'tsconfig.json': '{ "extends": "./base.json", "include": ["src", "test"] }',
      'base.json': '{ "compilerOptions": { "strict": true, "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }',
      'package.json': '{ "type": "module" }',
      'src/a.ts': `import { b } from '@/b'; export const a = b;`,
      'src/b.ts': 'export const b = 1;',
      'test/a.test.ts': `import '../src/a';`,
      'other.ts': '',
    });
    expect(modules(loaded)).toEqual(['src/a', 'src/b', 'test/a.test']);
    expect(loaded.files.map(loaded.isTest)).toEqual([false, false, true]);
    expect(loaded.files.map(loaded.format)).toEqual(['esm', 'esm', 'esm']);
    expect(loaded.options.strict).toBe(true);
    const inputs = loaded.inputs.map((file) => file.slice(loaded.root.length + 1));
    expect(inputs).toEqual(['base.json', 'package.json', 'src/a.ts', 'src/b.ts', 'test/a.test.ts', 'tsconfig.json']);
    expect(loaded.directories).toContain(join(loaded.root, 'src'));
  });

  it('below a tsconfig: only what is in it and what that imports', () => {
    const loaded = load(
      {
        'tsconfig.json': '{}',
        'src/a.ts': `import '../shared/s';`,
        'shared/s.ts': 'export const s = 1;',
        'other/o.ts': 'export const o = 1;',
      },
      'src',
    );
    expect(modules(loaded)).toEqual(['../shared/s', 'a']);
  });

  it('leaves JSX, JavaScript and its own output alone', () => {
    const loaded = load({
      'tsconfig.json': '{ "compilerOptions": { "allowJs": true, "jsx": "preserve" } }',
      'a.ts': 'export const a = 1;',
      'view.tsx': 'export const v = <a/>;',
      'old.js': 'exports.x = 1;',
      'faas/faasify.json': '{}',
      'faas/units/u/handler.ts': 'export const a = 1;',
      'faas/app/a.ts': 'export const a = 1;',
    });
    expect(modules(loaded)).toEqual(['a']);
    expect(loaded.others.map(loaded.moduleId)).toEqual(['old.js', 'view.tsx']);
    expect(loaded.problems).toMatchObject([{ code: 'jsx', at: { file: 'view.tsx', line: 1, column: 1 } }]);
  });
});

describe('an entry', () => {
  const files = {
    'package.json': '{ "type": "module", "imports": { "#lib/*": "./lib/*.ts" } }',
    'src/main.ts': `import { f } from '#lib/f'; import { g } from './g.js'; f(g);`,
    'src/g.ts': 'export const g = 1;',
    'src/unused.ts': '',
    'lib/f.ts': 'export function f(x: number) { return x }',
  };
  it('brings what it imports', () => {
    const loaded = load(files, 'src/main.ts');
    expect(modules(loaded)).toEqual(['lib/f', 'src/g', 'src/main']);
  });
  it('makes what it imports part of the program, whatever the folder is called', () => {
    const files = {
      'tsconfig.json': '{}',
      'main.ts': `import './spec/rules';`,
      'spec/rules.ts': `export * from './more';`,
      'spec/more.ts': '',
      'spec/main.test.ts': `import '../main';`,
    };
    const loaded = load(files, 'main.ts');
    expect(modules(loaded)).toEqual(['main', 'spec/more', 'spec/rules']);
    expect(loaded.files.filter((file) => loaded.isTest(file))).toEqual([]);
    const folder = load(files, '.');
    expect(folder.files.filter((file) => folder.isTest(file)).map(folder.moduleId)).toEqual(['spec/main.test']);
    const { 'tsconfig.json': _, ...bare } = files;
    const loose = load(bare, '.');
    expect(loose.files.filter((file) => loose.isTest(file)).map(loose.moduleId)).toEqual(['spec/main.test']);
  });

  it('is not a test even if it is called one', () => {
    const loaded = load({ 'a.test.ts': 'export {}' }, 'a.test.ts');
    expect(loaded.files.map(loaded.isTest)).toEqual([false]);
  });
});

describe('a tsconfig', () => {
  it('brings the sources of its references, also when imported through their build or by package name', () => {
    const folder = writeFiles({
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./core" }, { "path": "./app" }] }',
      'core/package.json': '{ "name": "@org/core", "types": "dist/index.d.ts", "main": "dist/index.js" }',
      'core/tsconfig.json':
        '{ "compilerOptions": { "composite": true, "outDir": "dist", "rootDir": "src" }, "include": ["src"] }',
      'core/src/index.ts': 'export const core = 1;',
      'app/tsconfig.json': `{ "compilerOptions": { "composite": true, "moduleResolution": "node", "module": "esnext" }, "references": [{ "path": "../core" }] }`,
      'app/main.ts': `import { core } from '@org/core'; export const twice = core * 2;`,
    });
    mkdirSync(join(folder, 'node_modules/@org'), { recursive: true });
    symlinkSync(join(folder, 'core'), join(folder, 'node_modules/@org/core'));
    const loaded = loadProgram({ path: 'tsconfig.json', cwd: folder });
    expect(modules(loaded)).toEqual(['app/main', 'core/src/index']);
    const checker = loaded.program.getTypeChecker();
    const main = loaded.files.find((file) => file.fileName.endsWith('main.ts'));
    const symbol = main && checker.getSymbolAtLocation(main);
    const [twice] = symbol ? checker.getExportsOfModule(symbol) : [];
    expect(twice && checker.typeToString(checker.getTypeOfSymbol(twice))).toBe('number');
  });

  it('that names nothing but others says nothing of options: the one with most of the files does', () => {
    const { options } = load(
      {
        'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.node.json" }, { "path": "./src" }] }',
        'tsconfig.node.json': '{ "compilerOptions": { "composite": true }, "files": ["config.ts"] }',
        'config.ts': 'export {}',
        'src/tsconfig.json': '{ "compilerOptions": { "composite": true, "strict": true, "target": "ESNext" } }',
        'src/a.ts': 'export {}',
        'src/b.ts': 'export {}',
      },
      '.',
    );
    expect(options).toMatchObject({ strict: true, target: ts.ScriptTarget.ESNext });
    expect(writeOptions(options).compilerOptions).toMatchObject({ strict: true, target: 'ESNext' });
  });

  it('counts a workspace whose package leads to sources as part of the program', () => {
    const folder = writeFiles({
      'tsconfig.json':
        '{ "compilerOptions": { "moduleResolution": "bundler", "module": "esnext" }, "include": ["app"] }',
      'core/package.json': '{ "name": "core", "exports": "./index.ts" }',
      'core/index.ts': 'export const core = 1;',
      'app/main.ts': `import { core } from 'core'; core;`,
      'node_modules/x/package.json': '{}',
    });
    symlinkSync(join(folder, 'core'), join(folder, 'node_modules/core'));
    expect(modules(loadProgram({ path: '.', cwd: folder }))).toEqual(['app/main', 'core/index']);
  });
});

describe('formats', () => {
  it('follow node16 options, extensions and syntax', () => {
    const loaded = load({
      'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" } }',
      'package.json': '{ "type": "module" }',
      'a.ts': 'export {}',
      'b.cts': 'export {}',
      'inner/package.json': '{}',
      'inner/c.ts': 'export {}',
      'inner/d.mts': 'export {}',
    });
    expect(loaded.files.map(loaded.format)).toEqual(['esm', 'commonjs', 'commonjs', 'esm']);
  });
  it('take top-level await as a sign where nothing else is said', () => {
    const loaded = load({ 'a.ts': 'await 1; export {}', 'b.ts': 'export async function f() { await 1 }' });
    expect(loaded.files.map(loaded.format)).toEqual(['esm', 'commonjs']);
  });
});

describe('refusals', () => {
  it('name what is missing or broken and where', () => {
    expect(refusal({ 'a.ts': '' }, 'nowhere').code).toBe('path-not-found');
    expect(refusal({ 'a.js': '' }).code).toBe('no-sources');
    const noLibrary = { compilerOptions: { lib: [], types: [] } };
    expect(refusal({ 'a.ts': '', 'tsconfig.json': JSON.stringify(noLibrary) })).toMatchObject({ code: 'no-library' });
    expect(refusal({ 'a.js': '' }, 'a.js').code).toBe('not-typescript');
    expect(refusal({ 'x/a.ts': 'let x = ;' })).toMatchObject({
      code: 'syntax',
      at: { file: 'x/a.ts', line: 1, column: 9 },
    });
    expect(refusal({ 'a.ts': '', 'tsconfig.json': '{\n "include": [ }' })).toMatchObject({
      code: 'tsconfig',
      at: { file: 'tsconfig.json', line: 2 },
    });
    expect(refusal({ 'a.ts': '', 'tsconfig.json': '{ "extends": "./no.json" }' }).code).toBe('tsconfig');
  });

  it('name the tsconfig that refers to one that is not there', () => {
    const files = {
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./app" }] }',
      'app/tsconfig.json': '{ "compilerOptions": { "composite": true }, "references": [{ "path": "../core" }] }',
      'app/a.ts': '',
    };
    const { code, message } = refusal(files);
    expect(code).toBe('tsconfig');
    expect(message).toMatch(/There is no \S+core\/tsconfig\.json, which \S+app\/tsconfig\.json refers to/);
  });

  it('do not include options that are deprecated or unknown', () => {
    const loaded = load({ 'a.ts': '', 'tsconfig.json': '{ "compilerOptions": { "target": "ES3", "fancy": true } }' });
    expect(loaded.problems.map((problem) => problem.code)).toEqual(['tsconfig']);
  });
});

it('a file behind whose 2,000th statement the compiler tells no types is an error, not a warning', () => {
  const steps = 'if (one) {}\n'.repeat(2_001);
  const loaded = load({ 'main.ts': `const one = 1;\n${steps}console.log(one);\nexport const n: string = one;\n` });
  const problems = findTypeErrors(
    loaded,
    loaded.files.map(({ fileName }) => fileName),
  );
  expect(problems.map(({ code, severity }) => `${code} ${severity}`)).toContain('too-long error');
});
