/** What the syntax around an expression does with its value. */

import ts from 'typescript';
import { isAssignment } from './syntax.ts';

/** `a` of `{ a }`, `{ a: b }` */
export function nameOfElement({ parent, propertyName: key, name }: ts.BindingElement): string | undefined {
  if (!ts.isObjectBindingPattern(parent)) return undefined;
  const at = key ?? name;
  return ts.isIdentifier(at) || ts.isStringLiteral(at) ? at.text : undefined;
}

/** `(x)`, `await x`, the last of `a, x`, a branch of `c ? x : y`: what is around it is it. */
export function isHandedUp(parent: ts.Node, node: ts.Expression): parent is ts.Expression {
  if (ts.isParenthesizedExpression(parent) || ts.isAwaitExpression(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition !== node;
  if (!ts.isBinaryExpression(parent)) return false;
  return parent.operatorToken.kind === ts.SyntaxKind.CommaToken && parent.right === node;
}

/** Of a literal. */
export function isItem(parent: ts.Node, node: ts.Expression): boolean {
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return (
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isSpreadElement(parent)
  );
}

/** The call of which an access is the callee. */
export function callOf(access: ts.Expression): ts.CallExpression | ts.NewExpression | undefined {
  let at: ts.Node = access;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const { parent } = at;
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === at ? parent : undefined;
}

/** The assignment, step, deletion or loop that sets what an access stands for. */
export function targetAround(access: ts.Node): ts.Node | undefined {
  const { parent } = access;
  if (ts.isBinaryExpression(parent)) {
    return parent.left === access && isAssignment(parent.operatorToken.kind) ? parent : undefined;
  }
  if (ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent)) return parent;
  if (ts.isPrefixUnaryExpression(parent)) return /^(\+\+|--)/.test(parent.getText()) ? parent : undefined;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent))
    return parent.initializer === access ? parent : undefined;
  const isPattern =
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === access);
  return isPattern ? targetAround(parent) : undefined;
}

/** What a target is given, as far as it is no primitive by the operator. */
export function givenBy(target: ts.Node): ts.Expression[] {
  if (ts.isForOfStatement(target)) return [target.expression];
  if (!ts.isBinaryExpression(target)) return [];
  const { kind } = target.operatorToken;
  const isKept = kind === ts.SyntaxKind.EqualsToken || isLogicalAssignment(target);
  return isKept ? [target.right] : [];
}

export function isLogicalAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.BarBarEqualsToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken
  );
}

export function isWritten(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

/** `a + b`, `a < b`, `a == b`: of an object a text or a number is made. */
export function isConverting({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  const isCompared = kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.ExclamationEqualsToken;
  return isCompared || (kind >= ts.SyntaxKind.PlusToken && kind <= ts.SyntaxKind.PercentToken);
}
