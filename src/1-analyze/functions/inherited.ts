/**
 * What the program puts on prototypes while it runs, `Shape.prototype.kind = kind`: instances have it, but not those of a unit,
 * which has the class as it is written. What the module of the class does to it when it is loaded, units do, too; but of functions
 * behind a field (`Object.defineProperty(Shape.prototype, 'kind', { get … })`, decorators), and of objects that all instances share,
 * nobody can tell what a read of them leads to.
 */

import ts from 'typescript';
import type { Hierarchy } from '../flow/callees.ts';
import { mayBeOf } from '../flow/stand-ins.ts';
import { append } from '../names/holders.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { accessedName, findFunctionAround, hasModifier, isAccess, isFunctionNode, unwrap } from '../names/syntax.ts';
import { findDecoratorOfField } from './decorated.ts';
import { findDefined, listWrites, mayBePrototype, type Write } from './replaced.ts';

export interface Inherited {
  hierarchy: Hierarchy;
  /** Name → the first statement that puts something there. Functions that stand behind the name of a method are replacements. */
  put: ReadonlyMap<string, ts.Node>;
  /** Name → decorators of fields of that name, with their classes. */
  decorated: ReadonlyMap<string, readonly DecoratedField[]>;
}

interface DecoratedField {
  node: ts.Decorator;
  member: ts.ClassElement;
  cls: ClassEntry;
}

export function findInherited(index: ProgramIndex, hierarchy: Hierarchy): Inherited {
  const methods = new Set(index.functions.flatMap(({ node, cls }) => (cls ? [functionName(node)] : [])));
  const put = new Map<string, ts.Node>();
  for (const write of listWrites(index)) {
    if (!mayBePrototype(index, write.object)) continue;
    const cls = findClass(index, write);
    // What is not the program's counts as patched.
    if (cls && !index.loaded.isOwn(cls.getSourceFile())) continue;
    if (cls && isLoadedWith(cls, write) && isPlain(index, write)) continue;
    for (const key of listKeys(write)) {
      if (!put.has(key) && !isOfMethod(index, write, key, methods)) put.set(key, write.node);
    }
  }
  return { hierarchy, put, decorated: findDecorated(index) };
}

/** `Shape.prototype.area = …` where `area` is written in the class; if no type tells, in any. */
function isOfMethod(index: ProgramIndex, { object }: Write, key: string, methods: ReadonlySet<string>): boolean {
  const type = index.checker.getTypeAtLocation(unwrap(object));
  if (type.flags & ts.TypeFlags.Any) return methods.has(key);
  return isWritten(index, type.getProperty(key));
}

/** `area() {}`, `area = () => 1`: nothing that an interface only says. */
function isWritten(index: ProgramIndex, member: ts.Symbol | undefined): boolean {
  const declarations = member?.declarations ?? [];
  return declarations.some((one) => {
    const value = ts.isPropertyDeclaration(one) && one.initializer ? unwrap(one.initializer) : one;
    return isFunctionNode(value) && index.functionOf(value) !== undefined;
  });
}

function findDecorated(index: ProgramIndex): Inherited['decorated'] {
  const found = new Map<string, DecoratedField[]>();
  for (const cls of index.classes) {
    for (const member of cls.node.members) {
      const node = findDecoratorOfField(index, member);
      if (node && member.name) append(found, unquote(member.name.getText()), { node, member, cls });
    }
  }
  return found;
}

/** A primitive value or a function, which is the same wherever it is read. */
function isPlain(index: ProgramIndex, { node }: Write): boolean {
  if (isAccess(node)) {
    const { parent } = node;
    return ts.isBinaryExpression(parent) && isPlainValue(index, parent.right);
  }
  if (!ts.isCallExpression(node)) return false;
  const given = node.arguments.slice(1).map(unwrap);
  return given.filter((one) => !ts.isStringLiteralLike(one)).every((one) => isPlainLiteral(index, one));
}

/** `{ value: 1 }`, `{ unit: 'cm', describe() {} }`, and descriptors in one. */
function isPlainLiteral(index: ProgramIndex, value: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(value)) return false;
  return value.properties.every((property) => {
    if (ts.isMethodDeclaration(property)) return !/^[gs]et$/.test(property.name.getText());
    if (!ts.isPropertyAssignment(property) || /^[gs]et$/.test(property.name.getText())) return false;
    return isPlainValue(index, property.initializer) || isPlainLiteral(index, unwrap(property.initializer));
  });
}

function isPlainValue(index: ProgramIndex, value: ts.Expression): boolean {
  const plain = unwrap(value);
  if (isFunctionNode(plain) || isPrimitive(index.checker, plain)) return true;
  return index.checker.getTypeAtLocation(plain).getCallSignatures().length > 0;
}

function listKeys({ key, node }: Write): string[] {
  if (key !== undefined) return [key];
  const given = ts.isCallExpression(node) ? node.arguments.slice(1).map(unwrap) : [];
  return given
    .filter(ts.isObjectLiteralExpression)
    .flatMap(({ properties }) => properties.flatMap(({ name }) => (name ? [unquote(name.getText())] : [])));
}

function unquote(name: string): string {
  return name.replace(/^(['"])(.*)\1$/, '$2');
}

/** `Shape` of `Shape.prototype.kind = 'flat'`. */
function findClass(index: ProgramIndex, { object }: Write): ts.Declaration | undefined {
  const prototype = unwrap(object);
  const cls = isAccess(prototype) && accessedName(prototype) === 'prototype' ? unwrap(prototype.expression) : undefined;
  return cls && ts.isIdentifier(cls) ? index.symbolAt(cls)?.valueDeclaration : undefined;
}

/** At the top level of the module of the class. */
function isLoadedWith(cls: ts.Declaration, { node }: Write): boolean {
  return cls.getSourceFile() === node.getSourceFile() && findFunctionAround(node) === undefined;
}

/** What puts there what is read: `shape.kind`, `const { kind } = shape`, `Object.assign(shape, { kind })`, where that may be inherited. */
export function findInheritedRead(index: ProgramIndex, inherited: Inherited, node: ts.Node): ts.Node | undefined {
  if (inherited.put.size + inherited.decorated.size === 0) return undefined;
  for (const { holder, key } of listReads(node)) {
    const put = inherited.put.get(key);
    if (put && mayInherit(index, holder, key)) return put;
    const decorated = inherited.decorated
      .get(key)
      ?.find((field) => mayBeField(index, inherited.hierarchy, field, holder));
    if (decorated) return decorated.node;
  }
  return undefined;
}

function listReads(node: ts.Node): { holder: ts.Node; key: string }[] {
  if (ts.isBindingElement(node)) {
    const isNamed = ts.isObjectBindingPattern(node.parent);
    return isNamed ? [{ holder: node.parent, key: unquote((node.propertyName ?? node.name).getText()) }] : [];
  }
  const write = ts.isCallExpression(node) ? findDefined(node) : undefined;
  if (write) return listKeys(write).map((key) => ({ holder: write.object, key }));
  const key = ts.isExpression(node) && isAccess(node) ? accessedName(node) : undefined;
  return key === undefined ? [] : [{ holder: (node as ts.PropertyAccessExpression).expression, key }];
}

/** What is read of `holder` may be the field, as far as its type tells. */
function mayBeField(
  index: ProgramIndex,
  { heirs }: Hierarchy,
  { member, cls }: DecoratedField,
  holder: ts.Node,
): boolean {
  const type = index.checker.getTypeAtLocation(holder);
  if (!hasModifier(member, ts.SyntaxKind.StaticKeyword)) return mayBeOf(index, heirs, cls, type);
  const declared = member.name && type.getProperty(unquote(member.name.getText()))?.declarations;
  return declared?.some((one) => one === member || !ts.isClassElement(one)) ?? true;
}

/** The type says nothing of it, or says that it is the program's. */
function mayInherit(index: ProgramIndex, holder: ts.Node, key: string): boolean {
  const property = index.checker.getTypeAtLocation(holder).getProperty(key);
  if (isWritten(index, property)) return false;
  return property?.declarations?.some((declaration) => index.loaded.isOwn(declaration.getSourceFile())) ?? true;
}
