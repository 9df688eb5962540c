/**
 * Functions, classes and their prototypes as objects that something is put on. They cross by name: what a unit puts on its own
 * stays there.
 */

import ts from 'typescript';
import { isCallable, isCallableType, isPrototype } from '../names/callable.ts';
import { isAccess, unwrap } from '../names/syntax.ts';
import type { RootContext, RootFinder } from './roots.ts';

/** It may be a function, a class or a prototype that somebody else has, too. */
export function isCode(context: RootContext, roots: RootFinder, object: ts.Expression): boolean {
  const value = unwrap(object);
  if (isPrototype(context.index, value)) return true;
  return isCallable(context.index, value) && roots.of(value).length > 0;
}

/**
 * `total`, `Cart.prototype`: what has a name was not made just now. Where the type of the parameter tells what it is, the write does,
 * too.
 */
export function isNamedCode({ index }: RootContext, argument: ts.Expression, call: ts.Node, position: number): boolean {
  const value = unwrap(argument);
  if (isPrototype(index, value)) return true;
  if (!(ts.isIdentifier(value) || isAccess(value)) || !isCallable(index, value)) return false;
  const signature = ts.isCallLikeExpression(call) ? index.checker.getResolvedSignature(call) : undefined;
  const parameter = signature?.declaration?.parameters[position];
  return !parameter || !isCallableType(index, index.checker.getTypeAtLocation(parameter));
}
