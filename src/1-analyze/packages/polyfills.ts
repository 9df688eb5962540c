/** Functions of packages that put another one in their own place when they are first called. */

import ts from 'typescript';
import { isFunction, skipParens } from './syntax.ts';

/**
 * The own version in `f = function () { f = Object.assign || function (t) { … }; return f.apply(this, arguments); }`: what it does
 * is what the language's version does, and nobody can tell whether there was a call before.
 */
export function findPolyfill(fn: ts.Node): ts.Node | undefined {
  return findReplaced(fn) ?? findOwnOf(fn);
}

/**
 * The choice of functions in `function f(x) { return f = c ? function (x) { … } : function (x) { … }, f(x); }`, as compilers write it
 * for `typeof`: each call does what these do.
 */
function findReplaced(fn: ts.Node): ts.Node | undefined {
  if (!isFunction(fn) || !fn.body || !ts.isBlock(fn.body)) return undefined;
  const statement = fn.body.statements.filter((at) => !isDirective(at));
  const [only, ...others] = statement;
  const value = only && ts.isReturnStatement(only) ? only.expression : undefined;
  if (others.length > 0 || !value || !ts.isBinaryExpression(value)) return undefined;
  const replace = value.operatorToken.kind === ts.SyntaxKind.CommaToken ? skipOuter(value.left) : undefined;
  if (!replace || !ts.isBinaryExpression(replace) || replace.left.getText() !== nameOf(fn)) return undefined;
  const names = fn.parameters.map(({ name }) => name.getText());
  const isAgain = value.right.getText().replace(/\s/g, '') === `${nameOf(fn)}(${names.join()})`;
  const choice = skipOuter(replace.right);
  const isChoice = ts.isConditionalExpression(choice) && isFunction(choice.whenTrue) && isFunction(choice.whenFalse);
  return isAgain && isChoice && replace.operatorToken.kind === ts.SyntaxKind.EqualsToken ? choice : undefined;
}

function skipOuter(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? skipOuter(node.expression) : node;
}

function isDirective(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

function findOwnOf(fn: ts.Node): ts.Node | undefined {
  if (!isFunction(fn) || !fn.body || !ts.isBlock(fn.body) || fn.parameters.length > 0) return undefined;
  const [replace, handOver, ...others] = fn.body.statements;
  if (others.length > 0 || !replace || !ts.isExpressionStatement(replace)) return undefined;
  const { expression } = replace;
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken)
    return undefined;
  const name = expression.left;
  const isOwn = ts.isIdentifier(name) && nameOf(fn) === name.text && isHandOver(handOver, name.text);
  return isOwn ? findOwnVersion(expression.right) : undefined;
}

/** `function () { … }` of `Object.assign || function () { … }`. */
function findOwnVersion(value: ts.Expression): ts.Node | undefined {
  const choice = skipParens(value);
  if (!ts.isBinaryExpression(choice) || choice.operatorToken.kind !== ts.SyntaxKind.BarBarToken) return undefined;
  const own = skipParens(choice.right);
  return isFunction(own) && isOfLanguage(skipParens(choice.left)) ? own : undefined;
}

function isOfLanguage(value: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(value) || !ts.isIdentifier(value.expression)) return false;
  const holder: unknown = Reflect.get(globalThis, value.expression.text);
  return typeof holder === 'function' && typeof Reflect.get(holder, value.name.text) === 'function';
}

/** `return name.apply(this, arguments);` */
function isHandOver(statement: ts.Statement | undefined, name: string): boolean {
  const call = statement && ts.isReturnStatement(statement) && statement.expression;
  return call
    ? new RegExp(`^${name.replaceAll('$', '\\$')}\\.apply\\(this, ?arguments\\)$`).test(call.getText())
    : false;
}

function nameOf(fn: ts.Node): string | undefined {
  const { parent } = fn;
  if (ts.isFunctionDeclaration(fn)) return fn.name?.text;
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) return parent.name.text;
  const isAssigned = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssigned && ts.isIdentifier(parent.left) ? parent.left.text : undefined;
}
