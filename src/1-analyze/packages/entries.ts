/** Which files of packages a program leads to, and who imports them: by what files import, without reading more of them. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `from 'x'`, `import 'x'`, `import('x')`, `require('x')` */
const IMPORTED = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** More files than packages have that a program uses. */
const LIMIT = 20_000;

export function importsIn(text: string): string[] {
  return [...new Set([...text.matchAll(IMPORTED)].map((match) => match[2] ?? ''))];
}

export interface Resolver {
  resolve(specifier: string, from: string): string | undefined;
  /** The folder of a file's package. */
  folderOf(path: string): string;
}

export class PackageEntries {
  readonly #resolver: Resolver;
  readonly #seen = new Set<string>();
  readonly #entries = new Map<string, Set<string>>();
  readonly #importers = new Map<string, Set<string>>();

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  /** A file that is imported from outside its package, with all that it leads to. */
  add(path: string): void {
    addTo(this.#entries, this.#resolver.folderOf(path), path);
    const waiting = [path];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (this.#seen.has(at) || this.#seen.size > LIMIT || !/\.[cm]?js$/.test(at)) continue;
      this.#seen.add(at);
      waiting.push(...this.#follow(at));
    }
  }

  /** The files by which a package, by its folder, is entered. */
  of(folder: string): ReadonlySet<string> {
    return this.#entries.get(folder) ?? new Set();
  }

  /** Files of other packages that import it. */
  importersOf(folder: string): ReadonlySet<string> {
    return this.#importers.get(folder) ?? new Set();
  }

  #follow(path: string): string[] {
    const found: string[] = [];
    for (const specifier of importsIn(readFileSync(path, 'utf8'))) {
      const isOwn = specifier.startsWith('.');
      const target = (isOwn && findNextTo(path, specifier)) || this.#resolver.resolve(specifier, path);
      if (target === undefined || !existsSync(target)) continue;
      found.push(target);
      if (!isOwn) this.#addImporter(path, target);
    }
    return found;
  }

  #addImporter(path: string, target: string): void {
    const folder = this.#resolver.folderOf(target);
    addTo(this.#entries, folder, target);
    if (this.#resolver.folderOf(path) !== folder) addTo(this.#importers, folder, path);
  }
}

/** `./x.js` as it is written. */
function findNextTo(path: string, specifier: string): string | undefined {
  if (!/\.[cm]?js$/.test(specifier)) return undefined;
  const target = join(dirname(path), specifier);
  return existsSync(target) ? target : undefined;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}
