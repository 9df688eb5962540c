/** What types and names tell of functions, classes and their prototypes as objects. */

import ts from 'typescript';
import type { ProgramIndex } from './program-index.ts';
import { accessedName, isAccess, isConstant, unwrap } from './syntax.ts';

/** `cart.constructor`, `made` of `made: typeof Cart`, `handler` of `handler: (() => void) & { calls?: number }` */
export function isCallable(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (isAccess(value) && accessedName(value) === 'constructor') return true;
  return isCallableType(index, index.checker.getTypeAtLocation(value));
}

export function isCallableType({ checker }: ProgramIndex, given: ts.Type): boolean {
  const type = checker.getApparentType(given);
  return (type.isUnion() ? type.types : [type]).some(
    (part) =>
      part.getCallSignatures().length > 0 ||
      part.getConstructSignatures().length > 0 ||
      part.symbol?.name === 'Function',
  );
}

const OPEN = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.Instantiable;

/** Its type does not say that it is no function: `any`, `T`, `object`, `{}`; nor does that of what it was, `const free = total as Counted`. */
export function mayBeCode(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (ts.isObjectLiteralExpression(value) || ts.isNewExpression(value)) return false;
  const type = index.checker.getTypeAtLocation(value);
  const isOpen = (type.isUnionOrIntersection() ? type.types : [type]).some(
    (part) => (part.flags & OPEN) !== 0 || isCallableType(index, part) || fitsFunctions(index.checker, part),
  );
  if (isOpen || !ts.isIdentifier(value)) return isOpen;
  const declaration = index.symbolAt(value)?.valueDeclaration;
  const initial = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return initial !== undefined && mayBeCode(index, initial);
}

/** `{}`, which is `unknown` without `null` and `undefined` as well, `Object`, `{ toString(): string }`: any function is one. */
export function fitsFunctions(checker: ts.TypeChecker, type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.Object) === 0 || checker.getIndexInfosOfType(type).length > 0) return false;
  return type.getProperties().every(({ name }) => name in Function.prototype);
}

/** `Cart.prototype`, `cart.__proto__`, `Object.getPrototypeOf(cart)`, or a constant with one of them. */
export function isPrototype(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (isAccess(value)) return /^(?:prototype|__proto__)$/.test(accessedName(value) ?? '');
  if (ts.isCallExpression(value)) return /^(?:Object|Reflect)\.getPrototypeOf$/.test(value.expression.getText());
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  if (!declaration) return false;
  if (ts.isBindingElement(declaration)) {
    return (declaration.propertyName ?? declaration.name).getText() === 'prototype';
  }
  const held = ts.isVariableDeclaration(declaration) && isConstant(declaration) ? declaration.initializer : undefined;
  return held !== undefined && isPrototype(index, held);
}
