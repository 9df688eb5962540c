/** Which scope a name belongs to. */

import ts from 'typescript';
import type { ProgramIndex } from './program-index.ts';
import { isNameOnly, walk } from './syntax.ts';

/** The name as this module has it: of an imported one the import. */
export function localSymbol(index: ProgramIndex, name: ts.Identifier, symbol: ts.Symbol): ts.Symbol {
  if (ts.isShorthandPropertyAssignment(name.parent)) {
    return index.checker.getShorthandAssignmentValueSymbol(name.parent) ?? symbol;
  }
  return index.checker.getSymbolAtLocation(name) ?? symbol;
}

/**
 * The declarations of what a name stands for where it is evaluated: `function f<step>(step: step)` has one symbol for both, and
 * so have a constant and a type of the same name.
 */
export function valueDeclarations(symbol: ts.Symbol | undefined): ts.Declaration[] {
  return (symbol?.declarations ?? []).filter(
    (one) => !ts.isTypeParameterDeclaration(one) && !ts.isInterfaceDeclaration(one) && !ts.isTypeAliasDeclaration(one),
  );
}

export type Scope = 'module' | 'namespace' | 'inner';

/** Which scope a declaration belongs to. */
export function findScope(declaration: ts.Node): Scope {
  for (let at = declaration.parent; at; at = at.parent) {
    if (ts.isSourceFile(at)) return 'module';
    if (ts.isModuleBlock(at) || ts.isEnumDeclaration(at)) return 'namespace';
    const isOwnHead = at === declaration.parent && ts.isFunctionLike(at) && !ts.isParameter(declaration);
    if (!isOwnHead && (ts.isFunctionLike(at) || ts.isClassLike(at) || isBlockScope(at))) return 'inner';
  }
  return 'module';
}

export function isBlockScope(node: ts.Node): boolean {
  return ts.isBlock(node) || ts.isIterationStatement(node, false) || ts.isCatchClause(node) || ts.isCaseBlock(node);
}

/** Those of the names of module scope that a statement uses: not where an inner variable has the same name. */
export function mentionedNames(index: ProgramIndex, part: ts.Node, names: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  const doubtful: ts.Identifier[] = [];
  const inner = new Set<string>();
  walk(part, (node) => {
    if (!ts.isIdentifier(node) || !names.has(node.text)) return undefined;
    if (isInnerDeclaration(node)) inner.add(node.text);
    else if (isUse(node)) doubtful.push(node);
    return undefined;
  });
  for (const node of doubtful) {
    if (!found.has(node.text) && !(inner.has(node.text) && isInner(index, node))) found.add(node.text);
  }
  return [...found].sort();
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  return ts.isExportSpecifier(parent) ? (parent.propertyName ?? parent.name) === node : !isNameOnly(node);
}

/** A parameter or variable of a function or block. */
function isInnerDeclaration(node: ts.Identifier): boolean {
  const { parent } = node;
  const isName =
    (ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) && parent.name === node;
  return isName && findScope(parent) === 'inner';
}

function isInner(index: ProgramIndex, node: ts.Identifier): boolean {
  const symbol = index.checker.getSymbolAtLocation(node);
  const [declaration] = valueDeclarations(symbol && localSymbol(index, node, symbol));
  return declaration !== undefined && findScope(declaration) === 'inner';
}
