/** Files of a project that are no part of the program and import modules of it. */

import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Outsider {
  /** The module of the program that is imported. */
  imported: ts.SourceFile;
  /** Absolute path of the file that imports it. */
  by: string;
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** One importer for each module that has any, by relative paths, `#names` or the `paths` of the compiler options. */
export function findOutsiders(home: string, program: ts.Program, own: readonly ts.SourceFile[]): Outsider[] {
  const options = program.getCompilerOptions();
  const files = new Map(own.map((file) => [file.fileName, file]));
  const found = new Map<ts.SourceFile, Outsider>();
  for (const by of ts.sys.readDirectory(home, EXTENSIONS, ['**/node_modules']).sort()) {
    if (files.has(by) || /\.d\.[cm]?ts$/.test(by)) continue;
    for (const { fileName: name } of ts.preProcessFile(readFileSync(by, 'utf8'), true, true).importedFiles) {
      if (!/^[.#/]/.test(name) && options.paths === undefined) continue;
      const { resolvedModule } = ts.resolveModuleName(name, by, options, ts.sys);
      const imported = resolvedModule && files.get(resolvedModule.resolvedFileName);
      if (imported && !found.has(imported)) found.set(imported, { imported, by });
    }
  }
  return [...found.values()];
}
