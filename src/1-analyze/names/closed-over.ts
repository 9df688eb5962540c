/** What whoever calls a function may get hold of, though no name of a module leads to it. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from './program-index.ts';
import { isFunctionNode, isNameOnly, isWithin, walk } from './syntax.ts';

/** `return x`, `yield x`, `() => x` */
export function listResults(node: FunctionEntry['node']): ts.Expression[] {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return [node.body];
  const results: ts.Expression[] = [];
  walk(node.body, (at) => {
    if (ts.isReturnStatement(at) && at.expression) results.push(at.expression);
    if (ts.isYieldExpression(at) && at.expression) results.push(at.expression);
    return isFunctionNode(at) ? false : undefined;
  });
  return results;
}

/** The variables and parameters around a function that it uses, each named once: `part` of `() => part`. Module variables are left out. */
export function listClosedOver(index: ProgramIndex, node: FunctionEntry['node']): ts.Identifier[] {
  const found = new Map<ts.Symbol, ts.Identifier>();
  walk(node, (at) => {
    const symbol = ts.isIdentifier(at) && !isNameOnly(at) ? index.symbolAt(at) : undefined;
    if (symbol && isAround(index, symbol, node)) found.set(symbol, at as ts.Identifier);
    return undefined;
  });
  return [...found.values()];
}

function isAround(index: ProgramIndex, symbol: ts.Symbol, node: ts.Node): boolean {
  const declaration = symbol.valueDeclaration;
  if (!declaration || index.variableOf(symbol)) return false;
  const isLocal =
    ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration) || ts.isParameter(declaration);
  return isLocal && index.loaded.isOwn(declaration.getSourceFile()) && !isWithin(declaration, node);
}
