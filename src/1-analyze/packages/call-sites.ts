/** Where in a package a function is called, by the names it has. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { Found } from './graph.ts';
import type { PackageModule } from './module.ts';
import type { Key, PackageShares } from './shares.ts';
import { inlineCall, isAccess, isExportsTarget, isFunction, propertyName, skipParens } from './syntax.ts';

export interface CallSites {
  /** Calls, and reads of accessors. */
  calls: readonly Found[];
  /** By which code outside of the package may call it. */
  names: ReadonlySet<string>;
  /** False if it may also be called elsewhere in the package. */
  isKnown: boolean;
}

export class CallFinder {
  readonly #shares: PackageShares;
  readonly #known = new Map<ts.Node, CallSites>();

  constructor(shares: PackageShares) {
    this.#shares = shares;
  }

  callsOf(fn: ts.Node, module: PackageModule): CallSites {
    const known = this.#known.get(fn) ?? new CallSearch(this.#shares).run(fn, module);
    this.#known.set(fn, known);
    return known;
  }
}

class CallSearch implements CallSites {
  readonly calls: Found[] = [];
  readonly names = new Set<string>();
  isKnown = true;
  readonly #shares: PackageShares;
  readonly #seen = new Set<Key | string>();

  constructor(shares: PackageShares) {
    this.#shares = shares;
  }

  run(fn: ts.Node, module: PackageModule): CallSites {
    const inline = inlineCall(fn);
    if (inline) this.calls.push({ node: inline, module });
    else if (ts.isConstructorDeclaration(fn)) return this.run(fn.parent, module);
    else if (ts.isFunctionDeclaration(fn) || ts.isClassDeclaration(fn)) this.#addName(fn.name, fn, module);
    else if (ts.isGetAccessor(fn)) this.#addReads(propertyName(fn.name), module);
    else if (ts.isMethodDeclaration(fn) || ts.isAccessor(fn)) this.#addMember(propertyName(fn.name), fn, module);
    else this.#addValue(fn, module);
    return this;
  }

  /** What is done with a function where it stands. */
  #addValue(node: ts.Node, module: PackageModule): void {
    const { parent } = node;
    if (isAround(parent, node)) this.#addValue(parent, module);
    else if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) this.#addName(parent.name, node, module);
    else if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
      this.#addMember(propertyName(parent.name), node, module);
    } else if (ts.isShorthandPropertyAssignment(parent)) this.#addMember(parent.name.text, node, module);
    else if (ts.isExportAssignment(parent)) this.#addKey(node, module);
    else if (isPlainAssignment(parent) && parent.right === node) this.#addAssigned(parent, node, module);
    else if (!isLoaderDefinition(parent)) this.isKnown = false;
  }

  #addAssigned(assignment: ts.BinaryExpression, node: ts.Node, module: PackageModule): void {
    const target = skipParens(assignment.left);
    if (isExportsTarget(target, module.source)) this.#addKey(node, module);
    else if (ts.isIdentifier(target)) this.#addName(target, node, module);
    else this.#addMember(isAccess(target) ? accessedName(target) : undefined, node, module);
    if (!ts.isExpressionStatement(assignment.parent)) this.#addValue(assignment, module);
  }

  #addName(name: ts.Node | undefined, fn: ts.Node, module: PackageModule): void {
    const binding = name && ts.isIdentifier(name) ? module.bindingOf(name) : undefined;
    if (!binding) return this.#addKey(fn, module);
    if (this.#seen.has(binding)) return;
    for (const use of binding.uses) if (!isDeclaredOrSet(use)) this.#addUse(use, module);
    this.#addKey(binding, module);
  }

  /** Where other files have it. */
  #addKey(key: Key, module: PackageModule): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const name of this.#shares.shownAs({ key, module })) this.names.add(name);
    for (const share of this.#shares.sharesOf({ key, module })) {
      if (share.isPart) this.isKnown = false;
      else this.#addUse(share.node, share.module);
    }
  }

  #addReads(name: string | undefined, module: PackageModule): void {
    if (name === undefined || this.#shares.elements(name, module).length > 0) this.isKnown = false;
    if (name === undefined) return;
    this.names.add(name);
    this.calls.push(...this.#shares.accesses(name, module));
  }

  #addMember(name: string | undefined, node: ts.Node, module: PackageModule): void {
    this.#addKey(node, module);
    if (name === undefined || this.#shares.elements(name, module).length > 0) this.isKnown = false;
    if (name === undefined || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.names.add(name);
    for (const access of this.#shares.accesses(name, module)) {
      if (!isSet(access.node)) this.#addUse(access.node, access.module);
    }
  }

  /** `f()`, `f.call(…)`, `new F()`; looking at it or exporting it calls nothing. */
  #addUse(node: ts.Node, module: PackageModule): void {
    const { parent } = node;
    const isCall = ts.isCallExpression(parent) || ts.isNewExpression(parent);
    if (isCall && parent.expression === node) this.calls.push({ node: parent, module });
    else if (isAccess(parent) && parent.expression === node) this.#addUsedMember(parent, module);
    else if (isAround(parent, node)) this.#addUse(parent, module);
    else if (!isHarmless(parent, node)) this.#addValue(node, module);
  }

  #addUsedMember(access: ts.PropertyAccessExpression | ts.ElementAccessExpression, module: PackageModule): void {
    const name = accessedName(access) ?? '';
    const isCalled = ts.isCallExpression(access.parent) && access.parent.expression === access;
    if (/^(call|apply)$/.test(name) && isCalled) this.calls.push({ node: access.parent, module });
    else if (/^(call|apply|bind)$/.test(name)) this.isKnown = false;
  }
}

/** `(f)`, `(0, f)`, `c ? f : g`, `f || g`: what is around it is it. */
function isAround(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return kind === ts.SyntaxKind.CommaToken || kind === ts.SyntaxKind.BarBarToken;
}

/** `define(function () { … })`: for loaders that Node does not have. */
function isLoaderDefinition(node: ts.Node): boolean {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'define';
}

function isPlainAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function isDeclaredOrSet(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isVariableDeclaration(parent) || isFunction(parent) || ts.isClassLike(parent)) return parent.name === use;
  return isSet(use);
}

function isSet(node: ts.Node): boolean {
  return isPlainAssignment(node.parent) && node.parent.left === node;
}

/** Exported, compared, looked at; a base class. */
function isHarmless(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent) || ts.isTypeOfExpression(parent)) return true;
  if (ts.isExpressionStatement(parent) || ts.isIfStatement(parent) || ts.isPrefixUnaryExpression(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (!ts.isBinaryExpression(parent)) return ts.isExpressionWithTypeArguments(parent);
  const { kind } = parent.operatorToken;
  const isComparison = kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return isComparison || kind === ts.SyntaxKind.InstanceOfKeyword || kind === ts.SyntaxKind.InKeyword;
}
