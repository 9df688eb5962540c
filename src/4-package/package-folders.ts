import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin } from './files.ts';

/** The node_modules folders that code in `folder` can import from, nearest first. */
export function findPackageFolders(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules'))) found.push(join(at, 'node_modules'));
    if (dirname(at) === at) return found;
  }
}

/**
 * Makes the packages of a program in `root` reachable for code below `temp`, which is going to be `out`. Nothing is
 * needed where the output lies inside the project; elsewhere `<out>/node_modules` is a link, or holds a link for every package.
 */
export function linkPackages(root: string, out: string, temp: string): void {
  const wanted = findPackageFolders(root);
  const reached = findPackageFolders(dirname(out)).filter((folder) => !isWithin(out, folder));
  const isReached = wanted.length === reached.length && wanted.every((folder, index) => folder === reached[index]);
  if (isReached || wanted.length === 0) return;
  const [only, ...others] = wanted;
  if (only !== undefined && others.length === 0) symlinkSync(only, join(temp, 'node_modules'), 'junction');
  else for (const folder of wanted) linkEach(folder, join(temp, 'node_modules'));
}

/** Folders inside the program that have packages of their own get a link to these. */
export function linkInnerPackages(root: string, packageFolders: string[], app: string): void {
  for (const folder of packageFolders) {
    if (folder === 'node_modules') continue;
    mkdirSync(dirname(join(app, folder)), { recursive: true });
    symlinkSync(realpathSync(join(root, folder)), join(app, folder), 'junction');
  }
}

/** The first link wins, as the nearest folder does for Node. */
function linkEach(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name.startsWith('@') && entry.isDirectory()) linkEach(source, target);
    else if (!entry.name.startsWith('.') && !existsSync(target)) symlinkSync(realpathSync(source), target, 'junction');
  }
}
