/** Variables that hang on something: static fields, members of namespaces, and what is hung on functions and classes. */

import ts from 'typescript';
import { isHolder, listVariables } from './holders.ts';
import { findStaticClass } from './hung.ts';
import type { ProgramIndex, VariableEntry } from './program-index.ts';
import { remember } from './remember.ts';
import { accessedName, isAccess, unwrap } from './syntax.ts';

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** The variables that an access may name: one, or with a key that is not known any of a class. */
export function variablesOfAccess(index: ProgramIndex, access: Access): VariableEntry[] {
  const symbol = symbolOfMember(index, access);
  const named = symbol && index.variableOf(symbol);
  const holder = unwrap(access.expression);
  const isThis = holder.kind === ts.SyntaxKind.ThisKeyword;
  const base = isThis && !findStaticClass(holder) ? undefined : index.symbolAt(holder);
  const hung = base && index.hungOf(base);
  if (named) return hung && (isThis || !isOwnMember(named, base)) ? [named, hung] : [named];
  if (!base || symbol?.valueDeclaration) return hung && !isMethod(symbol) ? [hung] : [];
  return ts.isElementAccessExpression(access) ? listVariables(index, base) : hung ? [hung] : [];
}

/** `Cart.total`, `Cart['total']`, `Cart[KEY]` */
function symbolOfMember({ checker, symbolAt }: ProgramIndex, access: Access): ts.Symbol | undefined {
  if (ts.isPropertyAccessExpression(access)) return symbolAt(access.name);
  const key = access.argumentExpression;
  if (ts.isStringLiteralLike(key)) return symbolAt(key);
  const type = checker.getTypeAtLocation(key);
  if ((type.flags & ts.TypeFlags.UniqueESSymbol) === 0) return undefined;
  const name = ts.unescapeLeadingUnderscores((type as ts.UniqueESSymbolType).escapedName);
  return checker.getPropertyOfType(checker.getTypeAtLocation(access.expression), name);
}

function isMethod(symbol: ts.Symbol | undefined): boolean {
  return (
    symbol !== undefined &&
    (symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor | ts.SymbolFlags.Prototype)) !== 0
  );
}

function isOwnMember({ node }: VariableEntry, { valueDeclaration }: ts.Symbol): boolean {
  if (!valueDeclaration || !ts.isVariableDeclaration(valueDeclaration)) return node.parent === valueDeclaration;
  return valueDeclaration.initializer !== undefined && node.parent === unwrap(valueDeclaration.initializer);
}

const staticNames = remember(
  ({ variables }: ProgramIndex) =>
    new Set(variables.flatMap(({ kind, symbol }) => (kind === 'static' ? [symbol.name] : []))),
);

/** `a.b`, where something may hang on `a`, or `b` is the name of a static field. */
export function mayHang(index: ProgramIndex, access: Access): boolean {
  const base = unwrap(access.expression);
  const name = accessedName(access);
  if (name !== undefined && staticNames(index).has(name)) return true;
  if (base.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (!ts.isIdentifier(base) && !isAccess(base)) return false;
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(base) ? base.name : base);
  if (!symbol) return false;
  return isHolder(symbol) || index.hungOf(symbol) !== undefined;
}
