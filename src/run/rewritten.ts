/** Which files of the user a build has rewritten. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface RewrittenFile {
  /** The user's file and the one that replaces it, absolute. */
  original: string;
  rewritten: string;
}

/** Every rewritten file of `<out>/app` has its source map beside it. `root` is the source root. */
export function listRewritten(out: string, root: string): RewrittenFile[] {
  const app = join(out, 'app');
  const paths = listFiles(app, '')
    .filter((path) => REWRITTEN_MAP.test(path))
    .map((path) => path.slice(0, -'.map'.length))
    .filter((path) => existsSync(join(app, path)))
    .sort();
  const base = findBase(root, paths);
  return paths.map((path) => ({ original: join(base, path), rewritten: join(app, path) }));
}

/** Packages and links are not entered. */
function listFiles(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = join(prefix, entry.name);
    return entry.isDirectory() ? listFiles(join(folder, entry.name), path) : [path];
  });
}

const REWRITTEN_MAP = /\.[cm]?ts\.map$/;

/** The app mirrors the source root, or the nearest folder above it that holds all of the program. */
function findBase(root: string, paths: string[]): string {
  let base = root;
  while (!paths.every((path) => existsSync(join(base, path)))) {
    if (dirname(base) === base) throw new Error(`the app does not mirror ${root}: ${paths.join(', ')}`);
    base = dirname(base);
  }
  return base;
}
