/** Which classes may stand behind the type of an object whose method is called. */

import ts from 'typescript';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { hasModifier } from '../names/syntax.ts';
import { findDisguises } from './disguises.ts';
import type { Heirs } from './heirs.ts';
import { isSubset, namesOfClass, namesOfType } from './member-names.ts';

/**
 * `cache.write(…)`, where `cache` is of an interface: an instance of a class that has all the names which the interface
 * requires, or none but names of the interface (`new Writer() as Cache` is allowed then). Objects that are not made by a
 * class may be made of parts, so any of them may.
 */
export function mayStandFor(
  index: ProgramIndex,
  heirs: Heirs,
  { node, cls }: FunctionEntry,
  object: ts.Expression,
): boolean {
  const member = ts.isPropertyDeclaration(node.parent) ? node.parent : node;
  if (!cls || hasModifier(member, ts.SyntaxKind.StaticKeyword)) return true;
  return mayBeOf(index, heirs, cls, index.checker.getTypeAtLocation(object));
}

/** Whether an instance of the class, or of one that inherits from it, may stand behind a type of the program. */
export function mayBeOf(index: ProgramIndex, heirs: Heirs, cls: ClassEntry, type: ts.Type): boolean {
  if (hasAllNames(index, heirs, cls, type) || findDisguises(index).has(cls, type)) return true;
  return isSubset(namesOfClass(index, cls).all, namesOfType(index, type).all);
}

/** Such an instance has whatever the type requires, by name. With a base that is given it has more than is known. */
export function hasAllNames(index: ProgramIndex, heirs: Heirs, cls: ClassEntry, type: ts.Type): boolean {
  if (heirs.isOpen(cls)) return true;
  const { required } = namesOfType(index, type);
  const lists = [cls, ...heirs.of(cls)].map((one) => namesOfClass(index, one).all);
  if (lists.some((names) => isSubset(required, names))) return true;
  return (
    heirs.of(cls).some((one) => heirs.isOpen(one)) && isSubset(required, new Set(lists.flatMap((names) => [...names])))
  );
}
