/** Functions that do next to nothing. */

import ts from 'typescript';
import { unwrap } from '../names/syntax.ts';

/** `return x.y`, `x.y = z`, a literal, nothing: not worth a call over the wire. */
export function isTrivialBody(body: ts.Node): boolean {
  if (!ts.isBlock(body)) return isPlainAccess(body as ts.Expression);
  if (body.statements.length > 1) return false;
  const [only] = body.statements;
  if (!only) return true;
  if (ts.isReturnStatement(only)) return !only.expression || isPlainAccess(only.expression);
  if (!ts.isExpressionStatement(only)) return false;
  const { expression } = only;
  const isAssignment = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && isPlainAccess(expression.left) && isPlainAccess(expression.right);
}

function isPlainAccess(expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (ts.isPropertyAccessExpression(value)) return isPlainAccess(value.expression);
  return ts.isIdentifier(value) || ts.isLiteralExpression(value) || isKeyword(value);
}

function isKeyword(value: ts.Expression): boolean {
  const { kind } = value;
  return (
    kind === ts.SyntaxKind.ThisKeyword ||
    kind === ts.SyntaxKind.TrueKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    kind === ts.SyntaxKind.NullKeyword
  );
}
