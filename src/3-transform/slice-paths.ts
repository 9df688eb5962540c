import { posix } from 'node:path';

/** The stubs of a unit that calls others, from the unit's folder. */
export const STUBS = 'stubs.ts';

/** Where the slices of a file of the program lie, from the output folder: the tree of the source root; what is above it goes under `_up`. */
export function slicePath(file: string): string {
  return posix.join('slices', posix.normalize(file).replace(/\.\.\//g, '_up/'));
}

/** `slices/lib/cart.ts`, then `slices/lib/cart-2.ts`, …: the first that is not taken, which it is from now on. */
export function takePath(
  file: string,
  { taken, reserved }: { taken: Set<string>; reserved: ReadonlySet<string> },
): string {
  const wanted = slicePath(file);
  const { dir, name, ext } = posix.parse(wanted);
  let path = wanted;
  for (let count = 2; taken.has(path) || (path !== wanted && reserved.has(path)); count++) {
    path = posix.join(dir, `${name}-${count}${ext}`);
  }
  taken.add(path);
  return path;
}

/** The specifier that leads from one file to another, both from the same folder. */
export function relativeSpecifier(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
