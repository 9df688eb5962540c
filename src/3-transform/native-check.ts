/** A first look at the rewritten program by the native compiler, which takes a tenth of the time. */

import { dirname, join } from 'node:path';
import ts from 'typescript';
import { writeOptions } from '../1-analyze/program/written-options.ts';
import { askNative, type NativeProject, prepareNative } from './native-compiler.ts';

/** Says nothing about types, or cannot be told to the native compiler, whose default finds no error more. */
const IRRELEVANT =
  /^(out|outFile|declaration|declarationDir|declarationMap|isolatedDeclarations|composite|incremental|tsBuildInfoFile|sourceMap|inlineSourceMap|inlineSources|mapRoot|sourceRoot|emit\w+|importHelpers|removeComments|noEmit\w+|stripInternal|preserveConstEnums|charset|rootDir|pretty|listFiles|traceResolution|diagnostics|extendedDiagnostics|esModuleInterop|allowSyntheticDefaultImports|alwaysStrict|skipLibCheck|skipDefaultLibCheck|forceConsistentCasingInFileNames)$/;

let count = 0;

/** Lets the native compiler read a program that is to be rewritten while it is still being analysed. */
export function prepareCheck(program: ts.Program, runtimeTypes: string): void {
  const project = describeProject(program, new Map(), runtimeTypes);
  if (project) prepareNative(project);
}

/**
 * The files that have errors with these texts, absolute. Undefined if the native compiler cannot tell: it is not there, or it
 * does not know the options, or finds other files than this compiler.
 */
export async function findSuspects(
  program: ts.Program,
  texts: ReadonlyMap<string, string>,
  runtimeTypes: string,
): Promise<Set<string> | undefined> {
  const project = describeProject(program, texts, runtimeTypes);
  if (project === undefined) return undefined;
  try {
    const { files, isRefused, suspects } = await askNative(project);
    const isKnown = isSame(project.changed, files.filter(isOutsidePackages), runtimeTypes);
    return isKnown && !isRefused ? new Set(suspects) : undefined;
  } catch {
    return undefined;
  }
}

function describeProject(
  program: ts.Program,
  texts: ReadonlyMap<string, string>,
  runtimeTypes: string,
): NativeProject | undefined {
  const config = writeConfig(program, runtimeTypes);
  if (config === undefined) return undefined;
  const { configFilePath } = program.getCompilerOptions();
  const folder = typeof configFilePath === 'string' ? dirname(configFilePath) : program.getCurrentDirectory();
  const configFile = join(folder, `tsconfig.faasify-${++count}.json`);
  return { configFile, config, texts, changed: listFiles(program) };
}

function listFiles(program: ts.Program): string[] {
  return program
    .getSourceFiles()
    .map(({ fileName }) => fileName)
    .filter(isOutsidePackages);
}

function isOutsidePackages(fileName: string): boolean {
  return !fileName.includes('/node_modules/');
}

/** The same files, but for the declarations of the runtime. */
function isSame(own: readonly string[], found: readonly string[], runtimeTypes: string): boolean {
  const [one, other] = [new Set(own), new Set(found)];
  const isRuntime = (file: string) => dirname(file) === dirname(runtimeTypes);
  return own.every((file) => other.has(file)) && found.every((file) => one.has(file) || isRuntime(file));
}

function writeConfig(program: ts.Program, runtimeTypes: string): string | undefined {
  const options = program.getCompilerOptions();
  const { target = ts.ScriptTarget.ES5, typeRoots, rootDirs, strict = false } = options;
  const { compilerOptions, paths, isClassic } = writeOptions(options);
  if (isClassic || target < ts.ScriptTarget.ES2015) return undefined;
  const written = Object.entries(compilerOptions).filter(([name]) => !IRRELEVANT.test(name));
  return JSON.stringify({
    compilerOptions: {
      strict,
      ...Object.fromEntries(written),
      ...writeResolution(options),
      types: options.types ?? ts.getAutomaticTypeDirectiveNames(options, ts.sys),
      ...(typeRoots && { typeRoots }),
      ...(rootDirs && { rootDirs }),
      paths: { ...paths, 'faasify/runtime': [runtimeTypes] },
      skipLibCheck: true,
      noEmit: true,
    },
    files: program.getRootFileNames(),
  });
}

/** How packages were looked up before they had `exports` has no name any more. */
function writeResolution({ module, moduleResolution }: ts.CompilerOptions): Record<string, unknown> {
  const isOld =
    moduleResolution === ts.ModuleResolutionKind.Node10 ||
    (moduleResolution === undefined && (module === undefined || module === ts.ModuleKind.CommonJS));
  if (!isOld) return {};
  return {
    module: ts.ModuleKind[module ?? ts.ModuleKind.CommonJS],
    moduleResolution: 'bundler',
    resolvePackageJsonExports: false,
    resolvePackageJsonImports: false,
  };
}
