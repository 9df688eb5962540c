/** Where a function is used as a value: its name, a member that is not called, or the expression that makes it. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { callOf, type References, symbolOfFunction } from '../names/references.ts';
import { wrapped } from '../names/syntax.ts';

export function findValueUses(index: ProgramIndex, references: References, entry: FunctionEntry): ts.Expression[] {
  const { node } = entry;
  const symbol = symbolOfFunction(index, entry);
  if (ts.isMethodDeclaration(node) && symbol) {
    return references
      .toProperty(node.name.getText())
      .filter((use): use is ts.PropertyAccessExpression => ts.isPropertyAccessExpression(use))
      .filter((use) => !callOf(use) && !isWritten(use) && (index.symbolAt(use.name) ?? symbol) === symbol);
  }
  if (symbol && !ts.isPropertyDeclaration(wrapped(node as ts.FunctionExpression).parent)) {
    const members =
      ts.isFunctionDeclaration(node) && node.name
        ? usesThroughNamespace(index, references, node.name.text, symbol)
        : [];
    return [...references.to(symbol).filter((use) => !callOf(use) && !isExportName(use)), ...members];
  }
  const isExpression = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isExpression && !callOf(node) ? [node] : [];
}

/** `shapes.area`, where `shapes` is an imported namespace. */
function usesThroughNamespace(
  index: ProgramIndex,
  references: References,
  name: string,
  symbol: ts.Symbol,
): ts.Expression[] {
  return references
    .toProperty(name)
    .filter((use): use is ts.PropertyAccessExpression => ts.isPropertyAccessExpression(use))
    .filter((use) => !callOf(use) && index.symbolAt(use.name) === symbol);
}

function isWritten(use: ts.Expression): boolean {
  const { parent } = wrapped(use);
  return (
    ts.isBinaryExpression(parent) && parent.left === use && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function isExportName(use: ts.Identifier): boolean {
  return ts.isExportSpecifier(use.parent) || (ts.isExportAssignment(use.parent) && use.parent.expression === use);
}
