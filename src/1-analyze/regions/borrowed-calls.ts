/** Calls of a function through another one, which says what it is called on. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { unwrap } from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';
import type { CallNode } from './region.ts';

export interface BorrowedCall {
  /** The function that is called. */
  target: ts.Expression;
  /** What it is called on; absent where that cannot be an object. */
  self: ts.Expression | undefined;
  /** Its arguments, or a list of them. */
  given: readonly ts.Expression[];
  isList: boolean;
}

/** `f.call(o, x)`, `f.apply(o, list)`, `Reflect.apply(f, o, list)` */
export function findBorrowedCall(index: ProgramIndex, node: CallNode): BorrowedCall | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const name = callee.name.text;
  if (name !== 'call' && name !== 'apply') return undefined;
  if (isReflect(index, callee.expression)) {
    const [target, self, ...given] = node.arguments;
    return target && name === 'apply' ? { target: unwrap(target), self, given, isList: true } : undefined;
  }
  const type = index.checker.getTypeAtLocation(callee.expression);
  const isFunction = type.getCallSignatures().length > 0 || type.symbol?.name === 'Function';
  const [self, ...given] = node.arguments;
  return isFunction ? { target: unwrap(callee.expression), self, given, isList: name === 'apply' } : undefined;
}

function isReflect(index: ProgramIndex, holder: ts.Expression): boolean {
  const use = findOutsideUse(index, holder);
  return use?.from.kind === 'global' && use.path.join('.') === 'Reflect';
}
