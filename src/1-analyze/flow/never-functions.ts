/** What cannot be a function, whatever flows there: its type says that it is a text, a number … */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { unwrap } from '../names/syntax.ts';

const DATA =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.ESSymbolLike;

/** `x.end` where `end` is a number, and `text[i]`. */
export function isNeverFunction(index: ProgramIndex, expression: ts.Expression): boolean {
  return isData(findDeclaredType(index, unwrap(expression)));
}

function isData(type: ts.Type | undefined): boolean {
  if (!type) return false;
  return type.isUnion() ? type.types.every(isData) : (type.flags & DATA) !== 0;
}

/** As declared: what the compiler knows at one place of a variable that functions change is not to be relied on. */
function findDeclaredType(index: ProgramIndex, expression: ts.Expression): ts.Type | undefined {
  const { checker } = index;
  if (ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression)) {
    const symbol = index.symbolAt(ts.isIdentifier(expression) ? expression : expression.name);
    return symbol && checker.getTypeOfSymbol(symbol);
  }
  if (!ts.isElementAccessExpression(expression)) return checker.getTypeAtLocation(expression);
  const object = findDeclaredType(index, unwrap(expression.expression));
  return object && checker.getIndexTypeOfType(checker.getApparentType(object), ts.IndexKind.Number);
}
