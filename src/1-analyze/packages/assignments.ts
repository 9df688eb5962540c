/** What the names of a file of a package are given, what is put into what they hold, and what of it changes. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import { noteCommonJsExport, noteExport, noteExportCall } from './exports.ts';
import type { Binding, PackageModule } from './module.ts';
import {
  addTo,
  functionAround,
  isAssignment,
  isChoice,
  isRewound,
  propertyName,
  requiredSpecifier,
  returnsOf,
  skipParens,
  walkTree,
} from './syntax.ts';

export function noteGiven(node: ts.Node, module: PackageModule): void {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) noteAssignment(node, module);
  else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) noteStep(node, module);
  else if (ts.isDeleteExpression(node)) noteChange(node.expression, node, module);
  else if (ts.isCallExpression(node)) noteCall(node, module);
  else if (ts.isPropertyAssignment(node)) addTo(module.properties, propertyName(node.name), node.initializer);
  else if (ts.isShorthandPropertyAssignment(node)) addTo(module.properties, node.name.text, node.name);
  else if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) addTo(module.properties, propertyName(node.name), node);
  else if (ts.isPropertyDeclaration(node)) addTo(module.properties, propertyName(node.name), node.initializer);
  else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) noteLoop(node, module);
  else noteExport(node, module);
}

function noteAssignment(node: ts.BinaryExpression, module: PackageModule): void {
  const left = skipParens(node.left);
  if (ts.isIdentifier(left)) {
    const binding = module.bindingOf(left);
    binding?.values.push(node.right);
    binding?.writes.push(node);
    return;
  }
  if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) {
    walkTree(left, (name) => {
      const binding = ts.isIdentifier(name) ? module.bindingOf(name) : undefined;
      binding?.parts.push(node.right);
      binding?.writes.push(node);
    });
    return;
  }
  if (!isRewound(node)) noteChange(left, node, module);
  rootBinding(left, module)?.stores.push(node.right);
  const name = accessedName(left);
  if (name !== undefined) addTo(module.properties, name, node.right);
  noteCommonJsExport(left, node.right, module);
}

function noteStep(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, module: PackageModule): void {
  if (node.operator !== ts.SyntaxKind.PlusPlusToken && node.operator !== ts.SyntaxKind.MinusMinusToken) return;
  const operand = skipParens(node.operand);
  if (ts.isIdentifier(operand)) module.bindingOf(operand)?.writes.push(node);
  else noteChange(operand, node, module);
}

function noteLoop(node: ts.ForOfStatement | ts.ForInStatement, module: PackageModule): void {
  if (!ts.isIdentifier(node.initializer)) return;
  const binding = module.bindingOf(node.initializer);
  binding?.parts.push(node.expression);
  binding?.writes.push(node);
}

/** `x.a.b = …`: what `x` holds changes. */
function noteChange(target: ts.Expression, node: ts.Node, module: PackageModule): void {
  for (const binding of rootsOf(target, module)) binding.writes.push(node);
  const exported = /^(?:module\.)?exports\.([\w$]+)(?=(.?))/.exec(target.getText(module.source));
  if (exported?.[1] === undefined) return;
  const isWhole = exported[0].length === target.getText(module.source).length;
  const isLater = !ts.isSourceFile(functionAround(node));
  if (!isWhole || isLater) module.changedExports.add(exported[1]);
  if (isWhole && isLater) module.replacedExports.add(exported[1]);
}

export const PUTTING_METHODS = new Set(['push', 'unshift', 'splice', 'set', 'add', 'fill', 'append']);
const CHANGING_METHODS = new Set([
  ...PUTTING_METHODS,
  'pop',
  'shift',
  'sort',
  'reverse',
  'delete',
  'clear',
  'copyWithin',
]);

function noteCall(node: ts.CallExpression, module: PackageModule): void {
  const callee = skipParens(node.expression);
  const specifier = requiredSpecifier(node);
  if (specifier !== undefined) module.specifiers.add(specifier);
  noteExportCall(node, callee, module);
  const method = accessedName(callee);
  if (method === undefined || !(ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee))) return;
  const [first] = node.arguments;
  if (callee.expression.getText(module.source) === 'Object' && /^(assign|define)/.test(method) && first) {
    noteChange(first, node, module);
    rootBinding(first, module)?.stores.push(...node.arguments.slice(1));
  }
  if (!CHANGING_METHODS.has(method)) return;
  noteChange(callee.expression, node, module);
  if (PUTTING_METHODS.has(method)) rootBinding(callee.expression, module)?.stores.push(...node.arguments);
}

/** `x` of `x.a.b[c]`. */
export function rootBinding(node: ts.Expression, module: PackageModule): Binding | undefined {
  let at = skipParens(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = skipParens(at.expression);
  return ts.isIdentifier(at) ? module.bindingOf(at) : undefined;
}

/** The names whose objects an expression may stand for, or for a part of them: `a` and `b` of `(c ? a.x : b)`, `a` of `get().y` where `get` returns it. */
function rootsOf(node: ts.Expression, module: PackageModule, depth = 0): Binding[] {
  const at = skipParens(node);
  if (depth > 8) return [];
  const more = (nodes: readonly ts.Expression[]) => nodes.flatMap((one) => rootsOf(one, module, depth + 1));
  if (ts.isIdentifier(at)) return [module.bindingOf(at)].filter((binding) => binding !== undefined);
  if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) return more([at.expression]);
  if (ts.isConditionalExpression(at)) return more([at.whenTrue, at.whenFalse]);
  if (ts.isBinaryExpression(at))
    return more(isAssignment(at.operatorToken.kind) ? [at.right] : isChoice(at) ? [at.left, at.right] : []);
  if (!ts.isCallExpression(at)) return [];
  const callee = skipParens(at.expression);
  const fns = ts.isIdentifier(callee) ? (module.bindingOf(callee)?.values ?? []) : [callee];
  return fns.flatMap((fn) => more(returnsOf(fn)));
}

/** What is changed through another name is changed: `const t = table; t.clear()`, `for (const row of ROWS) row.seen = true`. */
export function spreadChanges(module: PackageModule): void {
  const waiting = module.bindings.filter(({ writes }) => writes.some(isContentChange));
  for (const binding of waiting) {
    const sources = [...binding.values.filter(ts.isExpression), ...binding.parts];
    for (const root of sources.flatMap((source) => rootsOf(source, module))) {
      const added = binding.writes.filter((write) => isContentChange(write) && !root.writes.includes(write));
      if (added.length === 0 || holdsNothing(root)) continue;
      root.writes.push(...added);
      waiting.push(root);
    }
  }
}

/** `var undefined;` */
function holdsNothing({ values, parts, parameter, imported, isCaught }: Binding): boolean {
  return values.length === 0 && parts.length === 0 && !parameter && !imported && !isCaught;
}

/** In contrast to giving the name another value. */
export function isContentChange(write: ts.Node): boolean {
  if (ts.isForOfStatement(write) || ts.isForInStatement(write)) return false;
  if (ts.isPrefixUnaryExpression(write) || ts.isPostfixUnaryExpression(write)) {
    return !ts.isIdentifier(skipParens(write.operand));
  }
  if (!ts.isBinaryExpression(write)) return true;
  const left = skipParens(write.left);
  return ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left);
}
