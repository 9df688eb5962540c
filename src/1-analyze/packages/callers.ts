/** Who can call a package: the project by the words in its sources, and the packages that depend on it. */

import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { walk } from '../names/syntax.ts';
import type { LoadedProgram } from '../program/load.ts';
import { findPackageJson } from '../program/package-json.ts';
import type { Callers } from './reach.ts';

/** What is read of a project's sources. */
const LIMITS = { files: 5000, bytes: 40_000_000 };
const SOURCE = /\.([cm]?[jt]sx?|vue|svelte)$/;
/** Not written by hand, or nothing that runs in the program. */
const SKIPPED = /^(node_modules|dist|build|out|coverage|\..*)$/;

/** What was read to tell who calls packages; absolute paths. */
export interface Consulted {
  files: string[];
  folders: string[];
}

/** Callers, and the sources of the project that are not the program's; none if there are too many. */
interface ProjectCallers extends Callers {
  consulted: Consulted;
  otherSources(): string[];
}

export function findCallers(loaded: LoadedProgram): ProjectCallers {
  const consulted: Consulted = { files: [], folders: [] };
  const listing = once(() => listSources(projectFolder(loaded), loaded, consulted));
  let words: ReadonlySet<string> | undefined | 'unread' = 'unread';
  const open = new Map<string, boolean>();
  return {
    consulted,
    otherSources: () => listing()?.others ?? [],
    words() {
      if (words === 'unread') words = readWords(listing()?.all);
      return words;
    },
    isOpen(folder) {
      const known = open.get(folder) ?? (hasDependents(folder, consulted) || isUsedWhole(nameOf(folder), loaded));
      open.set(folder, known);
      return known;
    },
  };
}

function projectFolder(loaded: LoadedProgram): string {
  const [first] = loaded.files;
  return dirname(findPackageJson(first?.fileName ?? join(loaded.root, 'x')) ?? join(loaded.root, 'x'));
}

/** All sources below a folder, and the program's own; undefined if there are too many. */
function listSources(folder: string, loaded: LoadedProgram, consulted: Consulted) {
  const own = new Set(loaded.files.map(({ fileName }) => fileName));
  const paths = new Set(own);
  const folders = [folder];
  for (const at of folders) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIPPED.test(entry.name)) folders.push(join(at, entry.name));
      else if (entry.isFile() && SOURCE.test(entry.name)) paths.add(join(at, entry.name));
    }
    if (paths.size > LIMITS.files || folders.length > LIMITS.files) return undefined;
  }
  const all = [...paths];
  const others = all.filter((path) => !own.has(path));
  consulted.files.push(...others);
  consulted.folders.push(...folders);
  return { all, others };
}

/** The words in files; undefined if there is too much to read. */
function readWords(paths: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (!paths) return undefined;
  const words = new Set<string>();
  let bytes = 0;
  for (const path of paths) {
    bytes += statSync(path).size;
    if (bytes > LIMITS.bytes) return undefined;
    for (const word of readFileSync(path, 'utf8').match(/[\w$]+/g) ?? []) words.add(word);
  }
  return words;
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

// ------------------------------------------------------------------------------------------- uses without a name

/** `import * as d from 'd'` and `d[key]`, `use(d)`, `import('d')`: any member may be called. */
function isUsedWhole(name: string, { files }: LoadedProgram): boolean {
  return files.some((file) => file.text.includes(name) && isUsedWholeIn(name, file));
}

function isUsedWholeIn(name: string, file: ts.SourceFile): boolean {
  const wholes = new Set<string>();
  let isWhole = false;
  walk(file, (node) => {
    if (ts.isImportDeclaration(node) && isOf(node.moduleSpecifier, name)) {
      const { name: own, namedBindings } = node.importClause ?? {};
      if (own) wholes.add(own.text);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) wholes.add(namedBindings.name.text);
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && isOf(node.moduleSpecifier, name)) isWhole = true;
    if (ts.isImportEqualsDeclaration(node) && node.getText(file).includes(name)) isWhole = true;
    const [first] = ts.isCallExpression(node) ? node.arguments : [];
    if (first && isLoading(node) && isOf(first, name)) isWhole = true;
    return undefined;
  });
  if (wholes.size === 0 || isWhole) return isWhole;
  walk(file, (node) => {
    if (ts.isIdentifier(node) && wholes.has(node.text) && !isUsedByName(node)) isWhole = true;
    return undefined;
  });
  return isWhole;
}

function isLoading(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  return node.expression.kind === ts.SyntaxKind.ImportKeyword || /^(\w+\.)?require$/.test(node.expression.getText());
}

function isOf(specifier: ts.Expression, name: string): boolean {
  return ts.isStringLiteralLike(specifier) && (specifier.text === name || specifier.text.startsWith(`${name}/`));
}

/** `d.format`, `d('…')`, `new D()`, and where it is imported, or a type. */
function isUsedByName(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent)) return true;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === use;
  return (
    ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isTypeNode(parent) || ts.isQualifiedName(parent)
  );
}

// --------------------------------------------------------------------------------------------- other packages

/** `…/node_modules/@scope/name` → `@scope/name` */
function nameOf(folder: string): string {
  const scope = basename(dirname(folder));
  return scope.startsWith('@') ? `${scope}/${basename(folder)}` : basename(folder);
}

/** Whether an installed package depends on this one; also if that cannot be told. */
function hasDependents(folder: string, consulted: Consulted): boolean {
  try {
    return isNeeded(folder, consulted);
  } catch {
    return true;
  }
}

function isNeeded(folder: string, consulted: Consulted): boolean {
  const name = nameOf(folder);
  const modules = name.startsWith('@') ? dirname(dirname(folder)) : dirname(folder);
  if (basename(modules) !== 'node_modules') return true;
  const store = dirname(dirname(modules));
  const lock = join(modules, '.package-lock.json');
  consulted.files.push(lock);
  consulted.folders.push(basename(store) === '.pnpm' ? store : modules);
  if (basename(store) === '.pnpm') return hasLinks(store, modules, name);
  return existsSync(lock) ? isNeededIn(lock, name) : isNeededByFolders(modules, name);
}

function hasLinks(store: string, own: string, name: string): boolean {
  const folders = readdirSync(store).map((entry) => join(store, entry, 'node_modules'));
  const others = folders.filter((at) => at !== own && existsSync(join(at, name)));
  const target = realpathSync(join(own, name));
  return others.some((at) => realpathSync(join(at, name)) === target);
}

type Manifest = Partial<Record<'dependencies' | 'peerDependencies' | 'optionalDependencies', Record<string, string>>>;

function isNeededIn(lock: string, name: string): boolean {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, Manifest> };
  return Object.values(packages).some((manifest) => needs(manifest, name));
}

function isNeededByFolders(modules: string, name: string): boolean {
  const entries = readdirSync(modules).filter((entry) => !entry.startsWith('.'));
  const scoped = entries.filter((entry) => entry.startsWith('@'));
  const inScopes = scoped.flatMap((scope) => readdirSync(join(modules, scope)).map((entry) => join(scope, entry)));
  return [...entries.filter((entry) => !entry.startsWith('@')), ...inScopes].some((entry) => {
    const folder = join(modules, entry);
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) return false;
    if (needs(JSON.parse(readFileSync(manifest, 'utf8')) as Manifest, name)) return true;
    const inner = join(folder, 'node_modules');
    return existsSync(inner) && isNeededByFolders(inner, name);
  });
}

function needs(manifest: Manifest, name: string): boolean {
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  return [dependencies, peerDependencies, optionalDependencies].some((list) => list && Object.hasOwn(list, name));
}
