/** Where a function is used as a value: its name, a member that is not called, or the expression that makes it. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { callOf, type References, symbolOfFunction } from '../names/references.ts';
import { wrapped } from '../names/syntax.ts';
import { functionOfDeclaration, type Hierarchy, overridesOf } from './callees.ts';
import { mayStandFor } from './stand-ins.ts';

export function findValueUses(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  references: References,
  entry: FunctionEntry,
): ts.Expression[] {
  const { node } = entry;
  const symbol = symbolOfFunction(index, entry);
  if (ts.isMethodDeclaration(node) && symbol) {
    return references
      .toProperty(node.name.getText())
      .filter((use): use is ts.PropertyAccessExpression => ts.isPropertyAccessExpression(use))
      .filter((use) => !callOf(use) && !isWritten(use) && mayName(index, hierarchy, use, entry));
  }
  if (symbol && !ts.isPropertyDeclaration(wrapped(node as ts.FunctionExpression).parent)) {
    const names = references.to(symbol).filter((use) => !isExportName(use));
    return [...names, ...references.throughModule(symbol)].filter((use) => !callOf(use));
  }
  const isExpression = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isExpression && !callOf(node) ? [node] : [];
}

/** Whether `x.total` may be that method: by its class, by one that is above it, or by a type behind which its class may stand. */
function mayName(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  use: ts.PropertyAccessExpression,
  entry: FunctionEntry,
): boolean {
  const declarations = index.symbolAt(use.name)?.declarations ?? [];
  const bodies = declarations.flatMap((declaration) => functionOfDeclaration(index, declaration) ?? []);
  if (bodies.length === 0) return mayStandFor(index, hierarchy.heirs, entry, use.expression);
  return bodies.some((body) => body === entry || overridesOf(index, hierarchy, body).includes(entry));
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
