/** Serves the overlay to `require`, without a frame of ours in the stacks of the user's modules. */

import fs from 'node:fs';
import Module from 'node:module';
import { type Overlay, RUNTIME_NAME, readOverlaid } from './overlay.ts';

type Resolve = (request: string, parent: unknown, isMain?: boolean, ...options: unknown[]) => string;
type Internals = typeof Module & { _cache: Record<string, { loaded: boolean } | undefined>; _resolveFilename: Resolve };

/** For a Node without `registerHooks`. To be called after tsx has put its own functions in place. */
export function overlayRequire(overlay: Overlay): void {
  const internals = Module as Internals;
  const resolve = internals._resolveFilename;
  internals._resolveFilename = (request, ...rest) => {
    if (request === RUNTIME_NAME) return overlay.runtime;
    const found = resolve.call(internals, request, ...rest);
    if (isLoad(rest) && isAboutToLoad(found, rest)) expectRead(overlay, found.split('?')[0] ?? found);
    return found;
  };
}

/** What Node has put into its cache for the sake of `import`, to look at its exports, is not loaded yet: the entry above all. */
function isAboutToLoad(file: string, [parent]: unknown[]): boolean {
  const isFirst = !looked.has(file);
  looked.add(file);
  if (!isLoaded(file)) return true;
  return isFirst && parent === undefined && (Module as Internals)._cache[file]?.loaded === false;
}

const looked = new Set<string>();

/** `require.resolve` hands over its options as well, and loads nothing. */
function isLoad(rest: unknown[]): boolean {
  return rest.length < 3;
}

export function isLoaded(file: string): boolean {
  return (Module as Internals)._cache[file] !== undefined;
}

/** The next time that the file is read, the overlay is what is found. Nothing of the user may run in between. */
export function expectRead(overlay: Overlay, file: string): void {
  const text = readOverlaid(overlay, file);
  if (text === undefined) return;
  const read = fs.readFileSync;
  fs.readFileSync = ((path: fs.PathOrFileDescriptor, ...options: [never]) => {
    if (path !== file) return read(path, ...options);
    fs.readFileSync = read;
    return text;
  }) as typeof read;
}
