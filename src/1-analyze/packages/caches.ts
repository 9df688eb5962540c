/** `const f = memoize(g)`: a call cannot tell whether there was one before, if `g` does nothing but compute and the key is its argument. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { Found, PackageGraph } from './graph.ts';
import type { PackageModule } from './module.ts';
import { isAssignment, isFunction, returnsOf, skipParens, walkTree } from './syntax.ts';

/**
 * The function that a name stands for if all that is around it is a cache: made once by a call with nothing but this
 * function of one argument. What it returns is kept, so that changing it would be seen by later calls.
 */
export function findCached(graph: PackageGraph, name: ts.Identifier, module: PackageModule): Found | undefined {
  const origin = graph.originOf(name, module);
  const [call] = origin?.values ?? [];
  if (!origin || !call || origin.values.length !== 1 || !ts.isCallExpression(call)) return undefined;
  const [fn] = call.arguments;
  if (!fn || call.arguments.length !== 1 || !isOfOneArgument(fn)) return undefined;
  const around = graph.functions.of({ node: call, module: origin.module }).filter(({ node }) => node !== fn);
  const keepers = around.filter((found) => isKeeper(found));
  const isAll = around.every((found) => keepers.includes(found) || isKeyMaker(found));
  return keepers.length > 0 && isAll ? { node: fn, module: origin.module } : undefined;
}

function isOfOneArgument(fn: ts.Node): boolean {
  if (!isFunction(fn) || fn.asteriskToken || fn.parameters.length !== 1 || fn.parameters[0]?.dotDotDotToken)
    return false;
  let isClosed = true;
  walkTree(fn, (node) => {
    const isOuter = node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments');
    if (isOuter) isClosed = false;
  });
  return isClosed;
}

/** `key => key`, which may empty the cache. */
function isKeyMaker({ node, module }: Found): boolean {
  if (!isFunction(node) || node.parameters.length !== 1) return false;
  const isOwn = returnsOf(node).every((value) => isParameter(value, node, module, 0));
  return isOwn && changesOf(node, module).every((change) => methodOf(change) === 'clear');
}

/** Looks the key up, else computes, keeps and returns the value: nothing else happens and nothing else is returned. */
function isKeeper(found: Found): boolean {
  const { node, module } = found;
  if (!isFunction(node)) return false;
  const returns = returnsOf(node);
  const isValue = (value: ts.Expression) => isLookUp(value, found) || isComputed(value, found);
  const isKept = (change: ts.Node) => {
    const store = ts.isBinaryExpression(change) ? firstChoice(change.right) : change;
    return isStore(store, found);
  };
  return returns.length > 0 && returns.every(isValue) && changesOf(node, module).every(isKept);
}

/** Assignments to what is not declared inside, and calls that are neither the computing nor a look. */
function changesOf(fn: ts.Node, module: PackageModule): ts.Node[] {
  const changes: ts.Node[] = [];
  walkTree(fn, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) changes.push(node);
    if (ts.isPostfixUnaryExpression(node) || ts.isDeleteExpression(node) || ts.isNewExpression(node))
      changes.push(node);
    if (ts.isPrefixUnaryExpression(node) && node.operator !== ts.SyntaxKind.ExclamationToken) changes.push(node);
    if (ts.isTaggedTemplateExpression(node) || ts.isYieldExpression(node) || ts.isAwaitExpression(node))
      changes.push(node);
    if (ts.isCallExpression(node) && !isLookOrHandOver(node, module)) changes.push(node);
  });
  return changes;
}

/** `cache.has(key)`, `cache.get(key)`, and `f.apply(this, args)` where `f` is what the maker was given. */
function isLookOrHandOver(call: ts.CallExpression, module: PackageModule): boolean {
  const method = methodOf(call);
  return method === 'has' || method === 'get' || isHandOver(call, module);
}

function isHandOver(call: ts.CallExpression, module: PackageModule): boolean {
  const callee = skipParens(call.expression);
  const name = ts.isPropertyAccessExpression(callee) && methodOf(call) === 'apply' ? callee.expression : callee;
  return ts.isIdentifier(name) && module.bindingOf(name)?.parameter !== undefined;
}

function isLookUp(value: ts.Expression, found: Found): boolean {
  const node = skipParens(value);
  const [key] = ts.isCallExpression(node) ? node.arguments : [];
  return methodOf(node) === 'get' && key !== undefined && isKey(key, found);
}

/** `cache.set(key, value)` */
function isStore(node: ts.Node, found: Found): boolean {
  const [key, value] = ts.isCallExpression(node) ? node.arguments : [];
  return (
    methodOf(node) === 'set' &&
    key !== undefined &&
    value !== undefined &&
    isKey(key, found) &&
    isComputed(value, found)
  );
}

/** What the function that is kept gives for the arguments as they are. */
function isComputed(value: ts.Expression, { node: fn, module }: Found): boolean {
  const node = onlyValue(value, module);
  if (!ts.isCallExpression(node) || !isHandOver(node, module)) return false;
  const given = node.arguments.at(-1);
  return given !== undefined && (isArguments(given, module) || isParameter(given, fn, module, 0));
}

/** The first argument, or what a function that only hands it on says. */
function isKey(value: ts.Expression, { node: fn, module }: Found): boolean {
  const node = onlyValue(value, module);
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].every((choice) => isKey(choice, { node: fn, module }));
  }
  if (ts.isCallExpression(node)) return isComputed(node, { node: fn, module });
  if (!ts.isElementAccessExpression(node)) return isParameter(node, fn, module, 0);
  return isArguments(node.expression, module) && node.argumentExpression.getText() === '0';
}

function isArguments(value: ts.Expression, module: PackageModule): boolean {
  const node = onlyValue(value, module);
  return ts.isIdentifier(node) && node.text === 'arguments';
}

function isParameter(value: ts.Expression, fn: ts.Node, module: PackageModule, index: number): boolean {
  const node = skipParens(value);
  const binding = ts.isIdentifier(node) ? module.bindingOf(node) : undefined;
  return binding?.parameter?.of === fn && binding.parameter.index === index && binding.values.length === 0;
}

/** What a variable that is set once stands for. */
function onlyValue(value: ts.Expression, module: PackageModule): ts.Expression {
  const node = skipParens(value);
  const binding = ts.isIdentifier(node) ? module.bindingOf(node) : undefined;
  const [only, ...others] = binding?.values ?? [];
  const isPlain = only && others.length === 0 && binding?.parts.length === 0 && !binding.parameter;
  return isPlain && ts.isExpression(only) ? skipParens(only) : node;
}

/** `a` of `a || b`. */
function firstChoice(value: ts.Expression): ts.Expression {
  const node = skipParens(value);
  const isChoice = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return isChoice ? skipParens(node.left) : node;
}

function methodOf(node: ts.Node): string | undefined {
  return ts.isCallExpression(node) ? accessedName(skipParens(node.expression)) : undefined;
}
