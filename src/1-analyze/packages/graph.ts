/** The files of packages and how they lead to each other: from an imported name to the code behind it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, parse } from 'node:path';
import ts from 'typescript';
import { BareFunctions } from './bare-functions.ts';
import { PackageEntries } from './entries.ts';
import { PackageFunctions } from './functions.ts';
import { type Binding, type PackageModule, readPackageModule } from './module.ts';
import { type Callers, PackageReach } from './reach.ts';
import { requiredSpecifier, skipParens } from './syntax.ts';
import { PackageValues } from './values.ts';
import { PackageWrites } from './writes.ts';

/** A piece of code and the file it stands in. */
export interface Found {
  node: ts.Node;
  module: PackageModule;
}

/** What a name from another file is: code, a whole module, or a member of a Node module. */
export type Imported =
  | { kind: 'code'; found: Found[] }
  | { kind: 'namespace'; module: PackageModule }
  | { kind: 'builtin'; module: string; path: string[] }
  | { kind: 'unknown'; why: string };

/** What is read of one package; one that is larger takes nothing from the others. */
const LIMITS = { files: 1000, bytes: 4_000_000 };

export class PackageGraph {
  readonly writes: PackageWrites;
  readonly values = new PackageValues(this);
  readonly functions = new PackageFunctions(this);
  readonly bare = new BareFunctions(this);
  readonly #modules = new Map<string, PackageModule | undefined>();
  readonly #targets = new Map<string, string | undefined>();
  readonly #closures = new Map<string, PackageModule[]>();
  readonly #read = new Map<string, { files: number; bytes: number }>();
  readonly #tooMuch = new Set<string>();
  readonly #whole = new Map<string, boolean>();
  readonly #folders = new Map<string, string>();
  readonly #around = new Map<string, readonly PackageModule[]>();
  readonly #entries = new PackageEntries({
    resolve: (specifier, from) => (isBuiltin(specifier) ? undefined : this.resolve(specifier, from)),
    folderOf: (path) => this.#folderAt(path),
  });

  /** Without `callers` everything that a package exports counts as called. */
  constructor(callers?: Callers) {
    this.writes = new PackageWrites(this, new PackageReach(this, callers));
  }

  /** Undefined for what is not JavaScript, too much, or cannot be read. */
  read(path: string): PackageModule | undefined {
    if (!this.#modules.has(path)) this.#modules.set(path, this.#load(path));
    return this.#modules.get(path);
  }

  #load(path: string): PackageModule | undefined {
    if (!/\.[cm]?js$/.test(path)) return undefined;
    const folder = packageFolder(path) ?? '';
    const read = this.#read.get(folder) ?? { files: 0, bytes: 0 };
    this.#read.set(folder, read);
    const text = readFileSync(path, 'utf8');
    read.files += 1;
    read.bytes += text.length;
    if (read.files <= LIMITS.files && read.bytes <= LIMITS.bytes) return readPackageModule(path, text);
    this.#tooMuch.add(path);
    return undefined;
  }

  /** The module and those it leads to inside its package, nearest first. */
  closure(module: PackageModule): PackageModule[] {
    const known = this.#closures.get(module.path);
    if (known) return known;
    const found = new Set([module]);
    for (const at of found) {
      for (const specifier of [...at.specifiers].filter((name) => name.startsWith('.'))) {
        const target = this.#follow(at, specifier);
        if (target) found.add(target);
      }
    }
    const list = [...found];
    this.#closures.set(module.path, list);
    return list;
  }

  /** A file that is imported from outside its package. */
  addEntry(path: string): void {
    this.#entries.add(path);
  }

  folderOf({ path }: PackageModule): string {
    return this.#folderAt(path);
  }

  #folderAt(path: string): string {
    const key = dirname(path);
    const known = this.#folders.get(key) ?? packageFolder(path) ?? '';
    this.#folders.set(key, known);
    return known;
  }

  /** The files by which a package is entered, the one at hand among them if no other leads to it. */
  entriesOf(module: PackageModule): PackageModule[] {
    const entries = [...this.#entries.of(this.folderOf(module))].flatMap((path) => this.read(path) ?? []);
    return entries.some((entry) => this.closure(entry).includes(module)) ? entries : [...entries, module];
  }

  /** Files of other packages that import the package. */
  importersOf(module: PackageModule): PackageModule[] {
    return [...this.#entries.importersOf(this.folderOf(module))].flatMap((path) => this.read(path) ?? []);
  }

  /** The names by which a module exports something, those that it only hands on among them. */
  exportNames(module: PackageModule, seen = new Set<PackageModule>()): string[] {
    if (seen.has(module)) return [];
    seen.add(module);
    const handedOn = this.#stars(module, '').flatMap((specifier) => {
      const target = this.#follow(module, specifier);
      return target ? this.exportNames(target, seen) : [];
    });
    return [...new Set([...module.exports.keys(), ...module.reexports.keys(), ...handedOn])];
  }

  /** All that is loaded of a package: what its entries lead to, and what the module at hand does. The same list for the same. */
  modulesAround(module: PackageModule): readonly PackageModule[] {
    const entries = this.entriesOf(module);
    const key = entries.map(({ path }) => path).join('\0');
    const known = this.#around.get(key) ?? [...new Set(entries.flatMap((at) => this.closure(at)))];
    this.#around.set(key, known);
    return known;
  }

  /** False if the module leads to files that were too much to read: names may mean something there. */
  isWhole(module: PackageModule): boolean {
    const isAllRead = (at: PackageModule) => ![...at.specifiers].some((specifier) => this.#isTooMuch(at, specifier));
    const isWhole = this.#whole.get(module.path) ?? this.closure(module).every(isAllRead);
    this.#whole.set(module.path, isWhole);
    return isWhole;
  }

  #isTooMuch(from: PackageModule, specifier: string): boolean {
    const path = specifier.startsWith('.') ? this.resolve(specifier, from.path) : undefined;
    return path !== undefined && this.#tooMuch.has(path);
  }

  #follow(from: PackageModule, specifier: string): PackageModule | undefined {
    const path = this.resolve(specifier, from.path);
    return path === undefined ? undefined : this.read(path);
  }

  /** The file Node would load, undefined if there is none. */
  resolve(specifier: string, from: string): string | undefined {
    const key = `${specifier}\0${specifier.startsWith('.') ? dirname(from) : from}`;
    if (!this.#targets.has(key)) this.#targets.set(key, resolveAtRunTime(specifier, from));
    return this.#targets.get(key);
  }

  import(specifier: string, name: string, from: PackageModule): Imported {
    if (isBuiltin(specifier)) return { kind: 'builtin', module: specifier, path: name === '*' ? [] : [name] };
    const target = this.#follow(from, specifier);
    if (!target) return { kind: 'unknown', why: `${specifier} cannot be read` };
    return name === '*' ? { kind: 'namespace', module: target } : this.exported(target, name);
  }

  /** What a module exports by a name; `default` is also what CommonJS exports as a whole. */
  exported(module: PackageModule, name: string, seen = new Set<string>()): Imported {
    const key = `${module.path}\0${name}`;
    if (seen.has(key)) return { kind: 'code', found: [] };
    seen.add(key);
    const own = module.exports.get(name);
    if (own) return { kind: 'code', found: own.map((node) => ({ node, module })) };
    const again = module.reexports.get(name);
    if (again) return this.import(again.specifier, again.name, module);
    for (const specifier of this.#stars(module, name)) {
      const target = this.#follow(module, specifier);
      const found = target && this.exported(target, name, seen);
      if (found && (found.kind !== 'code' || found.found.length > 0)) return found;
    }
    return { kind: 'code', found: [] };
  }

  /**
   * `export *`, `module.exports = require('./x')`, and loops that copy all exports of what is required; files of the name
   * that is looked for first.
   */
  #stars(module: PackageModule, name: string): string[] {
    const whole = (module.exports.get('default') ?? []).map((node) =>
      ts.isExpression(node) ? requiredSpecifier(node) : undefined,
    );
    const copied = /\bexports\[key\]|\bexports, key\b/.test(module.source.text) ? module.specifiers : [];
    const all = new Set([...module.stars, ...whole.filter((specifier) => specifier !== undefined), ...copied]);
    const isNamesake = (specifier: string) => parse(specifier).name === name;
    return [...all].sort((a, b) => Number(isNamesake(b)) - Number(isNamesake(a)));
  }

  /** The module an expression stands for: an imported namespace, or `_x` of `const _x = require('./x')`. */
  moduleOf(node: ts.Expression, module: PackageModule): Imported | undefined {
    const at = skipParens(node);
    const specifier = requiredSpecifier(at);
    if (specifier !== undefined) return this.import(specifier, '*', module);
    const binding = ts.isIdentifier(at) ? module.bindingOf(at) : undefined;
    if (binding?.imported) return this.import(binding.imported.specifier, binding.imported.name, module);
    for (const value of binding?.values ?? []) {
      const required = ts.isExpression(value) ? requiredSpecifier(value) : undefined;
      if (required !== undefined) return this.import(required, '*', module);
    }
    return undefined;
  }

  /** The declaration behind a name, in whatever file it is: imported, or `const f = require('./f')`. */
  originOf(name: ts.Identifier, module: PackageModule, depth = 0): Binding | undefined {
    const binding = module.bindingOf(name);
    const target = binding && depth <= 8 ? this.sourceOf(binding) : undefined;
    if (!target) return binding;
    const [only, ...others] = target.kind === 'code' ? target.found : [];
    if (!only || others.length > 0 || !ts.isIdentifier(only.node)) return undefined;
    return this.originOf(only.node, only.module, depth + 1);
  }

  /** What a name stands for that another file gives it, and nothing else does. */
  sourceOf({ imported, values, parts, module }: Binding): Imported | undefined {
    if (imported) return this.import(imported.specifier, imported.name, module);
    const [only, ...others] = [...values, ...parts];
    const specifier = only && ts.isExpression(only) ? requiredSpecifier(only) : undefined;
    if (specifier === undefined || others.length > 0) return undefined;
    const whole = this.import(specifier, '*', module);
    return whole.kind === 'namespace' ? this.exported(whole.module, 'default') : whole;
  }

  /** Values that are given anywhere to a property of this name, in the module and those it leads to. */
  properties(name: string, module: PackageModule): Found[] {
    return this.closure(module).flatMap((at) => (at.properties.get(name) ?? []).map((node) => ({ node, module: at })));
  }
}

/** The file that an import leads to, undefined if there is none. */
export function resolveAtRunTime(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return resolveImport(specifier, from);
  }
}

/** For packages that can only be imported. */
function resolveImport(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return undefined;
  const options = {
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ['node'],
    noDtsResolution: true,
  };
  const found = ts.resolveModuleName(specifier, from, { ...options, allowJs: true }, ts.sys).resolvedModule;
  return found && /\.[cm]?js$/.test(found.resolvedFileName) ? found.resolvedFileName : undefined;
}

/** The folder of the package a file belongs to. */
export function packageFolder(path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && statSync(manifest).isFile()) return folder;
  }
  return undefined;
}
