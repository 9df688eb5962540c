/** Values that are no objects: nothing inside of them can change, and a copy is as good as they are. */

import ts from 'typescript';

/** Whether what stands there can be nothing but a primitive. */
export function isPrimitive(checker: ts.TypeChecker, node: ts.Node): boolean {
  return isPrimitiveType(checker.getTypeAtLocation(node));
}

export function isPrimitiveType(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitiveType);
  const primitive =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.ESSymbolLike |
    ts.TypeFlags.VoidLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Never;
  return (type.flags & primitive) !== 0;
}
