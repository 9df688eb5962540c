/** What a function uses of those around it. */

import ts from 'typescript';
import type { CaptureFacts } from '../../types.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { findAssignment, isFunctionNode, isNameOnly, walk } from '../names/syntax.ts';
import type { RegionContext } from '../regions/region.ts';
import type { FunctionContext } from './context.ts';

/** Variables and parameters of enclosing functions. */
export function describeCaptures(context: FunctionContext, entry: FunctionEntry): CaptureFacts[] {
  if (!entry.parent) return [];
  const { index } = context;
  const found = new Map<ts.Symbol, FunctionEntry>();
  walk(entry.node, (node) => {
    if (!ts.isIdentifier(node) || isNameOnly(node)) return undefined;
    const symbol = index.symbolAt(node);
    const declaration = symbol?.valueDeclaration;
    const owner = declaration && ownerOf(index, declaration);
    if (symbol && owner && owner !== entry && isEnclosing(owner, entry)) found.set(symbol, owner);
    return undefined;
  });
  return [...found]
    .map(([symbol, owner]) => ({
      name: symbol.name,
      owner: owner.id,
      written: isReassigned(context, symbol),
      shape: context.shapes.shapeOf(index.checker.getTypeOfSymbol(symbol)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function ownerOf(index: ProgramIndex, declaration: ts.Node): FunctionEntry | undefined {
  for (let at = declaration.parent; at; at = at.parent) if (isFunctionNode(at)) return index.functionOf(at);
  return undefined;
}

function isEnclosing(owner: FunctionEntry, entry: FunctionEntry): boolean {
  for (let at = entry.parent; at; at = at.parent) if (at === owner) return true;
  return false;
}

function isReassigned(context: RegionContext, symbol: ts.Symbol): boolean {
  return context.references.to(symbol).some((use) => findAssignment(use) !== undefined);
}
