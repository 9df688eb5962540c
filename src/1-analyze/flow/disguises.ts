/** Which instances are said to be of another type: `new Fake() as unknown as Store`. */

import ts from 'typescript';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';
import { rememberFor } from '../names/remember.ts';
import { isAccess, unwrap, walk, wrapped } from '../names/syntax.ts';

export interface Disguises {
  /** Whether an instance of the class is said to be one of the type, or of anything. */
  has(cls: ClassEntry, type: ts.Type): boolean;
}

export const findDisguises = rememberFor((index: ProgramIndex): Disguises => {
  const targets = new Map<ClassEntry, Set<ts.Symbol | 'any'>>();
  const note = (cls: ClassEntry, target: ts.Type) => {
    const known = targets.get(cls) ?? new Set();
    targets.set(cls, known);
    for (const symbol of listSymbols(index, target) ?? ['any' as const]) known.add(symbol);
  };
  for (const file of index.files) {
    walk(file, (node) => {
      if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node)) return undefined;
      if (ts.isConstTypeReference(node.type) || isLookedInto(node)) return undefined;
      const target = findTarget(index, node);
      for (const cls of listClasses(index, unwrap(node))) note(cls, target);
      return undefined;
    });
  }
  return {
    has(cls, type) {
      const known = targets.get(cls);
      if (!known) return false;
      return known.has('any') || (listSymbols(index, type) ?? []).some((symbol) => known.has(symbol));
    },
  };
});

/** `(this as any).hidden` */
function isLookedInto(node: ts.AssertionExpression): boolean {
  const outer = wrapped(node);
  return isAccess(outer.parent) && outer.parent.expression === outer;
}

/** What `as any` is then given to. */
function findTarget({ checker }: ProgramIndex, node: ts.AssertionExpression): ts.Type {
  const type = checker.getTypeAtLocation(node);
  return type.flags & ANYTHING ? (checker.getContextualType(node) ?? type) : type;
}

const ANYTHING = ts.TypeFlags.Any | ts.TypeFlags.Unknown;

function listClasses(index: ProgramIndex, value: ts.Expression): ClassEntry[] {
  const symbols = listSymbols(index, index.checker.getTypeAtLocation(value)) ?? [];
  return symbols.flatMap(({ declarations = [] }) => declarations.flatMap((one) => index.classOf(one) ?? []));
}

/** Of the type, and of what a list or the like is said to hold; undefined if it may be anything. */
function listSymbols({ checker }: ProgramIndex, given: ts.Type): ts.Symbol[] | undefined {
  if (given.flags & ANYTHING) return undefined;
  const parts = given.isUnionOrIntersection() ? given.types : [given];
  return parts.flatMap((part) => {
    const isReference = ((part as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
    const held = isReference ? checker.getTypeArguments(part as ts.TypeReference) : [];
    return [part, ...held].flatMap(({ symbol }) => symbol ?? []);
  });
}
