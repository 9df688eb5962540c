/**
 * State that hangs on functions and classes without being declared: `count.calls += 1`, `Cart.total = 0` on a class that inherits
 * `total`, `Object.assign(Cart, …)`. All that hangs on one of them is one variable, which nobody else has a name for.
 */

import ts from 'typescript';
import { assignedTargets, hasModifier, isAccess, isFunctionNode, unwrap, walk } from './syntax.ts';

/** What an access or a name stands for, imports followed. */
export type SymbolLookup = (node: ts.Node) => ts.Symbol | undefined;

export interface Hung {
  declaration: ts.Declaration;
  /** What hangs something on it by its name: targets of assignments, calls such as `Object.assign`. */
  puts: readonly ts.Node[];
}

/**
 * The functions and classes that anything is hung on. Classes have the same as their base if static methods of that set fields of
 * `this`, which may be any of them.
 */
export function findHung(files: readonly ts.SourceFile[], symbolAt: SymbolLookup): Map<ts.Symbol, Hung> {
  const found = new Map<ts.Symbol, Hung>();
  const puts = new Map<ts.Declaration, ts.Node[]>();
  const put = (symbol: ts.Symbol, declaration: ts.Declaration, node: ts.Node): void => {
    const known = puts.get(declaration) ?? [];
    known.push(node);
    puts.set(declaration, known);
    found.set(symbol, { declaration, puts: known });
  };
  const note = (target: ts.Expression, node: ts.Node = target): void => {
    for (const symbol of listNamed(symbolAt, target)) {
      const declaration = findFunctionOrClass(symbol);
      if (declaration) put(symbol, declaration, node);
    }
  };
  const derived = listDerived(files, symbolAt);
  const noteThis = (self: ts.Node): void => {
    const base = findStaticClass(self);
    const symbol = base && symbolAt(base.name ?? base);
    const below = symbol ? listBelow(derived, symbol) : [];
    if (base && symbol && below.length > 0) for (const one of [symbol, ...below]) put(one, base, self);
  };
  for (const file of files) {
    walk(file, (node) => {
      for (const target of assignedTargets(node)) {
        if (isAccess(target) && getBase(target).kind === ts.SyntaxKind.ThisKeyword) noteThis(getBase(target));
      }
      for (const target of assignedTargets(node)) if (isAccess(target) && !isDeclared(symbolAt, target)) note(target);
      if (ts.isCallExpression(node) && DEFINING.test(node.expression.getText()))
        for (const target of node.arguments.slice(0, 1)) note(target, node);
      return undefined;
    });
  }
  return found;
}

const DEFINING = /^(?:Object|Reflect)\.(?:define\w+|assign|set\w*|deleteProperty)$/;

/** `Cart` of `Cart.items[0].count` */
function getBase(target: ts.Expression): ts.Expression {
  let at = unwrap(target);
  while (isAccess(at)) at = unwrap(at.expression);
  return at;
}

/** `shop`, `Cart` and `items` of `shop.Cart.items[0]`, as far as they are names of something. */
function listNamed(symbolAt: SymbolLookup, target: ts.Expression): ts.Symbol[] {
  const value = unwrap(target);
  const name = ts.isPropertyAccessExpression(value) ? value.name : value;
  const symbol = ts.isIdentifier(name) ? symbolAt(name) : undefined;
  const inner = isAccess(value) ? listNamed(symbolAt, value.expression) : [];
  return symbol ? [...inner, symbol] : inner;
}

/** Classes by the one that they extend. */
function listDerived(files: readonly ts.SourceFile[], symbolAt: SymbolLookup): Map<ts.Symbol, ts.Symbol[]> {
  const derived = new Map<ts.Symbol, ts.Symbol[]>();
  for (const file of files) {
    walk(file, (node) => {
      const clause = ts.isClassDeclaration(node) ? node.heritageClauses?.[0] : undefined;
      const extended = clause?.token === ts.SyntaxKind.ExtendsKeyword ? clause.types[0]?.expression : undefined;
      const base = extended && symbolAt(extended);
      const symbol = ts.isClassDeclaration(node) && node.name ? symbolAt(node.name) : undefined;
      if (base && symbol) derived.set(base, [...(derived.get(base) ?? []), symbol]);
      return undefined;
    });
  }
  return derived;
}

function listBelow(derived: ReadonlyMap<ts.Symbol, ts.Symbol[]>, symbol: ts.Symbol): ts.Symbol[] {
  const below = new Set(derived.get(symbol));
  for (const one of below) for (const next of derived.get(one) ?? []) below.add(next);
  return [...below];
}

/** The class that `this` stands for, or one that extends it; undefined where it is an instance. */
export function findStaticClass(self: ts.Node): ts.ClassDeclaration | undefined {
  let at = self.parent;
  while (ts.isArrowFunction(at) || !(ts.isFunctionLike(at) || ts.isClassElement(at) || ts.isSourceFile(at)))
    at = at.parent;
  const isStatic =
    ts.isClassStaticBlockDeclaration(at) || (ts.isClassElement(at) && hasModifier(at, ts.SyntaxKind.StaticKeyword));
  return isStatic && ts.isClassDeclaration(at.parent) ? at.parent : undefined;
}

/** A static field of the very class that is named, or something in it: `Cart.items[0]`, `shop.Cart.items`. */
function isDeclared(symbolAt: SymbolLookup, target: ts.Expression): boolean {
  for (let at = unwrap(target); isAccess(at); at = unwrap(at.expression)) {
    const owner = symbolAt(unwrap(at.expression))?.valueDeclaration;
    if (!owner || ts.isSourceFile(owner) || ts.isModuleDeclaration(owner)) continue;
    const cls = ts.isVariableDeclaration(owner) && owner.initializer ? unwrap(owner.initializer) : owner;
    const member = ts.isPropertyAccessExpression(at) ? symbolAt(at.name)?.valueDeclaration : undefined;
    if (member?.parent === cls) return true;
  }
  return false;
}

/** One that is declared at the top level of a module or of a namespace, or held by a constant there. */
function findFunctionOrClass({ valueDeclaration: at }: ts.Symbol): ts.Declaration | undefined {
  if (!at) return undefined;
  const held = ts.isVariableDeclaration(at) && at.initializer ? unwrap(at.initializer) : at;
  if (!isFunctionNode(held) && !ts.isClassLike(held)) return undefined;
  const statement = ts.isVariableDeclaration(at) ? at.parent.parent : at;
  return ts.isSourceFile(statement.parent) || ts.isModuleBlock(statement.parent) ? at : undefined;
}
