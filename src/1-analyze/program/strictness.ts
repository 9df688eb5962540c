/** Which files run without strict mode: there, writing to a frozen object fails without a word, and `this` is never nothing. */

import ts from 'typescript';
import { extendedFiles } from './config.ts';
import type { ModuleFormat } from './format.ts';
import { isWrittenAsModule } from './own-names.ts';

/**
 * What makes JavaScript of the program. `typescript`: a compiler that puts `"use strict"` into every file with an import or
 * export, as TypeScript and test runners do. Else it is esbuild or tsx, which do so only where the tsconfig says it: the one given
 * here, or if none is given that of the program.
 */
export type Strictness = 'typescript' | { tsconfig: string | undefined };

export interface Modes {
  isSloppy(file: ts.SourceFile, format: ModuleFormat): boolean;
  /** The tsconfig that says it, if that is not the program's, with what it extends; absolute. */
  inputs: string[];
}

export function readModes(strictness: Strictness | undefined, own: ts.CompilerOptions): Modes {
  const file = typeof strictness === 'object' ? strictness.tsconfig : undefined;
  const config = file === undefined ? undefined : readConfig(file);
  const isMadeStrict = makeIsMadeStrict(strictness, own, config);
  return {
    isSloppy: (source, format) => format === 'commonjs' && !hasDirective(source) && !isMadeStrict(source),
    inputs: [...(file === undefined ? [] : [file]), ...(config ? extendedFiles(config) : [])],
  };
}

function makeIsMadeStrict(
  strictness: Strictness | undefined,
  own: ts.CompilerOptions,
  config: ts.ParsedCommandLine | undefined,
): (file: ts.SourceFile) => boolean {
  if (strictness === 'typescript') return (file) => isAlwaysStrict(own) || isWrittenAsModule(file);
  if (strictness === undefined) return () => isAlwaysStrict(own);
  if (!config || !isAlwaysStrict(config.options)) return () => false;
  const covered = new Set(config.fileNames);
  return (file) => covered.has(file.fileName);
}

function readConfig(file: string): ts.ParsedCommandLine | undefined {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  return ts.getParsedCommandLineOfConfigFile(file, {}, host);
}

function isAlwaysStrict({ alwaysStrict, strict }: ts.CompilerOptions): boolean {
  return alwaysStrict ?? strict ?? false;
}

function hasDirective({ statements: [first] }: ts.SourceFile): boolean {
  return (
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === 'use strict'
  );
}
