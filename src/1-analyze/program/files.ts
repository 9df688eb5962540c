/** Which files are a program's own, and what they are called. */

import { dirname, relative } from 'node:path';
import ts from 'typescript';
import type { ModuleId, Place } from '../../types.ts';

/** The sources that are analysed: TypeScript without JSX. */
export const SOURCE_FILE = /(?<!\.d)(?<!\.d\.[^./]+)\.(ts|mts|cts)$/;

export function isBelow(folder: string, file: string): boolean {
  const path = posixRelative(folder, file);
  return path !== '..' && !path.startsWith('../');
}

export function posixRelative(from: string, to: string): string {
  return relative(from, to).replaceAll('\\', '/');
}

/** Line and column from 1, file relative to the source root. */
export function placeIn(root: string, file: ts.SourceFileLike & { fileName: string }, position: number): Place {
  const { line, character } = ts.getLineAndCharacterOfPosition(file, position);
  return { file: posixRelative(root, file.fileName), line: line + 1, column: character + 1 };
}

/** Path without extension; where that would name two files the later one keeps its extension. */
export function nameModules(root: string, files: ts.SourceFile[]): Map<string, ModuleId> {
  const ids = new Map<string, ModuleId>();
  const taken = new Set<ModuleId>();
  for (const file of files) {
    const path = posixRelative(root, file.fileName);
    const short = path.replace(/\.[cm]?ts$/, '');
    const id = taken.has(short) ? path : short;
    taken.add(id);
    ids.set(file.fileName, id);
  }
  return ids;
}

const TEST_NAME = /\.(test|spec)\.[cm]?tsx?$|(^|\/)__(tests|mocks)__\//;
const TEST_FOLDER = /(^|\/)(test|tests|spec|e2e)\//;

/** Judges by the path from the folder of the project: `x.test.ts`, `__tests__/`, `test/`. */
export function isTestPath(path: string): boolean {
  return TEST_NAME.test(path) || TEST_FOLDER.test(path);
}

/** The deepest folder that holds all files. */
export function commonFolder(files: string[]): string {
  const [first, ...rest] = files;
  let folder = dirname(first ?? process.cwd());
  for (const file of rest) while (!isBelow(folder, file)) folder = dirname(folder);
  return folder;
}
