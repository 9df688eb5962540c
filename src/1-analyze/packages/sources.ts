/** What an expression of a package may be, seen backwards: the names it may come from, and where objects are made for it. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import { isBuiltinPath } from './calls.ts';
import type { Surroundings } from './contents.ts';
import type { Found } from './graph.ts';
import { homeOf, runsAtLoading } from './loading.ts';
import type { Binding, PackageModule } from './module.ts';
import { isConstant, isPrimitive } from './primitives.ts';
import type { Home } from './shares.ts';
import { isAccess, isAssignment, isChoice, isFunction, isGlobalObject, returnsOf, skipParens } from './syntax.ts';

export interface Sources {
  bindings: ReadonlySet<Binding>;
  /** What other files export without a name of their own for it. */
  homes: readonly Home[];
  /** Literals and constructions. */
  made: readonly Found[];
  /** Functions whose results are used, by the calls through which they came. */
  through: ReadonlyMap<ts.Node, Found[]>;
  isUnknown: boolean;
}

export const NO_SOURCES: Sources = { bindings: new Set(), homes: [], made: [], through: new Map(), isUnknown: false };

/** More steps than anybody writes to make one object. */
const LIMIT = 600;

/** `Object.keys(x)`: only texts, whatever `x` becomes. */
const TEXTS = /^(keys|getOwnPropertyNames|hasOwn|isArray|stringify|is|isFrozen|isSealed|isExtensible)$/;

export class SourceTracer implements Sources {
  readonly bindings = new Set<Binding>();
  readonly homes: Home[] = [];
  readonly made: Found[] = [];
  readonly through = new Map<ts.Node, Found[]>();
  isUnknown = false;
  readonly #around: Surroundings;
  readonly #isOnlySelf: boolean;
  readonly #seen = new Set<ts.Node | Binding>();

  /** `isOnlySelf`: what it holds is left out. */
  constructor(around: Surroundings, isOnlySelf = false) {
    this.#around = around;
    this.#isOnlySelf = isOnlySelf;
  }

  trace(list: readonly Found[]): Sources {
    for (const found of list) this.#trace(found.node, found.module);
    return this;
  }

  /** All that a name may stand for, the name itself not among it. */
  traceBinding(binding: Binding): Sources {
    this.#addBinding(binding);
    this.bindings.delete(binding);
    return this;
  }

  #addBinding(binding: Binding): void {
    if (this.#seen.has(binding)) return;
    this.#seen.add(binding);
    if (isConstant(binding)) return;
    this.bindings.add(binding);
    const { values, parts, stores, parameter, module } = binding;
    for (const value of [...values, ...parts, ...(this.#isOnlySelf ? [] : stores)]) this.#trace(value, module);
    const isGiven = parameter && (this.through.has(parameter.of) || this.through.has(parameter.of.parent));
    if (parameter && !isGiven) this.#addParameter(parameter, module);
    for (const use of binding.uses.slice(0, 1)) {
      for (const home of this.#around.shares.homesOf(use, binding)) this.#addHome(home);
    }
  }

  #addHome(home: Home): void {
    if ('owner' in home.key) this.#addBinding(home.key);
    else if (!this.#seen.has(home.key)) {
      this.homes.push(home);
      this.#trace(home.key, home.module);
    }
  }

  /** What is given where the function is called at loading: what is given later is seen by those who call it. */
  #addParameter({ of, index }: NonNullable<Binding['parameter']>, module: PackageModule): void {
    for (const { node, module: at } of this.#around.calls.callsOf(of, module).calls) {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) continue;
      if (homeOf(node) !== homeOf(of) && !runsAtLoading(node, at.source, at)) continue;
      for (const given of (node.arguments ?? []).slice(index, index + 1)) this.#trace(given, at);
    }
  }

  #trace(at: ts.Node, module: PackageModule): void {
    if (this.#seen.has(at) || isPrimitive(at)) return;
    this.#seen.add(at);
    if (this.#seen.size > LIMIT) this.isUnknown = true;
    if (this.isUnknown || isFunction(at)) return;
    if (ts.isClassLike(at)) return this.#traceBase(at, module);
    if (!ts.isExpression(at)) return;
    const node = skipParens(at);
    const more = (...nodes: readonly ts.Node[]) => {
      for (const one of nodes) this.#trace(one, module);
    };
    if (node !== at) return more(node);
    if (isBuiltinPath(this.#around.resolver.pathOf(node, module))) return;
    if (ts.isIdentifier(node)) this.#traceName(node, module);
    else if (isAccess(node)) this.#traceAccess(node, module);
    else if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) {
      if (!isItemOfLiteral(node)) this.made.push({ node, module });
      if (!this.#isOnlySelf) more(...itemsOf(node));
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#traceCall(node, module);
    else if (ts.isConditionalExpression(node)) more(node.whenTrue, node.whenFalse);
    else if (ts.isBinaryExpression(node)) {
      if (isChoice(node)) more(node.left, node.right);
      else if (isAssignment(node.operatorToken.kind)) more(node.right, node.left);
    } else if (ts.isAwaitExpression(node) || ts.isSpreadElement(node)) more(node.expression);
    else if (ts.isYieldExpression(node) || ts.isTaggedTemplateExpression(node)) this.isUnknown = true;
  }

  /** What is static is inherited. */
  #traceBase(cls: ts.ClassLikeDeclaration, module: PackageModule): void {
    for (const { expression } of cls.heritageClauses?.flatMap(({ types }) => [...types]) ?? [])
      this.#trace(expression, module);
  }

  #traceName(name: ts.Identifier, module: PackageModule): void {
    const binding = module.bindingOf(name);
    if (binding) this.#addBinding(binding);
  }

  #traceAccess(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, module: PackageModule): void {
    const name = accessedName(node);
    const object = skipParens(node.expression);
    const text = object.getText(module.source);
    if (text === 'exports' || text === 'module.exports') {
      for (const home of name === undefined ? [] : this.#around.shares.homesOfExport(module, name)) this.#addHome(home);
      return;
    }
    if (isGlobal(object, module) && !this.#around.resolver.pathOf(node, module)) this.isUnknown = true;
    const whole = this.#around.graph.moduleOf(object, module);
    if (whole?.kind === 'namespace' && name !== undefined) {
      for (const home of this.#around.shares.membersOf(whole.module, name)) this.#addHome(home);
      return;
    }
    this.#trace(object, module);
    const isOwn = object.kind === ts.SyntaxKind.ThisKeyword;
    if (isOwn && name === undefined) this.isUnknown = true;
    for (const value of isOwn && name !== undefined ? (module.properties.get(name) ?? []) : [])
      this.#trace(value, module);
  }

  #traceCall(node: ts.CallExpression | ts.NewExpression, module: PackageModule): void {
    const { graph, resolver } = this.#around;
    const callee = skipParens(node.expression);
    const api = resolver.apiOf(node, module);
    const targets = resolver.targetsOf(node, module);
    if (ts.isNewExpression(node)) this.made.push({ node, module });
    else if (api && targets.length === 0 && (api.returns === 'fresh' || api.returns === 'deep'))
      this.made.push({ node, module });
    if (!api && targets.length === 0) this.isUnknown = true;
    if (api && (api.returns === 'deep' || TEXTS.test(accessedName(callee) ?? ''))) return;
    const isMethod = isAccess(callee) && !resolver.pathOf(callee, module);
    const receiver =
      isMethod && graph.moduleOf(callee.expression, module)?.kind !== 'namespace' ? [callee.expression] : [];
    for (const given of [...receiver, ...(node.arguments ?? [])]) this.#trace(given, module);
    for (const target of targets) this.#traceResults(target, { node, module });
  }

  #traceResults({ node, module }: Found, call: Found): void {
    const calls = this.through.get(node) ?? [];
    this.through.set(node, [...calls, call]);
    for (const value of returnsOf(node)) this.#trace(value, module);
    if (ts.isClassLike(node)) for (const value of fieldsOf(node)) this.#trace(value, module);
  }
}

/** What is found there may be anybody's. */
function isGlobal(node: ts.Expression, module: PackageModule): boolean {
  return ts.isIdentifier(node) && !module.bindingOf(node) && isGlobalObject(node);
}

/** Nobody but the literal around it has it. */
function isItemOfLiteral(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isArrayLiteralExpression(parent) || (ts.isPropertyAssignment(parent) && parent.initializer === node);
}

function itemsOf(node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression): ts.Node[] {
  if (ts.isArrayLiteralExpression(node)) return [...node.elements];
  return node.properties.flatMap((item): ts.Node[] => {
    if (ts.isPropertyAssignment(item)) return [item.initializer];
    if (ts.isShorthandPropertyAssignment(item)) return [item.name];
    return ts.isSpreadAssignment(item) ? [item.expression] : [];
  });
}

/** What an instance is given by its class: `field = x`, `this.field = x` of the constructor. */
function fieldsOf(cls: ts.ClassLikeDeclaration): ts.Expression[] {
  const fields = cls.members.filter(ts.isPropertyDeclaration).flatMap(({ initializer }) => initializer ?? []);
  const made = cls.members.find(ts.isConstructorDeclaration);
  const set: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && isOwnField(node.left)) {
      set.push(node.right);
    }
    ts.forEachChild(node, visit);
  };
  if (made?.body) visit(made.body);
  return [...fields, ...set];
}

function isOwnField(node: ts.Expression): boolean {
  return isAccess(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
}
