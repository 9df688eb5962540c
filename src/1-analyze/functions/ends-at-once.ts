/** Whether a generator may come to its end without giving anything before, by the form of its body: that it throws is not meant. */

import ts from 'typescript';
import { isFunctionNode } from '../names/syntax.ts';

/** What may happen in a part of a body in which no step ends. */
interface Ways {
  /** It returns. */
  ends: boolean;
  /** What follows is reached. */
  passes: boolean;
}

const PASSES: Ways = { ends: false, passes: true };
const STOPS: Ways = { ends: false, passes: false };

export function mayEndAtOnce(body: ts.Block): boolean {
  const { ends, passes } = follow(body.statements);
  return ends || passes;
}

function follow(parts: readonly ts.Node[]): Ways {
  let ends = false;
  for (const part of parts) {
    const ways = followPart(part);
    ends ||= ways.ends;
    if (!ways.passes) return { ends, passes: false };
  }
  return { ends, passes: true };
}

function followPart(node: ts.Node): Ways {
  if (ts.isReturnStatement(node)) return { ends: canPass(node.expression), passes: false };
  if (ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)) return STOPS;
  if (ts.isBlock(node)) return follow(node.statements);
  if (ts.isLabeledStatement(node)) return followPart(node.statement);
  if (ts.isIfStatement(node)) return followIf(node);
  if (ts.isTryStatement(node)) return followTry(node);
  if (ts.isSwitchStatement(node)) return followSwitch(node);
  if (ts.isIterationStatement(node, false)) return followLoop(node);
  return canPass(node) ? PASSES : STOPS;
}

function followIf({ expression, thenStatement, elseStatement }: ts.IfStatement): Ways {
  if (!canPass(expression)) return STOPS;
  return either(followPart(thenStatement), elseStatement ? followPart(elseStatement) : PASSES);
}

/** The handler may be reached from the first line on. */
function followTry({ tryBlock, catchClause, finallyBlock }: ts.TryStatement): Ways {
  const inside = catchClause ? either(followPart(tryBlock), followPart(catchClause.block)) : followPart(tryBlock);
  const last = finallyBlock ? followPart(finallyBlock) : PASSES;
  return last.passes ? { ends: inside.ends || last.ends, passes: inside.passes } : last;
}

function followSwitch({ expression, caseBlock }: ts.SwitchStatement): Ways {
  if (!canPass(expression)) return STOPS;
  return either(PASSES, ...caseBlock.clauses.map(({ statements }) => follow(statements)));
}

/** One without an end may be left by `break`. */
function followLoop(node: ts.IterationStatement): Ways {
  const inside = followPart(node.statement);
  if (ts.isDoStatement(node)) return { ends: inside.ends, passes: inside.passes || leaves(node.statement) };
  if (!listHead(node).every(canPass)) return STOPS;
  return { ends: inside.ends, passes: !isEndless(node) || leaves(node.statement) };
}

/** What is evaluated before it is known whether there is a first turn. */
function listHead(node: ts.IterationStatement): (ts.Node | undefined)[] {
  if (ts.isForStatement(node)) return [node.initializer, node.condition];
  return ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isWhileStatement(node) ? [node.expression] : [];
}

function isEndless(node: ts.IterationStatement): boolean {
  if (ts.isForStatement(node)) return node.condition === undefined;
  return ts.isWhileStatement(node) && node.expression.kind === ts.SyntaxKind.TrueKeyword;
}

function leaves(node: ts.Node): boolean {
  if (ts.isBreakStatement(node)) return true;
  return !isFunctionNode(node) && ts.forEachChild(node, (child) => leaves(child) || undefined) === true;
}

function either(...all: Ways[]): Ways {
  return { ends: all.some(({ ends }) => ends), passes: all.some(({ passes }) => passes) };
}

/** It can be evaluated without `yield`: what `yield*` goes through may be empty. */
function canPass(node: ts.Node | undefined): boolean {
  if (!node || isFunctionNode(node) || ts.isTypeNode(node)) return true;
  if (ts.isYieldExpression(node) && !node.asteriskToken) return false;
  if (ts.isConditionalExpression(node)) {
    return canPass(node.condition) && (canPass(node.whenTrue) || canPass(node.whenFalse));
  }
  if (ts.isBinaryExpression(node) && isShort(node.operatorToken.kind)) return canPass(node.left);
  return ts.forEachChild(node, (child) => (canPass(child) ? undefined : true)) !== true;
}

function isShort(kind: ts.SyntaxKind): boolean {
  const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken } = ts.SyntaxKind;
  return kind === AmpersandAmpersandToken || kind === BarBarToken || kind === QuestionQuestionToken;
}
