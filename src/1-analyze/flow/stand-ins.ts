/** Which classes may stand behind the type of an object whose method is called. */

import ts from 'typescript';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { hasModifier } from '../names/syntax.ts';

/** Names of all properties, and of those that must be there. */
interface Names {
  all: ReadonlySet<string>;
  required: ReadonlySet<string>;
}

const known = new WeakMap<ts.Type, Names>();

/**
 * `cache.write(…)`, where `cache` is of an interface: an instance of a class that has all the names which the interface
 * requires, or none but names of the interface (`new Writer() as Cache` is allowed then). Objects that are not made by a
 * class may be made of parts, so any of them may.
 */
export function mayStandFor(index: ProgramIndex, { node, cls }: FunctionEntry, object: ts.Expression): boolean {
  const member = ts.isPropertyDeclaration(node.parent) ? node.parent : node;
  if (!cls || hasModifier(member, ts.SyntaxKind.StaticKeyword)) return true;
  return mayBeOf(index, cls, index.checker.getTypeAtLocation(object));
}

/** Whether an instance of the class may stand behind a type of the program. */
export function mayBeOf(index: ProgramIndex, cls: ClassEntry, type: ts.Type): boolean {
  const own = listNames(index, instanceOf(index, cls));
  return hasAllNames(index, cls, type) || isSubset(own.all, listNames(index, type).all);
}

/** An instance of the class has whatever the type requires, by name. */
export function hasAllNames(index: ProgramIndex, cls: ClassEntry, type: ts.Type): boolean {
  return isSubset(listNames(index, type).required, listNames(index, instanceOf(index, cls)).all);
}

/** Of a class expression the type is that of the class itself. */
function instanceOf({ checker }: ProgramIndex, { node }: ClassEntry): ts.Type {
  return checker.getDeclaredTypeOfSymbol(checker.getTypeAtLocation(node).symbol);
}

function listNames({ checker }: ProgramIndex, given: ts.Type): Names {
  const found = known.get(given);
  if (found) return found;
  const properties = checker.getApparentType(checker.getNonNullableType(given)).getProperties();
  const required = properties.filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0);
  const names = {
    all: new Set(properties.map(({ name }) => name)),
    required: new Set(required.map(({ name }) => name)),
  };
  known.set(given, names);
  return names;
}

function isSubset(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...names].every((name) => others.has(name));
}
