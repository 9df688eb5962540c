/** The files of packages and how they lead to each other: from an imported name to the code behind it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, parse } from 'node:path';
import ts from 'typescript';
import { rootBinding } from './assignments.ts';
import { BareFunctions } from './bare-functions.ts';
import { PackageEntries } from './entries.ts';
import { type Binding, type PackageModule, readPackageModule } from './module.ts';
import { findPolyfill } from './polyfills.ts';
import { type Callers, PackageReach } from './reach.ts';
import { inlineCall, isChoice, isFunction, requiredSpecifier, returnsOf, skipParens } from './syntax.ts';
import { givenTo, PackageValues } from './values.ts';
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
  readonly bare = new BareFunctions(this);
  readonly #modules = new Map<string, PackageModule | undefined>();
  readonly #targets = new Map<string, string | undefined>();
  readonly #closures = new Map<string, PackageModule[]>();
  readonly #functions = new Map<ts.Node, Found[]>();
  /** What is found while nothing can be said about tables. */
  readonly #functionsWithoutTables = new Map<ts.Node, Found[]>();
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

  /** The functions and classes that a value may be or, if it is made by a call, may call. */
  functionsOf(found: Found): Found[] {
    const functions = this.writes.isCollecting ? this.#functionsWithoutTables : this.#functions;
    const known = functions.get(found.node);
    if (known) return known;
    const all = this.#functionsIn(found, new Set());
    const unique = [...new Map(all.map((one) => [one.node, one])).values()];
    functions.set(found.node, unique);
    return unique;
  }

  #functionsIn(found: Found, seen: Set<ts.Node>): Found[] {
    const { module } = found;
    if (seen.has(found.node)) return [];
    seen.add(found.node);
    const more = (nodes: readonly ts.Node[]) => nodes.flatMap((node) => this.#functionsIn({ node, module }, seen));
    const { node } = found;
    const own = findPolyfill(node);
    if (own) return more([own]);
    if (isFunction(node) || ts.isClassLike(node)) return [found];
    if (ts.isIdentifier(node)) return this.#functionsOfName(node, module, seen);
    if (ts.isParenthesizedExpression(node)) return more([node.expression]);
    if (ts.isConditionalExpression(node)) return more([node.whenTrue, node.whenFalse]);
    if (ts.isBinaryExpression(node)) return more(isChoice(node) ? [node.left, node.right] : [node.right]);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#functionsOfCall(node, module, seen);
    if (ts.isPropertyAccessExpression(node)) return this.#functionsOfMember(node, module, seen);
    if (ts.isElementAccessExpression(node)) return this.#functionsOfTable(node, module, seen);
    return [];
  }

  /** `TABLE[key]` of `const TABLE = { a: f, b: g }`: any of them; nothing if one of them cannot be told. */
  #functionsOfTable(node: ts.ElementAccessExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const [table, ...others] = this.writes.isCollecting ? [] : this.values.of({ node: node.expression, module });
    if (!table || others.length > 0 || !ts.isObjectLiteralExpression(table.node)) return [];
    const found = table.node.properties.map((item) => {
      const value = givenTo(item);
      return value ? this.#functionsIn({ node: value, module: table.module }, new Set(seen)) : [];
    });
    return found.every((one) => one.length > 0) ? found.flat() : [];
  }

  #functionsOfName(name: ts.Identifier, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const binding = module.bindingOf(name);
    if (!binding) return [];
    if (binding.imported) {
      const target = this.import(binding.imported.specifier, binding.imported.name, module);
      return this.functionsOfImport(target, seen);
    }
    const given = binding.parameter && inlineCall(binding.parameter.of)?.arguments[binding.parameter.index];
    const values = given ? [...binding.values, given] : binding.values;
    return values.flatMap((node) => this.#functionsIn({ node, module }, seen));
  }

  functionsOfImport(target: Imported, seen = new Set<ts.Node>()): Found[] {
    if (target.kind === 'namespace') return this.functionsOfImport(this.exported(target.module, 'default'), seen);
    return target.kind === 'code' ? target.found.flatMap((found) => this.#functionsIn(found, seen)) : [];
  }

  /** `make(f)`: `f`, and what `make` returns. */
  #functionsOfCall(node: ts.CallExpression | ts.NewExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const specifier = requiredSpecifier(node);
    if (specifier !== undefined) return this.functionsOfImport(this.import(specifier, '*', module), seen);
    const given = (node.arguments ?? []).flatMap((argument) => this.#functionsIn({ node: argument, module }, seen));
    if (ts.isNewExpression(node)) return given;
    const callee = skipParens(node.expression);
    const isWrapped = ts.isPropertyAccessExpression(callee) && /^(call|apply|bind)$/.test(callee.name.text);
    const makers = this.#functionsIn({ node: isWrapped ? callee.expression : callee, module }, new Set(seen));
    if (isWrapped && callee.name.text === 'bind') return [...given, ...makers];
    const made = makers.flatMap((maker) =>
      returnsOf(maker.node).flatMap((value) => this.#functionsIn({ node: value, module: maker.module }, seen)),
    );
    return [...given, ...made];
  }

  #functionsOfMember(node: ts.PropertyAccessExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const whole = this.moduleOf(node.expression, module);
    const name = node.name.text;
    if (whole?.kind === 'namespace') return this.functionsOfImport(this.exported(whole.module, name), seen);
    const binding = ts.isIdentifier(node.expression) ? module.bindingOf(node.expression) : undefined;
    return binding ? this.#functionsOfProperty(binding, name, seen) : [];
  }

  /** `api.f` of `const api = { f }` or `api.f = f`. */
  #functionsOfProperty(binding: Binding, name: string, seen: Set<ts.Node>): Found[] {
    const { module } = binding;
    const own = (module.properties.get(name) ?? []).filter((node) => isPropertyOf(node, binding));
    return own.flatMap((node) => this.#functionsIn({ node, module }, seen));
  }
}

/** In the literal or class that a variable stands for, or assigned to it. */
function isPropertyOf(node: ts.Node, binding: Binding): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return rootBinding(parent.left, binding.module) === binding;
  return binding.values.includes(parent) || binding.values.includes(parent.parent);
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
