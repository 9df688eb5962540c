/**
 * What the program puts on functions and classes that it has under another name than theirs: `handler.calls = 1`, where `handler`
 * is a parameter. A unit has them as they are written.
 */

import ts from 'typescript';
import { isCallable } from '../names/callable.ts';
import { variablesOfAccess } from '../names/members.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { accessedName, isAccess, isFunctionNode, unwrap } from '../names/syntax.ts';
import { listWrites } from './replaced.ts';

/** Name → the first statement that puts something there. */
export type GivenProperties = ReadonlyMap<string, ts.Node>;

/** What is put there by its own name is state of the program. */
export function findGivenProperties(index: ProgramIndex): GivenProperties {
  const found = new Map<string, ts.Node>();
  for (const { object, key, node } of listWrites(index)) {
    const value = unwrap(object);
    if (key === undefined || found.has(key) || isByOwnName(index, value) || !mayBeCode(index, value)) continue;
    found.set(key, node);
  }
  return found;
}

function isByOwnName(index: ProgramIndex, object: ts.Expression): boolean {
  const symbol = index.symbolAt(object);
  const declared = symbol?.valueDeclaration;
  if (!symbol || !declared) return false;
  const value = ts.isVariableDeclaration(declared) && declared.initializer ? unwrap(declared.initializer) : declared;
  return index.hungOf(symbol) !== undefined || isFunctionNode(value) || ts.isClassLike(value);
}

function mayBeCode(index: ProgramIndex, object: ts.Expression): boolean {
  const { flags } = index.checker.getTypeAtLocation(object);
  return (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0 || isCallable(index, object);
}

/** The statement that puts there what is read: `handler.calls`, unless that is state of the program, or a method. */
export function findGivenRead(index: ProgramIndex, given: GivenProperties, node: ts.Node): ts.Node | undefined {
  if (!ts.isExpression(node) || !isAccess(node)) return undefined;
  const key = accessedName(node);
  const put = key === undefined ? undefined : given.get(key);
  if (!put || key === undefined || !isCallable(index, node.expression)) return undefined;
  if (variablesOfAccess(index, node).length > 0) return undefined;
  const property = index.checker.getTypeAtLocation(unwrap(node.expression)).getProperty(key);
  return property === undefined || isField(index, property) ? put : undefined;
}

function isField({ loaded }: ProgramIndex, { flags, declarations }: ts.Symbol): boolean {
  const isOwn = declarations?.some((declaration) => loaded.isOwn(declaration.getSourceFile())) ?? true;
  return isOwn && (flags & ts.SymbolFlags.Method) === 0;
}
