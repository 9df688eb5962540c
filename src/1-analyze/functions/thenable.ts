/** What `await` waits for. */

import ts from 'typescript';
import { isPrimitiveType } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';

/** It has a method `then`; a field of that name, as in `{ test, then, otherwise }`, is none. */
export function isThenable({ checker }: ProgramIndex, type: ts.Type): boolean {
  const then = type.getProperty('then');
  return then !== undefined && mayBeCalled(checker.getTypeOfSymbol(then));
}

/** By its type, which may say nothing. */
export function mayBePromise(index: ProgramIndex, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((part) => mayBePromise(index, part));
  return !isPrimitiveType(type) && isThenable(index, type);
}

/** `return later`, `yield later` in an async function, which waits for it as `await later` does. A type that says nothing may hide a promise. */
export function isWaitedWhenGiven(index: ProgramIndex, value: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(value);
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0 || mayBePromise(index, type);
}

function mayBeCalled(type: ts.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(mayBeCalled);
  const open = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.Instantiable;
  const isEmpty = (type.flags & ts.TypeFlags.Object) !== 0 && type.getProperties().length === 0;
  return (
    (type.flags & open) !== 0 || isEmpty || type.symbol?.name === 'Function' || type.getCallSignatures().length > 0
  );
}
