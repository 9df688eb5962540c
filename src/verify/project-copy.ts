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
import { dirname, isAbsolute, join, relative } from 'node:path';
import { copyPackages, type Mapping } from './packages-copy.ts';
import { copyRepository } from './repository-copy.ts';

export interface ProjectCopy {
  /** What was copied: the folder itself, or the workspace it is part of. */
  originalRoot: string;
  root: string;
  /** The copy of the folder that was asked for. */
  dir: string;
  /** What stands in `target` for which folder; longest paths first. */
  paths: [copy: string, original: string][];
}

/** Nothing a program needs to run: what tools can make again, and version control that is not asked by programs. */
const LEFT_OUT = new Set(['.hg', '.svn', '.faasify', '.turbo', '.nx', '.parcel-cache', '.nyc_output', '.jest-cache']);
const PROJECT_FILES = /^(package\.json|tsconfig.*\.json|\.npmrc)$/;

/**
 * Copies the project (or the workspace) that `dir` belongs to below `target`. What folders above lend to the project
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

function copyFolder(from: string, to: string, mapping: Mapping): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.has(entry.name) || entry.name.endsWith('.tsbuildinfo')) continue;
    if (entry.name === '.git') copyRepository(source, target);
    else if (entry.name === 'node_modules') copyPackages(source, target, mapping);
    else if (entry.isSymbolicLink()) symlinkSync(mapLink(source, mapping), target);
    else if (entry.isDirectory()) copyFolder(source, target, mapping);
    else if (entry.isFile()) copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
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
    if (name === 'node_modules') copyPackages(join(from, name), join(to, name), mapping);
    else if (name === '.git') copyRepository(join(from, name), join(to, name));
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
