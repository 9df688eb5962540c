import { posix } from 'node:path';

/** The stubs of a unit that calls others, from its folder. */
export const STUBS = 'stubs.ts';

/** Where a file of the program lies in a unit: the tree of the source root; what is above it goes under `_up`. */
export function slicePath(file: string): string {
  return posix.join('slice', posix.normalize(file).replace(/\.\.\//g, '_up/'));
}

/** The specifier that leads from one file to another, both from the same folder. */
export function relativeSpecifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
