/** A second project beside the first one: same files, same packages, nothing of the first one is touched. */

import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

export interface ProjectCopy {
  /** What was copied: the folder itself, or the workspace it is part of. */
  originalRoot: string;
  root: string;
  /** The copy of the folder that was asked for. */
  dir: string;
  /** What stands in `target` for which folder; longest paths first. */
  paths: [copy: string, original: string][];
}

/** Nothing a program needs to run: version control and what tools can make again. */
const LEFT_OUT = new Set([
  '.git',
  '.hg',
  '.svn',
  '.faasify',
  '.turbo',
  '.nx',
  '.parcel-cache',
  '.nyc_output',
  '.jest-cache',
]);
const MODULES_LEFT_OUT = new Set([
  '.cache',
  '.vite',
  '.vite-temp',
  '.vitest',
  '.package-lock.json',
  '.faasify',
  'faasify',
]);
const PROJECT_FILES = /^(package\.json|tsconfig.*\.json|\.npmrc)$/;

/**
 * Copies the project (or the workspace) that `dir` belongs to below `target`. node_modules folders become real folders
 * full of links, so that a package can be added without touching the original. What folders above lend to the project
 * (packages, package.json) is there as well.
 */
export function copyProject(dir: string, target: string): ProjectCopy {
  const original = realpathSync(dir);
  const originalRoot = findWorkspace(original) ?? original;
  const top = findTop(originalRoot);
  const root = join(target, relative(top, originalRoot));
  for (let above = dirname(originalRoot); top !== originalRoot; above = dirname(above)) {
    copySurroundings(above, join(target, relative(top, above)), { from: originalRoot, to: root });
    if (above === top) break;
  }
  copyFolder(originalRoot, root, { from: originalRoot, to: root });
  const paths: ProjectCopy['paths'] = [
    [root, originalRoot],
    [target, top],
  ];
  return { originalRoot, root, dir: join(root, relative(originalRoot, original)), paths };
}

/** Where files of the original are found in the copy. */
interface Mapping {
  from: string;
  to: string;
}

function copyFolder(from: string, to: string, mapping: Mapping): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.has(entry.name) || entry.name.endsWith('.tsbuildinfo')) continue;
    if (entry.name === 'node_modules') linkModules(source, target, mapping);
    else if (entry.isSymbolicLink()) symlinkSync(mapLink(source, mapping), target);
    else if (entry.isDirectory()) copyFolder(source, target, mapping);
    else if (entry.isFile()) copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/** A real folder with a link to every package; scopes are real folders too. */
function linkModules(from: string, to: string, mapping: Mapping): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (MODULES_LEFT_OUT.has(entry.name)) continue;
    if (entry.name.startsWith('@') && entry.isDirectory()) linkModules(source, target, mapping);
    else symlinkSync(mapPackage(source, mapping), target);
  }
}

/** A package of the same workspace is the copied one; any other is the original. */
function mapPackage(source: string, mapping: Mapping): string {
  const real = existsSync(source) ? realpathSync(source) : source;
  const inside = relative(mapping.from, real);
  if (inside.startsWith('..') || isAbsolute(inside) || inside.split(sep).includes('node_modules')) return source;
  return join(mapping.to, inside);
}

/** Relative links stay as they are; absolute ones into the project lead into the copy. */
function mapLink(source: string, mapping: Mapping): string {
  const link = readlinkSync(source);
  if (!isAbsolute(link)) return link;
  const inside = relative(mapping.from, link);
  return inside.startsWith('..') ? link : join(mapping.to, inside);
}

function copySurroundings(from: string, to: string, mapping: Mapping): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name === 'node_modules') linkModules(join(from, name), join(to, name), mapping);
    else if (PROJECT_FILES.test(name)) copyFileSync(join(from, name), join(to, name));
  }
}

/** The folder above that says its packages belong together. */
function findWorkspace(dir: string): string | undefined {
  return parents(dir).find((above) => {
    if (existsSync(join(above, 'pnpm-workspace.yaml'))) return true;
    const manifest = join(above, 'package.json');
    return existsSync(manifest) && /"workspaces"\s*:/.test(readFileSync(manifest, 'utf8'));
  });
}

/** The highest folder that Node or npm would look at for the sake of the project. */
function findTop(root: string): string {
  return (
    parents(root).findLast(
      (above) => existsSync(join(above, 'package.json')) || existsSync(join(above, 'node_modules')),
    ) ?? root
  );
}

/** Folders above, nearest first, up to the one that is under version control. */
function parents(dir: string): string[] {
  const list: string[] = [];
  for (let at = dir; !existsSync(join(at, '.git')) && dirname(at) !== at; ) {
    at = dirname(at);
    list.push(at);
  }
  return list;
}
