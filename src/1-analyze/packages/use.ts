/** From an import of a package to the facts about the code behind it. */

import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { posixRelative } from '../program/files.ts';
import { packageOf } from '../shapes/origin.ts';
import { type Consulted, findCallers } from './callers.ts';
import { importsIn } from './entries.ts';
import { createPackages, type Packages, type PackageUse, packageApi } from './facts.ts';
import { resolveAtRunTime } from './graph.ts';

/** What packages do is found out once an analysis. */
const readers = new WeakMap<ProgramIndex, { packages: Packages; consulted: Consulted }>();

/** Packages of which the user says that they only compute from what they are given: their code may be none that can be read. */
const pure = new WeakMap<ProgramIndex, ReadonlySet<string>>();

export function openPackages(index: ProgramIndex, names: readonly string[]): void {
  pure.set(index, new Set(names));
}

/** They may still change what they are given, and call what it holds. */
function vouchedApi(isMethod: boolean): ApiFacts {
  const changes = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  return { effects: [], callsBack: 'now', changes, changesReceiver: isMethod, returns: 'other', known: true };
}

export function packagesOf(index: ProgramIndex): Packages {
  const known = readers.get(index);
  if (known) return known.packages;
  const callers = findCallers(index.loaded);
  const packages = createPackages(listPackageFiles(index, callers.otherSources()), callers);
  readers.set(index, { packages, consulted: callers.consulted });
  return packages;
}

/** What the facts about packages depend on besides the program and the packages themselves, relative to the source root. */
export function consultedFor(index: ProgramIndex): Consulted | undefined {
  const { files, folders } = readers.get(index)?.consulted ?? { files: [], folders: [] };
  if (files.length === 0) return undefined;
  const relate = (paths: readonly string[]) =>
    [...new Set(paths.map((path) => posixRelative(index.loaded.root, path)))].sort();
  return { files: relate(files), folders: relate(folders) };
}

/** The files of packages that the program imports by name, or another source of the project. */
function listPackageFiles(index: ProgramIndex, others: readonly string[]): string[] {
  const own = index.loaded.files.map(({ fileName, text }) => ({ path: fileName, text }));
  const texts = [...own, ...others.map((path) => ({ path, text: readFileSync(path, 'utf8') }))];
  const files = texts.flatMap(({ path, text }) => {
    const names = importsIn(text).filter((name) => !/^[./]/.test(name) && !isBuiltin(name));
    return names.map((name) => resolveAtRunTime(name, path));
  });
  return [...new Set(files.filter((file) => file !== undefined))].sort();
}

/** `written`: the expression for it, in short. */
interface Use extends Pick<PackageUse, 'path' | 'isRead'> {
  written: string;
  isNew?: boolean;
}

/**
 * What calling something of the package that `file` imports as `specifier` may do. Without a specifier: a method of an object
 * of the package whose declarations are in `file`.
 */
export function packageFactsOf(
  index: ProgramIndex,
  file: ts.SourceFile,
  specifier: string | undefined,
  { path, written, isNew = false, isRead = false }: Use,
): ApiFacts {
  const packages = packagesOf(index);
  const name = specifier ?? packageOf(file.fileName);
  if (name !== undefined && pure.get(index)?.has(nameOf(name))) return vouchedApi(specifier === undefined);
  const resolved = name === undefined ? undefined : packages.resolvePackage(name, file.fileName);
  const form = specifier === undefined ? 'method' : isNew ? 'new' : 'import';
  const called = name === undefined ? written : `${written} of ${nameOf(name)}`;
  return packageApi(packages, resolved, { path, form, called, isRead });
}

/** `@scope/name/part` → `@scope/name`; a path, which leads nowhere if it gets here, stays whole. */
function nameOf(specifier: string): string {
  if (specifier.startsWith('.')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
