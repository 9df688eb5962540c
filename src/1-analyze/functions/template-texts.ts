/**
 * The texts of a template are one object for each place in the code, however often it is passed: a tag may keep it, or look up what it
 * has made of it before. Another process has an object of its own there.
 */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { isAccess, isFunctionNode, wrapped } from '../names/syntax.ts';

/** Whether a tag does more with the texts than look at them. */
export function keepsTexts(index: ProgramIndex, references: References, { node }: FunctionEntry): boolean {
  if (!isFunctionNode(node)) return true;
  const [texts] = node.parameters.filter(({ name }) => name.getText() !== 'this');
  if (!texts || ts.isArrayBindingPattern(texts.name)) return false;
  const symbol = ts.isIdentifier(texts.name) && !texts.dotDotDotToken ? index.symbolAt(texts.name) : undefined;
  return symbol === undefined || references.to(symbol).some((use) => !isLookedAt(use));
}

/** `texts[0]`, `texts.raw.map(…)`, `...texts`, `of texts`, `String.raw(texts, …)` */
function isLookedAt(use: ts.Node): boolean {
  const outer = wrapped(use as ts.Expression);
  const { parent } = outer;
  if (isAccess(parent) && parent.expression === outer) return !isRaw(parent) || isLookedAt(parent);
  if (ts.isSpreadElement(parent) || ts.isTypeOfExpression(parent)) return true;
  if (ts.isForOfStatement(parent)) return parent.expression === outer;
  if (ts.isVariableDeclaration(parent)) return ts.isArrayBindingPattern(parent.name);
  return ts.isCallExpression(parent) && /^String\s*\.\s*raw$/.test(parent.expression.getText());
}

function isRaw(access: ts.Node): boolean {
  return ts.isPropertyAccessExpression(access) && access.name.text === 'raw';
}
