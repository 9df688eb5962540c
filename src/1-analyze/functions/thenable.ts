/** What `await` waits for. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';

/** It has a method `then`; a field of that name, as in `{ test, then, otherwise }`, is none. */
export function isThenable({ checker }: ProgramIndex, type: ts.Type): boolean {
  const then = type.getProperty('then');
  return then !== undefined && mayBeCalled(checker.getTypeOfSymbol(then));
}

function mayBeCalled(type: ts.Type): boolean {
  if (type.isUnionOrIntersection()) return type.types.some(mayBeCalled);
  const open = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.Instantiable;
  const isEmpty = (type.flags & ts.TypeFlags.Object) !== 0 && type.getProperties().length === 0;
  return (
    (type.flags & open) !== 0 || isEmpty || type.symbol?.name === 'Function' || type.getCallSignatures().length > 0
  );
}
