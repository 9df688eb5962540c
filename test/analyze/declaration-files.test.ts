import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { findTypeErrors } from '../../src/1-analyze/program/type-errors.ts';
import { writeFiles } from './write-files.ts';

const FILES = {
  'main.ts': "import { left } from 'left';\nexport const n: number = left;\n",
  'node_modules/left/package.json': '{ "name": "left", "main": "index.js", "types": "index.d.ts" }\n',
  'node_modules/left/index.d.ts': 'export declare const left: number;\n',
};

function load(cwd: string) {
  const loaded = loadProgram({ path: 'main.ts', cwd });
  const file = loaded.program.getSourceFile(join(cwd, 'node_modules/left/index.d.ts'));
  const errors = findTypeErrors(
    loaded,
    loaded.files.map(({ fileName }) => fileName),
  );
  return { file, errors: errors.map(({ message }) => message) };
}

it('declarations of packages are parsed once, and again when they have changed', () => {
  const cwd = writeFiles(FILES);
  const first = load(cwd);
  expect(first.errors).toEqual([]);
  expect(first.file).toBeDefined();
  expect(load(cwd).file).toBe(first.file);
  writeFileSync(join(cwd, 'node_modules/left/index.d.ts'), 'export declare const left: string[];\n');
  const changed = load(cwd);
  expect(changed.file).not.toBe(first.file);
  expect(changed.errors.join()).toContain("'string[]' is not assignable to type 'number'");
});

it('declarations are not shared between programs with other options', () => {
  const cwd = writeFiles({
    ...FILES,
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "target": "es2022" } }',
  });
  const first = load(cwd);
  writeFileSync(join(cwd, 'tsconfig.json'), '{ "compilerOptions": { "module": "nodenext", "target": "es2020" } }');
  expect(load(cwd).file).not.toBe(first.file);
});
