/** The node_modules of a copy. */

import {
  type Dirent,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isWithin } from '../4-package/files.ts';

/** Where files of the original are found in the copy. */
export interface Mapping {
  from: string;
  to: string;
}

const LEFT_OUT = new Set(['.cache', '.vite', '.vite-temp', '.vitest', '.package-lock.json', '.faasify', 'faasify']);

/**
 * A real folder, so that a package can be added without touching the original. The packages lie below the copy as they lie
 * below the original (hard links: the same files), so that what they find around them is the copy, and what asks where they
 * really are gets the same answer. Where that cannot be, on another file system, there are symbolic links to them; and where
 * the original has one itself.
 */
export function copyPackages(from: string, to: string, project: Mapping): void {
  mkdirSync(to, { recursive: true });
  const isBeside = !lstatSync(from).isSymbolicLink() && statSync(from).dev === statSync(to).dev;
  if (isBeside) copyContents(from, to, [{ from, to }, project]);
  else linkPackages(from, to, project);
}

function copyContents(from: string, to: string, mappings: Mapping[]): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!LEFT_OUT.has(entry.name))
      copyEntry(entry, { from: join(from, entry.name), to: join(to, entry.name) }, mappings);
  }
}

function copyEntry(entry: Dirent, { from, to }: Mapping, mappings: Mapping[]): void {
  if (entry.isSymbolicLink()) symlinkSync(mapLink(from, mappings), to);
  else if (entry.isFile()) linkSync(from, to);
  else if (entry.isDirectory()) {
    mkdirSync(to);
    for (const inner of readdirSync(from, { withFileTypes: true })) {
      copyEntry(inner, { from: join(from, inner.name), to: join(to, inner.name) }, mappings);
    }
  }
}

/** What lies in the copy too is found there; anything else is the original. */
function mapLink(link: string, mappings: Mapping[]): string {
  const text = readlinkSync(link);
  const target = resolve(dirname(link), text);
  const mapping = mappings.find(({ from }) => isWithin(from, target));
  if (!mapping) return target;
  return isAbsolute(text) ? join(mapping.to, relative(mapping.from, target)) : text;
}

/** A link to every package; scopes are real folders. */
function linkPackages(from: string, to: string, project: Mapping): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.has(entry.name)) continue;
    if (entry.name.startsWith('@') && entry.isDirectory()) linkPackages(source, target, project);
    else symlinkSync(mapPackage(source, project), target);
  }
}

/** A package of the same workspace is the copied one; any other is the original. */
function mapPackage(source: string, project: Mapping): string {
  const real = existsSync(source) ? realpathSync(source) : source;
  const isPart = isWithin(project.from, real) && !relative(project.from, real).split(sep).includes('node_modules');
  return isPart ? join(project.to, relative(project.from, real)) : source;
}
