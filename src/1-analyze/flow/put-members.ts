/** A module, namespace or class that is used as a whole (`use(tools)`, `Object.values(Cart)`) is an object with its members in fields. */

import ts from 'typescript';
import { listMembers, type WholeUse } from '../names/holders.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { callOf } from '../names/references.ts';
import { functionOfDeclaration } from './callees.ts';
import type { FlowPlace, FlowPlaces } from './places.ts';

/**
 * Returns the functions among them. A module that nobody has but under a type that names its
 * fields goes nowhere: it does not cross, and what hands it on stays with it.
 */
export function putMembers(places: FlowPlaces, holder: ts.Symbol, { isTyped }: WholeUse): FunctionEntry[] {
  const isModule = (holder.flags & ts.SymbolFlags.ValueModule) !== 0;
  const functions: FunctionEntry[] = [];
  for (const { name, symbol } of listMembers(places.index, holder)) {
    const found = (symbol.declarations ?? []).flatMap((at) => functionOf(places.index, at) ?? []);
    functions.push(...found);
    for (const place of isTyped ? (isModule ? [] : listCalled(places, name)) : [places.ofField(name)]) {
      places.graph.connect(places.ofVariable(symbol), place);
      for (const entry of found) places.put(place, entry);
    }
  }
  return functions;
}

function functionOf(index: ProgramIndex, declaration: ts.Declaration): FunctionEntry | undefined {
  return ts.isAccessor(declaration) ? undefined : functionOfDeclaration(index, declaration);
}

/** `tools.area(…)`. A member that is only read would be anywhere at once where a program calls what it finds by computed keys. */
function listCalled(places: FlowPlaces, name: string): FlowPlace[] {
  return places.references
    .toProperty(name)
    .flatMap((use) => (ts.isPropertyAccessExpression(use) && callOf(use) ? [places.ofExpression(use)] : []));
}
