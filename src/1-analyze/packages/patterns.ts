/** Regular expressions in packages, and what they remember between calls: `lastIndex`, with the flags `g` and `y`. */

import ts from 'typescript';
import type { Binding, PackageModule } from './module.ts';
import { functionAround, isFunction, isRewound, skipParens } from './syntax.ts';

/**
 * `re.lastIndex = 0;` further up in the same function: a pattern with `g` then begins anew, whatever was before. That holds
 * only if every use of it in the file begins anew, since what one leaves behind another could see.
 */
export function isRewoundBefore(callee: ts.Expression, module: PackageModule, method: string): boolean {
  if ((method !== 'test' && method !== 'exec') || !ts.isPropertyAccessExpression(callee)) return false;
  const pattern = skipParens(callee.expression);
  const binding = ts.isIdentifier(pattern) ? module.bindingOf(pattern) : undefined;
  return binding !== undefined && isAlwaysRewound(binding);
}

function isAlwaysRewound(binding: Binding): boolean {
  const { values, parts, uses, module } = binding;
  return parts.length === 0 && values.every(isGlobalPattern) && uses.every((use) => beginsAnew(use, binding, module));
}

/** A pattern that remembers where it was, for others to see. */
export function isRemembering(binding: Binding): boolean {
  const isPattern = binding.values.some((value) => ts.isRegularExpressionLiteral(value) || isRegExpCall(value));
  return isPattern && !binding.values.every(isPlainPattern) && !isAlwaysRewound(binding) && binding.uses.some(isTested);
}

/** `re.test(…)`, `re.exec(…)` */
function isTested(use: ts.Identifier): boolean {
  const { parent } = use;
  const isCalled = ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent);
  return isCalled && parent.parent.expression === parent && /^(test|exec)$/.test(parent.name.text);
}

function isRegExpCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
  return isCall && ts.isIdentifier(node.expression) && node.expression.text === 'RegExp';
}

/** `/a/g`, `RegExp('a', 'g')`: with `g` and without `y`. */
function isGlobalPattern(node: ts.Node): boolean {
  if (ts.isRegularExpressionLiteral(node)) return /\/(?!\w*y)\w*g\w*$/.test(node.text);
  const [, flags] = isRegExpCall(node) ? (node.arguments ?? []) : [];
  return flags !== undefined && ts.isStringLiteral(flags) && /^(?!.*y).*g/.test(flags.text);
}

/** Its declaration, `re.lastIndex = 0`, `text.replace(re, …)`, and `re.test(text)` behind a rewinding. */
function beginsAnew(use: ts.Identifier, binding: Binding, module: PackageModule): boolean {
  const { parent } = use;
  if (ts.isVariableDeclaration(parent) && parent.name === use) return true;
  if (ts.isCallExpression(parent) && parent.arguments[0] === use) {
    const callee = skipParens(parent.expression);
    return ts.isPropertyAccessExpression(callee) && /^(match|replace|replaceAll|search|split)$/.test(callee.name.text);
  }
  if (!ts.isPropertyAccessExpression(parent)) return false;
  const { parent: around } = parent;
  if (ts.isBinaryExpression(around) && around.left === parent && isRewound(around)) return true;
  const isCalled =
    ts.isCallExpression(around) && around.expression === parent && /^(test|exec)$/.test(parent.name.text);
  const home = functionAround(use);
  if (!isCalled || !isFunction(home) || !home.body || !ts.isBlock(home.body)) return false;
  const before = home.body.statements.filter((statement) => statement.end <= use.pos);
  return before.some((statement) => rewoundBy(statement).some((name) => module.bindingOf(name) === binding));
}

/** The names that a statement rewinds whatever happens: `re.lastIndex = 0;`, `var n = re.lastIndex = 0;`. */
function rewoundBy(statement: ts.Statement): ts.Identifier[] {
  const values = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ initializer }) => initializer)
    : [ts.isExpressionStatement(statement) ? statement.expression : undefined];
  return values.flatMap((value) => {
    if (!value || !ts.isBinaryExpression(value) || !isRewound(value)) return [];
    const left = skipParens(value.left);
    const object = ts.isPropertyAccessExpression(left) ? left.expression : undefined;
    return object && ts.isIdentifier(object) ? [object] : [];
  });
}

/** `/a/`, `RegExp('a')`: without the flags `g` and `y`, so that it keeps nothing between calls. */
export function isPlainPattern(node: ts.Node): boolean {
  if (ts.isRegularExpressionLiteral(node)) return !/\/\w*[gy]\w*$/.test(node.text);
  if (!isRegExpCall(node)) return false;
  const [, flags] = node.arguments ?? [];
  return !flags || (ts.isStringLiteral(flags) && !/[gy]/.test(flags.text));
}
