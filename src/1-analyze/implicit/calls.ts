/** What built-in functions do to what they are given: turn it into a primitive value, iterate it, read its properties. */

import ts from 'typescript';
import { isPrimitiveType } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { accessedName, isAccess } from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';

/** What is done with an object. */
export type Way =
  | 'convert'
  | 'ask' // for what it becomes when it is converted: a method of the language does that
  | 'iterate'
  | 'test'
  | 'json'
  | 'get'
  | 'settle'
  | 'dispose'
  | 'construct' // made as another one like it
  | 'fill' // made with entries
  | 'flatten';

export interface WaysOfCall {
  /** With each argument. */
  given: readonly Way[];
  /** The arguments, by their position, that become numbers or keys. */
  converted?: readonly number[];
  /** With what the method is called on. */
  receiver: readonly Way[];
}

const NOTHING: readonly Way[] = [];
/** What may be done by code that nothing is known of. */
const ANYTHING: readonly Way[] = [
  'convert',
  'ask',
  'iterate',
  'json',
  'get',
  'settle',
  'dispose',
  'construct',
  'fill',
  'flatten',
];

/** By path, else by its first name. */
const GLOBALS: ReadonlyMap<string, readonly Way[]> = new Map([
  ...table('convert', 'String Number BigInt Symbol Math parseInt parseFloat isNaN isFinite Date RegExp Intl URL'),
  ...table('convert', 'encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape atob btoa'),
  ...table('convert', 'Error TypeError RangeError SyntaxError EvalError ReferenceError URIError'),
  ...table('iterate', 'Map Set WeakMap WeakSet Array.from Map.groupBy'),
  ...table('iterate settle', 'Array.fromAsync Promise.all Promise.any Promise.race Promise.allSettled'),
  ...table('settle', 'Promise.resolve'),
  ...table('convert', 'Object.prototype.toString.call'),
  ...table('iterate convert', 'Object.fromEntries Object.groupBy'),
  ...table('json get', 'JSON.stringify'),
  ...table(
    'get',
    'Object.assign Object.entries Object.values Object.defineProperties Object.defineProperty Reflect.get Reflect.set',
  ),
  ...table('get', 'structuredClone Reflect.defineProperty'),
  ...table('', 'Object Array Reflect Promise Boolean setTimeout setInterval setImmediate queueMicrotask clearTimeout'),
  ...table('', 'clearInterval clearImmediate WeakRef'),
]);

/** Methods of collections and promises leave alone what they hold and what they are given, but for these. */
const OF_COLLECTIONS = new Set(
  'Array ReadonlyArray Map ReadonlyMap Set ReadonlySet WeakMap WeakSet Promise'.split(' '),
);
/** Arguments of methods of arrays that say how many or where. */
const CONVERTED: ReadonlyMap<string, readonly number[]> = new Map([
  ...positions([0], 'at with join flat'),
  ...positions([1], 'includes indexOf lastIndexOf'),
  ...positions([0, 1], 'slice splice toSpliced'),
  ...positions([1, 2], 'fill'),
  ...positions([0, 1, 2], 'copyWithin'),
]);
/** Functions whose second argument is a key, or a number. */
const KEYED = new Set([
  ...['has', 'get', 'set', 'defineProperty', 'deleteProperty', 'getOwnPropertyDescriptor'].map(
    (name) => `Reflect.${name}`,
  ),
  ...['hasOwn', 'defineProperty', 'getOwnPropertyDescriptor'].map((name) => `Object.${name}`),
  ...['setTimeout', 'setInterval'],
]);
const CONVERTING_ELEMENTS = new Set(['join', 'toString', 'toLocaleString', 'sort', 'toSorted']);
/** What `String.prototype.trim.call(x)` does is done by the function. */
const FUNCTIONS = new Set(['Function', 'CallableFunction', 'NewableFunction']);
const OF_TEXTS = new Set(['RegExp', 'Date', 'String', 'Number']);

function table(ways: string, names: string): [string, readonly Way[]][] {
  const list = ways.split(' ').filter(Boolean) as Way[];
  return names.split(' ').map((name) => [name, list]);
}

function positions(at: readonly number[], names: string): [string, readonly number[]][] {
  return names.split(' ').map((name) => [name, at]);
}

/** Of a call that leads out of the program. */
export function waysOfCall(index: ProgramIndex, callee: ts.Expression): WaysOfCall {
  const use = findOutsideUse(index, callee);
  if (use) return use.from.kind === 'global' ? waysOfGlobal(use.path) : { given: ANYTHING, receiver: NOTHING };
  return isAccess(callee) ? waysOfMethod(index, callee) : { given: ANYTHING, receiver: NOTHING };
}

function waysOfGlobal(path: readonly string[]): WaysOfCall {
  const [first = '', ...rest] = path;
  const names = first === 'globalThis' ? rest : path;
  const name = names.join('.');
  const given = GLOBALS.get(name) ?? GLOBALS.get(names[0] ?? '') ?? ANYTHING;
  return { given, converted: KEYED.has(name) ? [1] : [], receiver: NOTHING };
}

function waysOfMethod(
  { checker }: ProgramIndex,
  callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): WaysOfCall {
  const type = checker.getTypeAtLocation(callee.expression);
  const types = (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & NULLISH));
  const isFunction = (part: ts.Type) => part.getCallSignatures().length > 0 || FUNCTIONS.has(nameOf(part));
  if (types.every((part) => isPrimitiveType(part) || OF_TEXTS.has(nameOf(part)) || isFunction(part)))
    return { given: ['convert', 'construct'], receiver: ['ask'] };
  if (!types.every((part) => checker.isTupleType(part) || OF_COLLECTIONS.has(nameOf(part)))) {
    return { given: ANYTHING, receiver: ANYTHING };
  }
  const name = accessedName(callee);
  const converts = name === undefined || CONVERTING_ELEMENTS.has(name);
  return {
    given: name === 'concat' ? ['flatten'] : NOTHING,
    converted: CONVERTED.get(name ?? '') ?? [],
    // A class that extends the collection is asked to make another one like it; `catch` and `finally` call `then`.
    receiver: converts ? ['construct', 'flatten', 'settle', 'convert'] : ['construct', 'flatten', 'settle'],
  };
}

const NULLISH = ts.TypeFlags.Undefined | ts.TypeFlags.Null;

function nameOf({ symbol }: ts.Type): string {
  return (symbol as ts.Symbol | undefined)?.name ?? '';
}
