import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { findSuspects } from '../../src/3-transform/native-check.ts';
import { writeFiles } from '../analyze/write-files.ts';

const RUNTIME_TYPES = join(import.meta.dirname, '../../templates/package/index.d.ts');

/** The names of the files with errors, of a program with other texts for some files. */
async function look(files: Record<string, string>, texts: Record<string, string>): Promise<string[] | undefined> {
  const cwd = writeFiles(files);
  const { program } = loadProgram({ path: '.', cwd });
  const others = Object.entries(texts).map(([name, text]): [string, string] => [
    join(program.getCurrentDirectory(), name),
    text,
  ]);
  const suspects = await findSuspects(program, new Map(others), RUNTIME_TYPES);
  return suspects && [...suspects].map((file) => file.slice(program.getCurrentDirectory().length + 1)).sort();
}

function configOf(compilerOptions: object): string {
  return JSON.stringify({ compilerOptions });
}

const M = 'export function f(x: number) {\n  return x;\n}\n';
const USE = "import { f } from './m.js';\nexport const y: number = f(1);\n";

test('errors are found in texts and in what imports them, one program after the other', async () => {
  const files = {
    'tsconfig.json': configOf({ strict: true, module: 'NodeNext', target: 'ES2022', types: [] }),
    'm.ts': M,
    'use.ts': USE,
  };
  expect(await look(files, {})).toEqual([]);
  expect(await look(files, { 'm.ts': 'export async function f(x: number) {\n  return x;\n}\n' })).toEqual(['use.ts']);
  expect(await look(files, { 'm.ts': `${M}const bad: string = f(1);\n` })).toEqual(['m.ts']);
  expect(await look(files, { 'm.ts': 'export function f(' })).toEqual(['m.ts', 'use.ts']);
  expect(await look(files, { 'm.ts': `import { cut } from 'faasify/runtime';\n${M}cut;\n` })).toEqual([]);
  expect(await look(files, {})).toEqual([]);
});

test('how packages were found before they had exports, and folders that paths name', async () => {
  const config = configOf({ module: 'CommonJS', target: 'ESNext', types: [], baseUrl: '.', paths: { '#m': ['m.ts'] } });
  const types = {
    'node_modules/old/package.json': '{ "name": "old", "types": "t.d.ts", "exports": {} }',
    'node_modules/old/t.d.ts': 'export declare const old: number;',
  };
  const use = "import { f } from '#m';\nimport { old } from 'old';\nexport const y: number = f(old);\n";
  expect(await look({ 'tsconfig.json': config, ...types, 'm.ts': M, 'use.ts': use }, {})).toEqual([]);
});

test('nothing is said of options that the native compiler does not know', async () => {
  expect(await look({ 'tsconfig.json': configOf({ target: 'ES5', types: [] }), 'm.ts': M }, {})).toBeUndefined();
  expect(
    await look(
      {
        'tsconfig.json': configOf({ target: 'ES2022', module: 'AMD', moduleResolution: 'Node10', types: [] }),
        'm.ts': M,
      },
      {},
    ),
  ).toBeUndefined();
});
