/** Whether a type is that of functions. */

import ts from 'typescript';
import { fitsFunctions } from '../names/callable.ts';

/** `open`: the type does not tell. */
export type Kind = 'function' | 'open' | 'other';

const OPEN = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive;

/** Of a list, what its elements are; what a type that holds itself is made of is looked at once. */
export function kindOf(checker: ts.TypeChecker, type: ts.Type, seen: ReadonlySet<ts.Type> = new Set()): Kind {
  if (seen.has(type)) return 'other';
  const inner = (part: ts.Type) => kindOf(checker, part, new Set(seen).add(type));
  if (type.isUnionOrIntersection()) {
    const kinds = type.types.map(inner);
    return kinds.includes('function') ? 'function' : kinds.includes('open') ? 'open' : 'other';
  }
  if (type.flags & ts.TypeFlags.Instantiable) {
    const base = checker.getBaseConstraintOfType(type);
    return base && base !== type ? inner(base) : 'open';
  }
  if (type.flags & OPEN) return 'open';
  const element = elementOf(checker, type);
  if (element) return inner(element);
  const isCalled = type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
  if (isCalled || type.symbol?.name === 'Function') return 'function';
  return fitsFunctions(checker, type) ? 'open' : 'other';
}

/** Of a list, each of its elements. */
export function isFunction(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every((part) => isFunction(checker, part));
  return kindOf(checker, type) === 'function';
}

export function elementOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  return checker.isArrayType(type) || checker.isTupleType(type)
    ? checker.getIndexTypeOfType(type, ts.IndexKind.Number)
    : undefined;
}
