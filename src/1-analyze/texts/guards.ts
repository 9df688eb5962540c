/** What tests in front of a place say of a value there: that it is a function, or that it is none. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { assignedTargets, unwrap, walk } from '../names/syntax.ts';

export type Guard = 'function' | 'other' | undefined;

/** `typeof x === 'function' ? String(x) : x`, `if (typeof x === 'function') return 'f'; return String(x);` */
export function findGuard(index: ProgramIndex, value: ts.Expression): Guard {
  let child: ts.Node = value;
  for (let at = value.parent; at && !ts.isFunctionLike(at) && !ts.isSourceFile(at); child = at, at = at.parent) {
    const guard = guardAround(at, child, value) ?? guardBefore(at, child, value);
    if (guard) return guard === 'other' && isAssigned(index, value) ? undefined : guard;
  }
  return undefined;
}

/** By the test that has let the program come to `child`. */
function guardAround(at: ts.Node, child: ts.Node, value: ts.Expression): Guard {
  if (ts.isConditionalExpression(at) && child !== at.condition)
    return judge(at.condition, child === at.whenTrue, value);
  if (ts.isIfStatement(at) && child !== at.expression) return judge(at.expression, child === at.thenStatement, value);
  if (ts.isBinaryExpression(at) && child === at.right) {
    const { kind } = at.operatorToken;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return judge(at.left, true, value);
    if (kind === ts.SyntaxKind.BarBarToken) return judge(at.left, false, value);
  }
  return ts.isCaseOrDefaultClause(at) ? guardOfClause(at, value) : undefined;
}

/** `switch (typeof x) { case 'function': return 'f'; default: return String(x); }` */
function guardOfClause(clause: ts.CaseOrDefaultClause, value: ts.Expression): Guard {
  const block = clause.parent;
  if (!isTypeOf(block.parent.expression, value)) return undefined;
  const ownAt = block.clauses.indexOf(clause);
  const before = block.clauses.slice(0, ownAt);
  const lastEnded = before.findLastIndex(({ statements }) => leaves(statements.at(-1)));
  const entered = [...before.slice(lastEnded + 1), clause];
  if (entered.every(isOfFunctions)) return 'function';
  const takesRest = !block.clauses.some(isOfFunctions);
  return entered.some((one) => mayBeOfFunctions(one, takesRest)) ? undefined : 'other';
}

function isOfFunctions(clause: ts.CaseOrDefaultClause): boolean {
  return ts.isCaseClause(clause) && isNameOfKind(clause.expression);
}

/** `takesRest`: no case is for functions, so that they come to the default. */
function mayBeOfFunctions(clause: ts.CaseOrDefaultClause, takesRest: boolean): boolean {
  if (ts.isDefaultClause(clause)) return takesRest;
  return isNameOfKind(clause.expression) || !ts.isStringLiteralLike(clause.expression);
}

/** `if (typeof x === 'function') return …;` in front of it, where `x` stays what it is. */
function guardBefore(at: ts.Node, child: ts.Node, value: ts.Expression): Guard {
  if (!ts.isIdentifier(value) || (!ts.isBlock(at) && !ts.isCaseOrDefaultClause(at))) return undefined;
  const before = at.statements.slice(0, at.statements.indexOf(child as ts.Statement));
  const left = before.filter(ts.isIfStatement).filter(({ thenStatement }) => leaves(thenStatement));
  return left.some(({ expression }) => judge(expression, false, value) === 'other') ? 'other' : undefined;
}

function leaves(statement: ts.Statement | undefined): boolean {
  if (!statement) return false;
  if (ts.isBlock(statement)) return leaves(statement.statements.at(-1));
  return (
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement) ||
    ts.isBreakStatement(statement)
  );
}

/** A variable that is given something after its declaration. */
function isAssigned(index: ProgramIndex, value: ts.Expression): boolean {
  if (!ts.isIdentifier(value)) return false;
  const declaration = index.symbolAt(value)?.valueDeclaration;
  if (!declaration) return true;
  let found = false;
  walk(ts.findAncestor(declaration.parent, ts.isFunctionLike) ?? declaration.getSourceFile(), (node) => {
    if (assignedTargets(node).some((target) => unwrap(target).getText() === value.text)) found = true;
    return undefined;
  });
  return found;
}

/** What a test says of the value if it holds, or if it does not. */
function judge(test: ts.Expression, holds: boolean, value: ts.Expression): Guard {
  const plain = unwrap(test);
  // Functions are truthy.
  if (plain.getText() === value.getText()) return holds ? undefined : 'other';
  if (ts.isPrefixUnaryExpression(plain) && plain.operator === ts.SyntaxKind.ExclamationToken)
    return judge(plain.operand, !holds, value);
  if (!ts.isBinaryExpression(plain)) return undefined;
  const { left, right, operatorToken } = plain;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken)
    return holds ? both(left, right, true, value) : either(left, right, false, value);
  if (operatorToken.kind === ts.SyntaxKind.BarBarToken)
    return holds ? either(left, right, true, value) : both(left, right, false, value);
  return judgeKind(plain, holds, value);
}

/** Both parts are so. */
function both(left: ts.Expression, right: ts.Expression, holds: boolean, value: ts.Expression): Guard {
  return judge(left, holds, value) ?? judge(right, holds, value);
}

/** One of the parts is so. */
function either(left: ts.Expression, right: ts.Expression, holds: boolean, value: ts.Expression): Guard {
  const guards = [judge(left, holds, value), judge(right, holds, value)];
  if (guards.includes('function')) return 'function';
  return guards.includes(undefined) ? undefined : 'other';
}

/** `typeof x === 'function'`, `'string' !== typeof x` */
function judgeKind({ left, right, operatorToken }: ts.BinaryExpression, holds: boolean, value: ts.Expression): Guard {
  const name = [left, right].map(unwrap).find(ts.isStringLiteralLike);
  const [, negation] = /^([!=])==?$/.exec(ts.tokenToString(operatorToken.kind) ?? '') ?? [];
  if (!name || !negation || ![left, right].some((side) => isTypeOf(side, value))) return undefined;
  const isSo = holds === (negation === '=');
  if (isNameOfKind(name)) return isSo ? 'function' : 'other';
  return isSo ? 'other' : undefined;
}

function isNameOfKind(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) && node.text === 'function';
}

function isTypeOf(node: ts.Expression, value: ts.Expression): boolean {
  const plain = unwrap(node);
  return ts.isTypeOfExpression(plain) && unwrap(plain.expression).getText() === value.getText();
}
