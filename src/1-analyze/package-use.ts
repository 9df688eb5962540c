/** From an import of a package to the facts about the code behind it. */

import type ts from 'typescript';
import { type ApiFacts, readRow } from './api-facts.ts';
import type { ProgramIndex } from './program-index.ts';

/**
 * What calling `path` of the package that `file` imports as `specifier` may do. Without a specifier: a method of an object
 * of the package whose declarations are in `file`.
 */
export function packageFactsOf(
  _index: ProgramIndex,
  _file: ts.SourceFile,
  specifier: string | undefined,
  path: readonly string[],
): ApiFacts {
  return { ...readRow('now', [specifier ?? 'package', ...path].join('.')), known: false };
}
