/**
 * Modules, namespaces and classes as objects. Where a member is named through one (`shapes.area`), its name says what it is; where
 * one is used as a whole (`Object.values(shapes)`, `const all: any = shapes`, `register(Cart)`), whoever has it can get at all
 * of its members.
 */

import ts from 'typescript';
import type { ProgramIndex, VariableEntry } from './program-index.ts';
import { isConstant, isNameOnly, isTypeOnly, unwrap, wrapped } from './syntax.ts';

export interface Holders {
  /** Where a member of a module or namespace is named through it, and which. */
  named: ReadonlyMap<ts.Expression, ts.Symbol>;
  /** Where one of them is used as a whole, and which. */
  handed: ReadonlyMap<ts.Expression, ts.Symbol>;
  /** Those that are used as a whole, or inside of one that is. */
  whole: ReadonlyMap<ts.Symbol, WholeUse>;
}

export interface WholeUse {
  places: readonly ts.Expression[];
  /** Whoever gets it has a type with the names of its fields: nothing reads them by keys that are only known when it runs. */
  isTyped: boolean;
}

const HOLDER = ts.SymbolFlags.ValueModule | ts.SymbolFlags.Class;

/** A module, a namespace or a class, which may be written in a constant: `const Cart = class { … }`. */
export function isHolder(symbol: ts.Symbol): boolean {
  return (symbol.flags & HOLDER) !== 0 || isWrittenClass(symbol);
}

function isWrittenClass({ valueDeclaration: at }: ts.Symbol): boolean {
  if (!at || !ts.isVariableDeclaration(at) || !at.initializer) return false;
  return ts.isClassExpression(unwrap(at.initializer)) && isConstant(at);
}

export function collectHolders(index: ProgramIndex): Holders {
  const named = new Map<ts.Expression, ts.Symbol>();
  const handed = new Map<ts.Expression, ts.Symbol>();
  const places = new Map<ts.Symbol, ts.Expression[]>();
  for (const node of index.nodes) {
    if (!ts.isExpression(node)) continue;
    const symbol = symbolOf(index, node);
    if (!symbol) continue;
    if (isNamedAccess(node) && findModule(index, node.expression)) named.set(node, symbol);
    if (!isHolder(symbol) || !isWhole(symbol, node)) continue;
    handed.set(node, symbol);
    append(places, symbol, node);
  }
  return { named, handed, whole: withInner(index, places) };
}

/** Whoever has a module has the namespaces and classes in it. */
function withInner(index: ProgramIndex, places: ReadonlyMap<ts.Symbol, ts.Expression[]>): Map<ts.Symbol, WholeUse> {
  const whole = new Map<ts.Symbol, WholeUse>();
  for (const [holder, found] of places) {
    whole.set(holder, { places: found, isTyped: found.every((use) => namesFields(index, use)) });
  }
  for (const [holder, use] of whole) {
    for (const { symbol } of listMembers(index, holder)) {
      if (isHolder(symbol) && !whole.has(symbol)) whole.set(symbol, use);
    }
  }
  return whole;
}

/** The exports of a module or namespace, by the names that they have there; the static members of a class, inherited ones too. */
export function listMembers({ checker }: ProgramIndex, holder: ts.Symbol): { name: string; symbol: ts.Symbol }[] {
  const isClass = (holder.flags & ts.SymbolFlags.Class) !== 0 || isWrittenClass(holder);
  const members = isClass
    ? checker.getPropertiesOfType(checker.getTypeOfSymbol(holder))
    : checker.getExportsOfModule(holder);
  return members.map((member) => {
    const isAlias = (member.flags & ts.SymbolFlags.Alias) !== 0;
    return { name: member.name, symbol: isAlias ? checker.getAliasedSymbol(member) : member };
  });
}

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** `shapes.area`, `shapes['area']` */
function isNamedAccess(node: ts.Node): node is Access {
  if (ts.isElementAccessExpression(node)) return ts.isStringLiteralLike(node.argumentExpression);
  return ts.isPropertyAccessExpression(node);
}

/** All that hangs on a module, a namespace, a class or a function, and on those in it. */
export function listVariables(index: ProgramIndex, holder: ts.Symbol): VariableEntry[] {
  const found = new Set<VariableEntry>();
  const seen = new Set([holder]);
  for (const one of seen) {
    const hung = index.hungOf(one);
    if (hung) found.add(hung);
    if (!isHolder(one)) continue;
    for (const { symbol } of listMembers(index, one)) {
      const variable = index.variableOf(symbol);
      if (variable) found.add(variable);
      if (isHolder(symbol)) seen.add(symbol);
    }
  }
  return [...found];
}

function namesFields({ checker }: ProgramIndex, use: ts.Expression): boolean {
  const outer = wrapped(use);
  const given = ts.isAwaitExpression(outer.parent) ? wrapped(outer.parent) : outer;
  const type = checker.getContextualType(given);
  return type?.symbol !== undefined && type.getProperties().length > 0 && !type.getStringIndexType();
}

/** What a name stands for, and what `import('./shapes')` gives. */
export function symbolOf(index: ProgramIndex, node: ts.Expression): ts.Symbol | undefined {
  if (ts.isIdentifier(node)) return isNameOnly(node) || isTypeOnly(node) ? undefined : symbolOfName(index, node);
  if (isNamedAccess(node))
    return index.symbolAt(ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression);
  const [path] = isImport(node) ? node.arguments : [];
  return path && index.checker.getSymbolAtLocation(path);
}

/** `const shapes = await import('./shapes')`: another name for the module. */
function symbolOfName(index: ProgramIndex, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = index.symbolAt(name);
  const declaration = symbol?.valueDeclaration;
  return (declaration && isOtherName(declaration) && findModule(index, declaration.initializer)) || symbol;
}

type OtherName = ts.VariableDeclaration & { initializer: ts.Expression };

function isOtherName(node: ts.Node): node is OtherName {
  return (
    ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && !node.type && isConstant(node) && !!node.initializer
  );
}

function findModule(index: ProgramIndex, expression: ts.Expression): ts.Symbol | undefined {
  const value = unwrap(expression);
  const symbol = symbolOf(index, ts.isAwaitExpression(value) ? unwrap(value.expression) : value);
  return symbol && (symbol.flags & ts.SymbolFlags.ValueModule) !== 0 ? symbol : undefined;
}

export function isImport(node: ts.Expression): node is ts.CallExpression {
  return isRequire(node) || (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword);
}

/** `require('./shapes')`: nothing is said of what it gives, so that nobody can follow it. */
export function isRequire(node: ts.Expression): node is ts.CallExpression {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require';
}

/** Anything but naming a member, `new Cart()`, `extends Cart`, `x instanceof Cart` and exporting it under another name. */
function isWhole(holder: ts.Symbol, node: ts.Expression): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  if (isImport(node) && ts.isAwaitExpression(parent)) return isWhole(holder, parent);
  if (isNamedAccess(parent) && parent.expression === outer)
    return isImport(node) && parent === node.parent && isThen(parent);
  if (ts.isNewExpression(parent)) return parent.expression !== outer;
  if (isOtherName(parent)) return (holder.flags & ts.SymbolFlags.ValueModule) === 0;
  if (ts.isBinaryExpression(parent)) {
    return parent.operatorToken.kind !== ts.SyntaxKind.InstanceOfKeyword || parent.right !== outer;
  }
  return !(
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isExportAssignment(parent) ||
    ts.isExpressionStatement(parent) ||
    ts.isTypeOfExpression(parent)
  );
}

/** `import('./shapes').then(…)` */
function isThen(access: Access): boolean {
  return ts.isPropertyAccessExpression(access) && access.name.text === 'then';
}

export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
