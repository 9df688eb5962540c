/**
 * Lists, texts, maps and other objects of the language have methods of their own: what an object of the program holds in a field of
 * the same name (`{ map: f }`) is not called by `list.map(g)`.
 */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { unwrap, wrapped } from '../names/syntax.ts';
import { originOf } from '../shapes/origin.ts';

/** What an object that is written down has at least if the compiler takes it for one of the kind. */
const MARKS = {
  Array: ['length', 'push', 'concat', 'slice'],
  Map: ['get', 'set', 'has', 'delete'],
  Set: ['add', 'has', 'delete'],
  Date: ['getTime', 'toISOString'],
  RegExp: ['exec', 'test', 'source'],
  String: ['charAt', 'length'],
};
const READONLY_MARKS = {
  ReadonlyArray: ['length', 'concat', 'slice'],
  ReadonlyMap: ['get', 'has', 'size'],
  ReadonlySet: ['has', 'size'],
};
const ALL_MARKS = Object.values({ ...MARKS, ...READONLY_MARKS });
const NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(MARKS),
  ...Object.keys(READONLY_MARKS),
  'WeakMap',
  'WeakSet',
]);

const PRIMITIVE =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.ESSymbolLike;
const NOTHING = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never;

/** By its type it is an object of the language or a primitive value, and no function: `x.end` where `end` is a number, and `text[i]`. */
export function isBuiltIn(index: ProgramIndex, expression: ts.Expression): boolean {
  const type = findDeclaredType(index, unwrap(expression));
  return type !== undefined && isBuiltInType(index, type);
}

/** It may be an object of the language: nothing is known of it, or it is one. */
export function mayBeBuiltIn(index: ProgramIndex, expression: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(expression);
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(
    (part) => (part.flags & ~(PRIMITIVE | NOTHING | ts.TypeFlags.Object)) !== 0 || isBuiltInType(index, part),
  );
}

/**
 * What is written down may be taken for an object of the language: it has what one has (`{ size, get, set, has, delete … }`), it is
 * said to be one (`{ … } as unknown as string[]`), or nothing is said of it (`const list: any = { … }`).
 */
export function looksBuiltIn(index: ProgramIndex, literal: ts.ObjectLiteralExpression): boolean {
  const { checker } = index;
  const given = checker.getTypeAtLocation(wrapped(literal));
  const wanted = checker.getContextualType(literal);
  if ([given, wanted].some((type) => type && (isOpen(type) || isBuiltInType(index, type)))) return true;
  const names = new Set(
    checker
      .getTypeAtLocation(literal)
      .getProperties()
      .map(({ name }) => name),
  );
  return ALL_MARKS.some((marks) => marks.every((mark) => names.has(mark)));
}

function isOpen({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
}

/** A type that has nothing but `undefined` or `null` says nothing: `{ handler: null }` may get one, though the compiler warns. */
function isBuiltInType(index: ProgramIndex, type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  const values = parts.filter(({ flags }) => (flags & NOTHING) === 0);
  return values.length > 0 && values.every((part) => isBuiltInValue(index, part));
}

function isBuiltInValue({ checker, loaded }: ProgramIndex, type: ts.Type): boolean {
  if (type.flags & PRIMITIVE || checker.isTupleType(type)) return true;
  const { symbol } = type;
  return symbol !== undefined && NAMES.has(symbol.name) && originOf(symbol, loaded.program).kind === 'runtime';
}

/** As declared: what the compiler knows at one place of a variable that functions change is not to be relied on. */
function findDeclaredType(index: ProgramIndex, expression: ts.Expression): ts.Type | undefined {
  const { checker } = index;
  if (ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression)) {
    const symbol = index.symbolAt(ts.isIdentifier(expression) ? expression : expression.name);
    return symbol && checker.getTypeOfSymbol(symbol);
  }
  if (!ts.isElementAccessExpression(expression)) return checker.getTypeAtLocation(expression);
  const object = findDeclaredType(index, unwrap(expression.expression));
  return object && findElementType(index, object, checker.getTypeAtLocation(expression.argumentExpression));
}

/** `headers[key]` and `list[i]`, where the type of the object says what all its elements are. */
function findElementType(index: ProgramIndex, object: ts.Type, key: ts.Type): ts.Type | undefined {
  const { checker } = index;
  const type = checker.getApparentType(checker.getNonNullableType(checker.getBaseConstraintOfType(object) ?? object));
  const isNumber = (key.flags & ts.TypeFlags.NumberLike) !== 0;
  const kind = isNumber ? ts.IndexKind.Number : ts.IndexKind.String;
  if (!type.isUnion()) return checker.getIndexTypeOfType(type, kind);
  const parts = type.types.map((part) => checker.getIndexTypeOfType(part, kind));
  return parts.every((part) => part !== undefined && isBuiltInType(index, part)) ? parts[0] : undefined;
}
