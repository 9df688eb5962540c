/**
 * Whether a function of a package that changes its state can be called at all: by the names that lead to it, of which the
 * program, or another package, would have to use one.
 */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { PackageGraph } from './graph.ts';
import type { PackageModule } from './module.ts';
import { functionAround, inlineCall, isFunction } from './syntax.ts';

/** All that the program's side can call packages by. */
export interface Callers {
  /** Every word of the project's sources; undefined if there is too much to read. */
  words(): ReadonlySet<string> | undefined;
  /** Whether a package, by its folder, is also used by other packages, or by the program in another way than by names. */
  isOpen(folder: string): boolean;
}

/** More names than a function that is only called by name has. */
const LIMIT = 60;

export class PackageReach {
  readonly #graph: PackageGraph;
  readonly #callers: Callers | undefined;
  readonly #uses = new Map<PackageModule, ReadonlyMap<string, ts.Node[]>>();
  readonly #known = new Map<ts.Node, boolean>();

  constructor(graph: PackageGraph, callers: Callers | undefined) {
    this.#graph = graph;
    this.#callers = callers;
  }

  /** Whether what is written at a node may run later than when its file is loaded. */
  mayRun(node: ts.Node, module: PackageModule): boolean {
    const fn = functionAround(node);
    const known = this.#known.get(fn) ?? this.#isCalled(node, module);
    this.#known.set(fn, known);
    return known;
  }

  /** Whether code outside of a package may use a name of something that it has from there. */
  isKnownOutside(name: string, module: PackageModule): boolean {
    if (!this.#callers || !this.#graph.isWhole(module) || name === 'default') return true;
    if (this.#callers.isOpen(this.#graph.folderOf(module))) return true;
    return this.#callers.words()?.has(name) ?? true;
  }

  #isCalled(node: ts.Node, module: PackageModule): boolean {
    if (!this.#callers || !this.#graph.isWhole(module)) return true;
    const names = this.#namesLeadingTo(node, module);
    if (!names || names.has('default') || this.#callers.isOpen(this.#graph.folderOf(module))) return true;
    const words = this.#callers.words();
    return !words || [...names].some((name) => words.has(name));
  }

  /** The names by one of which a call has to come from outside; undefined if it may come in another way. */
  #namesLeadingTo(node: ts.Node, module: PackageModule): Set<string> | undefined {
    const modules = this.#graph.modulesAround(module);
    const names = new Set(namesOfHome(node));
    if (names.size === 0) return undefined;
    for (const name of names) {
      if (names.size > LIMIT) return undefined;
      for (const use of modules.flatMap((at) => this.#usesIn(at).get(name) ?? [])) {
        const more = namesOfHome(use);
        if (more.length === 0) return undefined;
        for (const one of more) names.add(one);
      }
    }
    return names;
  }

  #usesIn(module: PackageModule): ReadonlyMap<string, ts.Node[]> {
    const known = this.#uses.get(module);
    if (known) return known;
    const uses = new Map<string, ts.Node[]>();
    const visit = (node: ts.Node): void => {
      if ((ts.isIdentifier(node) || ts.isStringLiteral(node)) && !isDeclaredName(node)) {
        uses.set(node.text, [...(uses.get(node.text) ?? []), node]);
      }
      ts.forEachChild(node, visit);
    };
    visit(module.source);
    this.#uses.set(module, uses);
    return uses;
  }
}

/** `f` of `function f() {}`, `const f = …`, a parameter: not a use. */
function isDeclaredName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
    return parent.name === node;
  return isFunction(parent) && ts.isFunctionDeclaration(parent) && parent.name === node;
}

/** The names under which what is around a node can be called or read; none if that is possible without a name. */
function namesOfHome(node: ts.Node): string[] {
  const fn = homeAround(node);
  return ts.isSourceFile(fn) ? namesOfValue(node) : namesOfFunction(fn);
}

/** The function around a node that is not called where it is written, or the file. */
function homeAround(node: ts.Node): ts.Node {
  let at = functionAround(node);
  while (!ts.isSourceFile(at) && inlineCall(at)) at = functionAround(at);
  return at;
}

function namesOfFunction(fn: ts.Node): string[] {
  if (ts.isFunctionDeclaration(fn)) return withDefault(fn, fn.name);
  if (ts.isConstructorDeclaration(fn)) return withDefault(fn.parent, fn.parent.name);
  if (ts.isMethodDeclaration(fn) || ts.isAccessor(fn)) return exportedBy(fn) ?? textsOf(fn.name);
  return namesOfValue(fn);
}

function withDefault(node: ts.Node, name: ts.Node | undefined): string[] {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return [...textsOf(name), ...(isDefault ? ['default'] : [])];
}

/** What a value becomes part of: the variable, the property, the export. */
function namesOfValue(node: ts.Node): string[] {
  const { parent } = node;
  if (!parent || ts.isSourceFile(parent)) return [];
  if (ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent)) return textsOf(parent.name);
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return textsOf(parent.name);
  if (ts.isExportAssignment(parent)) return ['default'];
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) ? [parent.name.text] : [];
  if (ts.isPropertyAssignment(parent)) return exportedBy(parent) ?? textsOf(parent.name);
  if (ts.isShorthandPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return textsOf(parent.name);
  if (isAssignment(parent)) return namesOfTarget(parent);
  if (isFunction(parent) && !inlineCall(parent)) return namesOfFunction(parent);
  const isHandedOver = isCall(parent) && parent.expression !== node;
  return isHandedOver ? namesOfKeeper(parent) : namesOfValue(parent);
}

/** Whoever is given a function may call it whenever he likes, once he has been given it. */
function namesOfKeeper(call: ts.Node): string[] {
  const fn = homeAround(call);
  return ts.isSourceFile(fn) ? [] : namesOfFunction(fn);
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** `exports.a = exports.b = f`, `f = …`, `module.exports = f`. */
function namesOfTarget(node: ts.BinaryExpression): string[] {
  const name = ts.isIdentifier(node.left) ? node.left.text : accessedName(node.left);
  if (name === undefined) return [];
  const isWhole = node.left.getText() === 'module.exports';
  const around = isAssignment(node.parent) ? namesOfTarget(node.parent) : [];
  return [isWhole ? 'default' : name, ...around, ...(isDeclaredBy(node) ?? [])];
}

/** `x` of `const x = (exports.x = …)`. */
function isDeclaredBy(node: ts.Node): string[] | undefined {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isDeclaredBy(parent);
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? [parent.name.text] : undefined;
}

/** `x` of `Object.defineProperty(exports, 'x', { get: function () { return f; } })`. */
function exportedBy(item: ts.Node): string[] | undefined {
  const call = item.parent.parent;
  if (!ts.isCallExpression(call) || !/(^|\.)defineProperty$/.test(call.expression.getText())) return undefined;
  const [, name] = call.arguments;
  return name && ts.isStringLiteral(name) ? [name.text] : undefined;
}

function textsOf(name: ts.Node | undefined): string[] {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name)) ? [name.text] : [];
}
