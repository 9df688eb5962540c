/**
 * `renderer = await import('./renderer')`, `price(rates)` after `import * as rates`: a module as a whole is an object whose fields are what
 * it exports, and whoever holds it may call that.
 */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { unwrap, wrapped } from '../names/syntax.ts';
import type { FlowPlaces } from './places.ts';

/** What a module that is handed on exports is held by fields of these names, and its functions have the types that others wrote down. */
export function putNamespaces(places: FlowPlaces): void {
  const { index, references } = places;
  for (const module of findHandedOn(index, references)) {
    for (const exported of index.checker.getExportsOfModule(module)) putExport(places, exported);
  }
}

function putExport(places: FlowPlaces, exported: ts.Symbol): void {
  const { index } = places;
  const target = exported.flags & ts.SymbolFlags.Alias ? index.checker.getAliasedSymbol(exported) : exported;
  const holders = [places.ofField(exported.name), places.leaving];
  for (const holder of holders) places.graph.connect(places.ofVariable(target), holder);
  for (const declaration of target.declarations ?? []) {
    const made = ts.isVariableDeclaration(declaration) && declaration.initializer;
    const entry = index.functionOf(made ? unwrap(made) : declaration);
    if (entry) for (const holder of holders) places.put(holder, entry);
  }
}

function findHandedOn(index: ProgramIndex, references: References): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const add = (specifier: ts.Node | undefined) => {
    const module = specifier && index.checker.getSymbolAtLocation(specifier);
    if (module?.declarations?.some((file) => ts.isSourceFile(file) && index.loaded.isOwn(file))) found.add(module);
  };
  for (const node of index.nodes) {
    if (ts.isNamespaceImport(node)) {
      const module = index.symbolAt(node.name);
      const isHandedOn = module && references.to(module).some((use) => isNamespaceHandedOn(index, references, use));
      if (isHandedOn) add(node.parent.parent.moduleSpecifier);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      if (isNamespaceHandedOn(index, references, node)) add(node.arguments[0]);
    }
  }
  return found;
}

/** Not if only its members are named, by itself or by a variable whose type is its own. */
function isNamespaceHandedOn(index: ProgramIndex, references: References, use: ts.Expression): boolean {
  const outer = wrapped(use);
  const { parent } = outer;
  if (ts.isPropertyAccessExpression(parent)) return ts.isCallExpression(outer);
  if (ts.isAwaitExpression(parent)) return isNamespaceHandedOn(index, references, parent);
  if (ts.isExpressionStatement(parent) || ts.isExportSpecifier(parent)) return false;
  if (!ts.isVariableDeclaration(parent) || parent.type) return true;
  if (!ts.isIdentifier(parent.name)) return false;
  const variable = index.symbolAt(parent.name);
  const uses = variable ? references.to(variable) : [];
  return uses.some((name) => isNamespaceHandedOn(index, references, name));
}
