/**
 * What the program puts on prototypes while it runs, `Shape.prototype.kind = kind`: instances have it, but not those of a unit,
 * which has the class as it is written. What the module of the class does to it when it is loaded, units do, too.
 */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { accessedName, findFunctionAround, isAccess, unwrap } from '../names/syntax.ts';
import { listWrites, mayBePrototype, type Write } from './replaced.ts';

/** Name → the first statement that puts something there. Functions that stand behind the name of a method are replacements. */
export type Inherited = ReadonlyMap<string, ts.Node>;

export function findInherited(index: ProgramIndex): Inherited {
  const methods = new Set(index.functions.map(({ node }) => functionName(node)));
  const found = new Map<string, ts.Node>();
  for (const write of listWrites(index)) {
    if (!mayBePrototype(index, write.object) || isLoadedWithClass(index, write)) continue;
    for (const key of listKeys(write)) if (!methods.has(key) && !found.has(key)) found.set(key, write.node);
  }
  return found;
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

/** `Shape.prototype.kind = 'flat'` at the top level of the module of `Shape`. What is not the program's counts as patched. */
function isLoadedWithClass(index: ProgramIndex, { object, node }: Write): boolean {
  const prototype = unwrap(object);
  const cls = isAccess(prototype) && accessedName(prototype) === 'prototype' ? unwrap(prototype.expression) : undefined;
  const declared = cls && ts.isIdentifier(cls) ? index.symbolAt(cls)?.valueDeclaration : undefined;
  if (!declared) return false;
  const file = declared.getSourceFile();
  if (!index.loaded.isOwn(file)) return true;
  return file === node.getSourceFile() && findFunctionAround(node) === undefined;
}

/** The statement that puts there what is read: `shape.kind`, `const { kind } = shape`, where that may be inherited. */
export function findInheritedRead(index: ProgramIndex, inherited: Inherited, node: ts.Node): ts.Node | undefined {
  if (inherited.size === 0) return undefined;
  const isBound = ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent);
  if (!isBound && !(ts.isExpression(node) && isAccess(node))) return undefined;
  const key = isBound ? unquote((node.propertyName ?? node.name).getText()) : accessedName(node as ts.Expression);
  const put = key === undefined ? undefined : inherited.get(key);
  const holder = isBound ? node.parent : (node as ts.PropertyAccessExpression).expression;
  return put && key !== undefined && mayInherit(index, holder, key) ? put : undefined;
}

/** The type says nothing of it, or says that it is the program's. */
function mayInherit({ checker, loaded }: ProgramIndex, holder: ts.Node, key: string): boolean {
  const property = checker.getTypeAtLocation(holder).getProperty(key);
  return property?.declarations?.some((declaration) => loaded.isOwn(declaration.getSourceFile())) ?? true;
}
