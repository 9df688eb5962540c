/** Values in a package's code that nobody can change, told by how they are written. */

import ts from 'typescript';
import type { Binding } from './module.ts';
import { isPlainPattern } from './patterns.ts';
import { isAssignment, isFunction, skipParens, walkTree } from './syntax.ts';

/** Nothing that could be changed: `const MAX = 2 ** 53`, `var undefined`, a pattern that keeps nothing. */
export function isConstant(binding: Binding): boolean {
  if (binding.parameter || binding.imported || binding.parts.length > 0 || binding.stores.length > 0) return false;
  return binding.values.every((value) => isPrimitive(value) || (isPlainPattern(value) && binding.writes.length === 0));
}

export function isPrimitive(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node)) return isPrimitive(node.expression);
  if (ts.isLiteralExpression(node)) return !ts.isRegularExpressionLiteral(node);
  if (ts.isPrefixUnaryExpression(node) || ts.isTypeOfExpression(node) || ts.isTemplateExpression(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (node.kind === ts.SyntaxKind.NullKeyword || ts.isVoidExpression(node)) return true;
  return ts.isBinaryExpression(node) && isPrimitiveOperator(node);
}

/** Arithmetic and comparisons give primitives whatever they are given. */
function isPrimitiveOperator({ operatorToken, left, right }: ts.BinaryExpression): boolean {
  switch (operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return isPrimitive(left) && isPrimitive(right);
    case ts.SyntaxKind.CommaToken:
      return isPrimitive(right);
    default:
      return !isAssignment(operatorToken.kind);
  }
}

const PRIMITIVE_TYPES = /^(string|number|boolean|symbol|bigint|undefined)$/;

/** `x` in what runs only if `typeof x == 'string'`: the branch of an `if` or `?:`, or what follows `&&`; and `x` is never set. */
export function isCheckedPrimitive(name: ts.Identifier): boolean {
  for (let at: ts.Node = name; !isFunction(at) && at.parent && !ts.isSourceFile(at.parent); at = at.parent) {
    const { parent } = at;
    const isBranch =
      (ts.isIfStatement(parent) && parent.thenStatement === at && parent.expression) ||
      (ts.isConditionalExpression(parent) && parent.whenTrue === at && parent.condition) ||
      (isAnd(parent) && parent.right === at && parent.left);
    if (isBranch && tellsPrimitive(isBranch, name.text)) return !isSetIn(parent, name.text);
  }
  return false;
}

function isAnd(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
}

function tellsPrimitive(condition: ts.Expression, name: string): boolean {
  const node = ts.isParenthesizedExpression(condition) ? condition.expression : condition;
  if (isAnd(node)) return tellsPrimitive(node.left, name) || tellsPrimitive(node.right, name);
  if (!ts.isBinaryExpression(node) || !/^={2,3}$/.test(node.operatorToken.getText())) return false;
  const { left, right } = node;
  const isAsked = ts.isTypeOfExpression(left) && ts.isIdentifier(left.expression) && left.expression.text === name;
  return isAsked && ts.isStringLiteral(right) && PRIMITIVE_TYPES.test(right.text);
}

function isSetIn(scope: ts.Node, name: string): boolean {
  let isSet = false;
  walkTree(scope, (node) => {
    const isTarget =
      ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && skipParens(node.left).getText() === name;
    if (isTarget || (isFunction(node) && node.getText().includes(name))) isSet = true;
  });
  return isSet;
}
