/** From an import of a package to the facts about the code behind it. */

import type ts from 'typescript';
import type { ApiFacts } from './api-facts.ts';
import { createPackages, type Packages, packageApi } from './packages.ts';
import type { ProgramIndex } from './program-index.ts';
import { packageOf } from './shape-origin.ts';

/** What packages do is found out once an analysis. */
const readers = new WeakMap<ProgramIndex, Packages>();

export function packagesOf(index: ProgramIndex): Packages {
  const packages = readers.get(index) ?? createPackages();
  readers.set(index, packages);
  return packages;
}

/**
 * What calling `path` of the package that `file` imports as `specifier` may do. Without a specifier: a method of an object
 * of the package whose declarations are in `file`.
 */
export function packageFactsOf(
  index: ProgramIndex,
  file: ts.SourceFile,
  specifier: string | undefined,
  path: readonly string[],
  isNew = false,
): ApiFacts {
  const packages = packagesOf(index);
  const name = specifier ?? packageOf(file.fileName);
  const resolved = name === undefined ? undefined : packages.resolvePackage(name, file.fileName);
  return packageApi(packages, resolved, path, specifier === undefined ? 'method' : isNew ? 'new' : 'import');
}
