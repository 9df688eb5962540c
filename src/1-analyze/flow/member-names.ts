/** What members types have, by name alone. */

import ts from 'typescript';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';

/** Names of all properties, and of those that must be there. */
export interface MemberNames {
  all: ReadonlySet<string>;
  required: ReadonlySet<string>;
}

const known = new WeakMap<ts.Type, MemberNames>();

export function namesOfType({ checker }: ProgramIndex, given: ts.Type): MemberNames {
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

/** Those of an instance. */
export function namesOfClass(index: ProgramIndex, { node }: ClassEntry): MemberNames {
  return namesOfType(index, instanceOf(index, node));
}

/** Of a class expression the type is that of the class itself; in a mixin also that of its base: `typeof (class) & B`. */
export function instanceOf({ checker }: ProgramIndex, node: ts.ClassLikeDeclaration): ts.Type {
  const type = checker.getTypeAtLocation(node);
  const symbols = (type.isIntersection() ? type.types : [type]).map(({ symbol }) => symbol);
  const own = symbols.find((symbol) => symbol?.declarations?.includes(node));
  return own ? checker.getDeclaredTypeOfSymbol(own) : type;
}

export function isSubset(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...names].every((name) => others.has(name));
}
