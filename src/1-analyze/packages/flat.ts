/** Objects that hold nothing which could be changed by itself: `['a', 'b']`, `{ sep: ',' }`, `new Set([1, 2])`. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { Found } from './graph.ts';
import type { Binding, PackageModule } from './module.ts';
import { isPlainPattern } from './patterns.ts';
import { isConstant, isPrimitive } from './primitives.ts';
import { isChoice, isFunction, propertyName, returnsOf, skipParens } from './syntax.ts';

/** Of all that a name is given, or of an expression, and of what makes it. */
export function isFlat(start: Binding | ts.Node, made: readonly Found[], module: PackageModule): boolean {
  const isAllFlat = made.every((one) => isFlatMaker(one.node, one.module));
  if (!('owner' in start)) return isAllFlat && isFlatMaker(start, module);
  if (start.parameter || start.parts.length > 0 || start.imported) return false;
  const values = start.values.every((value) => isFlatMaker(value, module) || made.some(({ node }) => node === value));
  return isAllFlat && values && start.stores.every((value) => isAtom(value, module));
}

/** Nothing that has contents of its own, functions aside. */
export function isAtom(value: ts.Node, module: PackageModule): boolean {
  const node = ts.isExpression(value) ? skipParens(value) : value;
  if (isPrimitive(node) || isFunction(node) || isPlainPattern(node)) return true;
  if (!ts.isIdentifier(node)) return false;
  const binding = module.bindingOf(node);
  if (!binding) return node.text === 'undefined';
  return isConstant(binding) || (binding.values.length > 0 && binding.values.every(isFunction) && !binding.parameter);
}

function isFlatMaker(value: ts.Node, module: PackageModule): boolean {
  const node = ts.isExpression(value) ? skipParens(value) : value;
  if (isAtom(node, module)) return true;
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((item) => isAtom(item, module));
  if (ts.isObjectLiteralExpression(node)) return node.properties.every((item) => isFlatItem(item, module));
  if (ts.isNewExpression(node)) return isFlatCollection(node, module);
  return ts.isCallExpression(node) && isFlatCall(node, module);
}

function isFlatItem(item: ts.ObjectLiteralElementLike, module: PackageModule): boolean {
  if (ts.isPropertyAssignment(item)) return isAtom(item.initializer, module);
  if (ts.isShorthandPropertyAssignment(item)) return isAtom(item.name, module);
  return ts.isMethodDeclaration(item) || ts.isAccessor(item);
}

/** `new Map([['a', 1]])`, `new Set('abc')`, `new Uint8Array(4)` */
function isFlatCollection(node: ts.NewExpression, module: PackageModule): boolean {
  const [given] = node.arguments ?? [];
  const { expression } = node;
  if (!ts.isIdentifier(expression) || module.bindingOf(expression)) return false;
  if (/^(Date|\w+Array)$/.test(expression.text) && expression.text !== 'Array') return true;
  if (!/^(Weak)?(Map|Set)$/.test(expression.text)) return false;
  if (!given || isAtom(given, module)) return true;
  if (!ts.isArrayLiteralExpression(given)) return false;
  return given.elements.every(
    (item) => isFlatMaker(item, module) && (isAtom(item, module) || /Map$/.test(expression.text)),
  );
}

/** `'a b'.split(' ')`, `Object.freeze({ … })`, `Object.create(null)` */
function isFlatCall(node: ts.CallExpression, module: PackageModule): boolean {
  const callee = skipParens(node.expression);
  const [first] = node.arguments;
  if (accessedName(callee) === 'split' && ts.isPropertyAccessExpression(callee)) {
    return ts.isStringLiteralLike(skipParens(callee.expression));
  }
  const isMaker = /^Object\.(freeze|seal|preventExtensions|create)$/.test(callee.getText(module.source));
  return isMaker && first !== undefined && node.arguments.length === 1 && isFlatMaker(first, module);
}

/**
 * By the names of its properties, at any depth, whether only primitives and functions are behind them; undefined if not all of
 * it is written in literals.
 */
export function treeOf(
  start: Binding | ts.Node,
  made: readonly Found[],
  module: PackageModule,
): Map<string, boolean> | undefined {
  if ('owner' in start && (start.parameter || start.parts.length > 0 || start.imported || start.stores.length > 0))
    return undefined;
  const names = new Map<string, boolean>();
  const roots = 'owner' in start ? start.values.map((node) => ({ node, module })) : [{ node: start, module }];
  return [...roots, ...made].every(({ node, module: at }) => addTree(node, at, names)) ? names : undefined;
}

function addTree(value: ts.Node, module: PackageModule, names: Map<string, boolean>): boolean {
  const node = ts.isExpression(value) ? skipParens(value) : value;
  if (isAtom(node, module)) return true;
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((item) => addTree(item, module, names));
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.every((item) => {
    if (ts.isMethodDeclaration(item) || ts.isAccessor(item)) return true;
    const given = ts.isPropertyAssignment(item) ? item.initializer : item.name;
    const name = item.name && propertyName(item.name);
    if (!given || ts.isSpreadAssignment(item)) return false;
    if (name !== undefined) names.set(name, (names.get(name) ?? true) && isAtom(given, module));
    return addTree(given, module, names);
  });
}

/** Nobody can change it: `Object.freeze({ sep: ',' })`. */
export function isFrozen(binding: Binding): boolean {
  const { values, parts, module, parameter, imported } = binding;
  if (values.length === 0 || parts.length > 0 || parameter || imported) return false;
  return values.every((value) => {
    const node = ts.isExpression(value) ? skipParens(value) : value;
    if (!ts.isCallExpression(node) || node.expression.getText(module.source) !== 'Object.freeze') return false;
    const [given] = node.arguments;
    const isLiteral = given && (ts.isObjectLiteralExpression(given) || ts.isArrayLiteralExpression(given));
    return isLiteral === true && isFlatMaker(given, module);
  });
}

/** Whether an expression names something of the language. */
type IsBuiltin = (node: ts.Expression, module: PackageModule) => boolean;

/** A function or class and nothing else: what it has besides is what somebody has put there. */
export function isOfFunction(key: Binding | ts.Node, module: PackageModule, isBuiltin: IsBuiltin, depth = 0): boolean {
  if (!('owner' in key)) return isFunctionValue(key, module, isBuiltin, depth);
  const { values, parts, parameter, imported } = key;
  if (values.length === 0 || parts.length > 0 || parameter || imported || depth > 5) return false;
  return values.every((value) => isFunctionValue(value, key.module, isBuiltin, depth));
}

/** Also `c ? f : g`, `f || function () {}`, and `make(f)` where `make` returns a function. */
function isFunctionValue(value: ts.Node, module: PackageModule, isBuiltin: IsBuiltin, depth: number): boolean {
  const node = ts.isExpression(value) ? skipParens(value) : value;
  const more = (...nodes: ts.Node[]) => nodes.every((one) => isFunctionValue(one, module, isBuiltin, depth + 1));
  if (isFunction(node) || ts.isClassLike(node)) return true;
  if (depth > 5) return false;
  if (ts.isConditionalExpression(node)) return more(node.whenTrue, node.whenFalse);
  if (ts.isBinaryExpression(node)) return isChoice(node) && more(node.left, node.right);
  if (ts.isCallExpression(node)) return more(...resultsOf(node, module));
  if (!ts.isIdentifier(node)) return ts.isExpression(node) && isBuiltin(node, module);
  const binding = module.bindingOf(node);
  return isBuiltin(node, module) || (binding !== undefined && isOfFunction(binding, module, isBuiltin, depth + 1));
}

/** What a function that is known by one name returns; the call itself if there is none. */
function resultsOf(node: ts.CallExpression, module: PackageModule): ts.Expression[] {
  const callee = skipParens(node.expression);
  const [maker, ...others] = ts.isIdentifier(callee) ? (module.bindingOf(callee)?.values ?? []) : [callee];
  const results = maker && others.length === 0 ? returnsOf(maker) : [];
  return results.length > 0 ? results : [node];
}
