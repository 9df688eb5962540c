/** Which files run without strict mode: there, writing to a frozen object fails without a word, and `this` is never nothing. */

import ts from 'typescript';
import type { ModuleFormat } from './format.ts';

/**
 * What makes JavaScript of the program. `typescript`: a compiler that puts `"use strict"` into every file with an import or
 * export, as TypeScript and test runners do. Else it is esbuild or tsx, which do so only where the tsconfig says it: the one given
 * here, or if none is given that of the program.
 */
export type Strictness = 'typescript' | { tsconfig: string | undefined };

export type IsSloppy = (file: ts.SourceFile, format: ModuleFormat) => boolean;

export function makeIsSloppy(strictness: Strictness | undefined, own: ts.CompilerOptions): IsSloppy {
  const isMadeStrict = makeIsMadeStrict(strictness, own);
  return (file, format) => format === 'commonjs' && !hasDirective(file) && !isMadeStrict(file);
}

function makeIsMadeStrict(
  strictness: Strictness | undefined,
  own: ts.CompilerOptions,
): (file: ts.SourceFile) => boolean {
  if (strictness === 'typescript') return (file) => isAlwaysStrict(own) || ts.isExternalModule(file);
  if (strictness === undefined) return () => isAlwaysStrict(own);
  if (strictness.tsconfig === undefined) return () => false;
  const config = readConfig(strictness.tsconfig);
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
