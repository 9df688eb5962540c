/** Whether a type is that of functions. */

import ts from 'typescript';

/** `open`: the type does not tell. */
export type Kind = 'function' | 'open' | 'other';

const OPEN = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive;

/** Of a list, what its elements are. */
export function kindOf(checker: ts.TypeChecker, type: ts.Type): Kind {
  if (type.isUnionOrIntersection()) {
    const kinds = type.types.map((part) => kindOf(checker, part));
    return kinds.includes('function') ? 'function' : kinds.includes('open') ? 'open' : 'other';
  }
  if (type.flags & ts.TypeFlags.Instantiable) {
    const base = checker.getBaseConstraintOfType(type);
    return base && base !== type ? kindOf(checker, base) : 'open';
  }
  if (type.flags & OPEN) return 'open';
  const element = elementOf(checker, type);
  if (element) return kindOf(checker, element) === 'function' ? 'function' : 'other';
  const isCalled = type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
  return isCalled || type.symbol?.name === 'Function' ? 'function' : 'other';
}

export function elementOf(checker: ts.TypeChecker, type: ts.Type): ts.Type | undefined {
  return checker.isArrayType(type) || checker.isTupleType(type)
    ? checker.getIndexTypeOfType(type, ts.IndexKind.Number)
    : undefined;
}
