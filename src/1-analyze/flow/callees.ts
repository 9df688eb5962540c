/** Which functions a call goes to when its callee is a name: declarations, methods with their overrides, constructors. */

import ts from 'typescript';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { isFunctionNode, unwrap } from '../names/syntax.ts';
import { listLiterals } from './contents.ts';
import { findHeirs, type Heirs } from './heirs.ts';
import { hasAllNames, mayStandFor } from './stand-ins.ts';

export interface NamedCallees {
  functions: FunctionEntry[];
  /** Classes that are instantiated. */
  classes: ClassEntry[];
  /** Just one declaration, and nothing can come in between (no overriding method, no interface). */
  direct: boolean;
  /** The name belongs to code outside the program. */
  outside: boolean;
}

export interface Hierarchy {
  /** Those that name a class as their base, and so on. */
  subclasses(cls: ClassEntry): ClassEntry[];
  /** All that may inherit from it. */
  heirs: Heirs;
  base(cls: ClassEntry): ClassEntry | undefined;
  /** Program methods, accessors and function-valued fields by name. */
  membersNamed(name: string): FunctionEntry[];
}

export function buildHierarchy(index: ProgramIndex): Hierarchy {
  const bases = new Map<ClassEntry, ClassEntry>();
  const children = new Map<ClassEntry, ClassEntry[]>();
  const unnamed = new Map<ClassEntry, ts.Expression>();
  const members = new Map<string, FunctionEntry[]>();
  for (const cls of index.classes) {
    const expression = extendsExpression(cls.node);
    if (!expression) continue;
    const base = classNamed(index, expression);
    if (!base) {
      unnamed.set(cls, unwrap(expression));
      continue;
    }
    bases.set(cls, base);
    children.set(base, [...(children.get(base) ?? []), cls]);
  }
  for (const entry of index.functions) {
    const name = memberNameOf(entry);
    if (name !== undefined) members.set(name, [...(members.get(name) ?? []), entry]);
  }
  const subclasses = (cls: ClassEntry): ClassEntry[] =>
    (children.get(cls) ?? []).flatMap((child) => [child, ...subclasses(child)]);
  const heirs = findHeirs(index, children, unnamed);
  return { subclasses, heirs, base: (cls) => bases.get(cls), membersNamed: (name) => members.get(name) ?? [] };
}

function memberNameOf({ node }: FunctionEntry): string | undefined {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node.name.getText();
  const { parent } = node;
  if (ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return undefined;
}

export function extendsExpression(node: ts.ClassLikeDeclaration): ts.Expression | undefined {
  const clause = node.heritageClauses?.find((heritage) => heritage.token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

/** The program class an expression names. */
export function classNamed(index: ProgramIndex, expression: ts.Expression): ClassEntry | undefined {
  const value = unwrap(expression);
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(value) ? value.name : value);
  return symbol && classOfSymbol(index, symbol);
}

export function classOfSymbol(index: ProgramIndex, symbol: ts.Symbol): ClassEntry | undefined {
  for (const declaration of symbol.declarations ?? []) {
    const found = index.classOf(declaration);
    if (found) return found;
    if (ts.isVariableDeclaration(declaration) && declaration.initializer) {
      const value = index.classOf(unwrap(declaration.initializer));
      if (value) return value;
    }
  }
  return undefined;
}

/** Resolves `f(…)`, `x.m(…)`, `new C(…)`, `new x.constructor(…)`, `super(…)`, `super.m(…)`; undefined for calls of computed values. */
export function resolveNamed(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  callee: ts.Expression,
): NamedCallees | undefined {
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return resolveSuper(index, hierarchy, callee);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : ts.isIdentifier(callee) ? callee : undefined;
  if (!name) return undefined;
  if (ts.isPropertyAccessExpression(callee) && name.text === 'constructor') {
    const type = index.checker.getTypeAtLocation(unwrap(callee.expression));
    return { functions: [], classes: findClassesOf(index, hierarchy, type), direct: false, outside: true };
  }
  const symbol = index.symbolAt(name);
  if (!symbol) return undefined;
  const cls = classOfSymbol(index, symbol);
  if (cls) return { functions: [], classes: [cls], direct: true, outside: false };
  const declarations = symbol.declarations ?? [];
  const bodies = declarations.flatMap((declaration) => functionOfDeclaration(index, declaration) ?? []);
  const isMember = ts.isPropertyAccessExpression(callee);
  if (bodies.length > 0) return withOverrides(index, hierarchy, bodies, callee);
  if (isMember && declarations.some((declaration) => isMemberSignature(declaration))) {
    if (declarations.some((declaration) => !isOwn(index, declaration)))
      return { ...outside(true), functions: findOverriding(index, hierarchy, callee) };
    const functions = hierarchy
      .membersNamed(name.text)
      .filter((one) => mayStandFor(index, hierarchy.heirs, one, callee.expression));
    return { functions, classes: [], direct: false, outside: false };
  }
  if (declarations.length > 0 && declarations.every((declaration) => !isOwn(index, declaration))) return outside(true);
  return undefined;
}

/** `day.getTime()`, where `day` is a `Date` by its type: methods of classes that extend or implement what is not of the program. */
function findOverriding(
  index: ProgramIndex,
  { heirs, membersNamed }: Hierarchy,
  { name, expression }: ts.PropertyAccessExpression,
): FunctionEntry[] {
  if (expression.kind === ts.SyntaxKind.SuperKeyword) return [];
  const type = index.checker.getTypeAtLocation(expression);
  return membersNamed(name.text).filter(({ cls }) => cls && hasAllNames(index, heirs, cls, type));
}

/**
 * `x.total()` and `x[key]()` where nothing is said of `x`, or the key is not known: methods of the program's classes and
 * objects that may stand behind it.
 */
export function findLoose(index: ProgramIndex, hierarchy: Hierarchy, callee: ts.Expression): FunctionEntry[] {
  if (!ts.isPropertyAccessExpression(callee) && !ts.isElementAccessExpression(callee)) return [];
  const { checker } = index;
  const type = checker.getTypeAtLocation(callee.expression);
  const isUnknown = (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
  const names = listKeys(index, callee) ?? (isUnknown ? undefined : type.getProperties().map(({ name }) => name));
  if (!names) return index.functions.filter(({ cls, node }) => cls !== undefined && ts.isMethodDeclaration(node));
  const isSure = !isUnknown && ts.isPropertyAccessExpression(callee);
  return names.flatMap((name) => {
    const members = hierarchy.membersNamed(name);
    return isSure
      ? []
      : isUnknown
        ? members
        : members.filter((one) => mayStandFor(index, hierarchy.heirs, one, callee.expression));
  });
}

/** `x.total`, `x['total']`, and `x[key]` where the type of `key` names them. */
function listKeys(
  { checker }: ProgramIndex,
  callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): string[] | undefined {
  if (ts.isPropertyAccessExpression(callee)) return [callee.name.text];
  return listLiterals(checker.getTypeAtLocation(callee.argumentExpression));
}

/** `Reflect.construct(Cart, list)`: the class, or any where it is not named. */
export function findReflected(index: ProgramIndex, call: ts.Node): ClassEntry[] {
  if (!ts.isCallExpression(call) || call.expression.getText() !== 'Reflect.construct') return [];
  const [value] = call.arguments;
  const named = value && classNamed(index, value);
  return named ? [named] : index.classes;
}

/** The program's classes that a value of the type may be of; there may be others. */
export function findClassesOf(index: ProgramIndex, hierarchy: Hierarchy, given: ts.Type): ClassEntry[] {
  const { checker } = index;
  const type = checker.getBaseConstraintOfType(given) ?? given;
  const named = (type.isUnion() ? type.types : [type]).map((part) => part.symbol && classOfSymbol(index, part.symbol));
  if (named.every((cls) => cls !== undefined)) {
    return [...new Set(named.flatMap((cls) => [cls, ...hierarchy.heirs.of(cls)]))];
  }
  return index.classes.filter(({ node }) => {
    const instance = checker.getTypeAtLocation(node.name ?? node);
    return instance.getConstructSignatures().length > 0 || checker.isTypeAssignableTo(instance, type);
  });
}

function outside(known: boolean): NamedCallees {
  return { functions: [], classes: [], direct: false, outside: known };
}

function isOwn(index: ProgramIndex, declaration: ts.Declaration): boolean {
  return index.loaded.isOwn(declaration.getSourceFile());
}

/** The classes outside of the program that get what a constructor is given: `super(entries)`, or no constructor on the way. */
export function findOutsideBases(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  callee: ts.Expression,
  classes: readonly ClassEntry[],
): ts.Expression[] {
  const around = callee.kind === ts.SyntaxKind.SuperKeyword ? classAround(index, callee) : undefined;
  const above = around && !hierarchy.base(around) ? extendsExpression(around.node) : undefined;
  const bases = classes.flatMap((cls) => findHandedOn(hierarchy, cls) ?? []);
  return above ? [above, ...bases] : bases;
}

function findHandedOn(hierarchy: Hierarchy, cls: ClassEntry): ts.Expression | undefined {
  if (cls.node.members.some(ts.isConstructorDeclaration)) return undefined;
  const base = hierarchy.base(cls);
  return base ? findHandedOn(hierarchy, base) : extendsExpression(cls.node);
}

function classAround(index: ProgramIndex, node: ts.Node): ClassEntry | undefined {
  const cls = ts.findAncestor(node, ts.isClassLike);
  return cls && index.classOf(cls);
}

function resolveSuper(index: ProgramIndex, hierarchy: Hierarchy, callee: ts.Expression): NamedCallees | undefined {
  const cls = classAround(index, callee);
  const base = cls && hierarchy.base(cls);
  return base ? { functions: [], classes: [base], direct: true, outside: false } : outside(true);
}

/** The function a declaration stands for: itself, a constant's initial value, a field's, a property's. */
export function functionOfDeclaration(index: ProgramIndex, declaration: ts.Declaration): FunctionEntry | undefined {
  if (isFunctionNode(declaration)) return index.functionOf(declaration);
  const isConst = ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  const isReadonly = ts.isPropertyDeclaration(declaration);
  if ((isConst || isReadonly) && declaration.initializer) return index.functionOf(unwrap(declaration.initializer));
  return undefined;
}

function isMemberSignature(declaration: ts.Declaration): boolean {
  return (
    ts.isMethodSignature(declaration) ||
    ts.isPropertySignature(declaration) ||
    ts.isMethodDeclaration(declaration) ||
    ts.isPropertyDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration)
  );
}

function withOverrides(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  bodies: FunctionEntry[],
  callee: ts.Expression,
): NamedCallees {
  const isSuper = isOfNamedBase(index, hierarchy, callee);
  const overriding = isSuper ? [] : bodies.flatMap((body) => overridesOf(index, hierarchy, body));
  const functions = [...new Set([...bodies, ...overriding])];
  const isField = functions.some(({ node }) => ts.isPropertyDeclaration(node.parent));
  return { functions, classes: [], direct: functions.length === 1 && !isField, outside: false };
}

/** `super.m(…)`; where the base is a value its method may be that of a mixin. */
function isOfNamedBase(index: ProgramIndex, hierarchy: Hierarchy, callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) || callee.expression.kind !== ts.SyntaxKind.SuperKeyword) return false;
  const cls = index.classOf(ts.findAncestor(callee, ts.isClassLike) ?? callee);
  return cls === undefined || hierarchy.base(cls) !== undefined;
}

/** Methods of subclasses with the same name. */
export function overridesOf(index: ProgramIndex, hierarchy: Hierarchy, entry: FunctionEntry): FunctionEntry[] {
  const name = memberNameOf(entry);
  if (!entry.cls || name === undefined) return [];
  return hierarchy.heirs.of(entry.cls).flatMap((cls) => membersOf(index, cls, name));
}

export function membersOf(index: ProgramIndex, cls: ClassEntry, name: string): FunctionEntry[] {
  return cls.node.members
    .filter((member) => member.name?.getText() === name)
    .flatMap((member) => functionOfDeclaration(index, member) ?? []);
}
