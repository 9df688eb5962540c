/** What Node's modules, the language's globals and the methods of built-in types do. */

import { type ApiFacts, compileTable, findRow, readRow, unknownApi } from './api-facts.ts';
import { BUILTIN_GLOBALS } from './builtin-globals.ts';
import { BUILTIN_METHODS, SAME_METHODS } from './builtin-methods.ts';
import { BUILTIN_MODULES, MODULE_ALIASES } from './builtin-modules.ts';

const MODULES = new Map(Object.entries(BUILTIN_MODULES).map(([name, table]) => [name, compileTable(table)]));
const GLOBALS = compileTable(BUILTIN_GLOBALS);
const GLOBAL_NAMES = new Set([...GLOBALS.keys()].map((path) => path.split('.', 1)[0]));
const METHODS = new Map(Object.entries(BUILTIN_METHODS).map(([name, table]) => [name, compileTable(table)]));

/** Type name → names of the methods that change what they are called on. */
export const mutatingMethods: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...METHODS.keys(), ...Object.keys(SAME_METHODS)].map((type) => [type, new Set(listMutating(type))]),
);

const ITERATORS = /Iterator|Generator/;
const CHANGING = new Set([
  ...[...mutatingMethods].flatMap(([type, names]) => (ITERATORS.test(type) ? [] : [...names])),
  ...['next', 'return', 'throw'],
]);
const KNOWN = new Set([...METHODS.values()].flatMap((rows) => [...rows.keys()]));

/** What is known of `x.name()` where nothing is known of `x`: whether a type of the language has it, and whether one is changed by it. */
export function judgeByName(name: string | undefined): 'changes' | 'looks' | 'unknown' {
  if (name === undefined) return 'unknown';
  if (CHANGING.has(name)) return 'changes';
  return KNOWN.has(name) || name in String.prototype || name in Number.prototype ? 'looks' : 'unknown';
}

/** True for `fs`, `node:fs`, `fs/promises` and modules that only exist as `node:…`. */
export function isBuiltinModule(specifier: string): boolean {
  return specifier.startsWith('node:') || MODULES.has(specifier) || Object.hasOwn(MODULE_ALIASES, specifier);
}

/**
 * What calling a member of a Node module does: `builtinEffects('node:fs', ['promises', 'readFile'])`. For a method of an
 * instance, its class comes first: `('crypto', ['Hash', 'update'])`. A leading `default` is skipped.
 */
export function builtinEffects(moduleName: string, memberPath: readonly string[]): ApiFacts {
  const bare = moduleName.replace(/^node:/, '');
  const name = MODULE_ALIASES[bare] ?? bare;
  const path = memberPath[0] === 'default' ? memberPath.slice(1) : memberPath;
  const subject = [name, ...path].join('.');
  if (name === 'process') return globalEffects(['process', ...path]) ?? unknownApi(subject);
  if (name === 'console') return globalEffects(['console', ...path]) ?? unknownApi(subject);
  const rows = MODULES.get(name);
  const row = rows && findRow(rows, path);
  if (row === undefined) return unknownApi(subject);
  const facts = readRow(row, subject);
  return subject.endsWith('Sync') ? { ...facts, callsBack: 'never' } : facts;
}

/**
 * What calling (or, for `process.env` and the like, reading) a global does: `globalEffects(['Math', 'random'])`. For `Date` the
 * number of arguments decides; without it the worst is assumed. Undefined if the name is not known.
 */
export function globalEffects(path: readonly string[], argumentCount?: number): ApiFacts | undefined {
  const plain = path[0] === 'globalThis' || path[0] === 'global' || path[0] === 'window' ? path.slice(1) : path;
  const subject = plain.join('.');
  if (subject === 'Date') return readRow(argumentCount ? 'dates zone fresh' : 'dates time zone locale fresh', subject);
  // `{ transfer }`: it takes memory away from whoever has it.
  if (subject === 'structuredClone' && (argumentCount ?? 0) > 1) return readRow('process', subject);
  const isMethodOfClass = plain.length > 1 && plain[1] === 'prototype';
  if (isMethodOfClass) {
    const [name = '', , method] = plain;
    // `Object.prototype`, looked at: what is put there is noted where that is done.
    if (method === undefined) return isBuiltinType(name) ? readRow('pure', subject) : undefined;
    return methodEffects(name, method);
  }
  const row = findRow(GLOBALS, plain) ?? findOwnMethod(plain) ?? findInherited(plain);
  return row === undefined ? undefined : readRow(row, subject);
}

/** `Math`, `Array`, `fetch` */
export function isBuiltinGlobal(name: string): boolean {
  return GLOBAL_NAMES.has(name);
}

/** `Object.hasOwnProperty`: classes and functions are objects themselves. */
function findOwnMethod(path: readonly string[]): string | undefined {
  const [name, member] = path;
  if (path.length !== 2 || name === undefined || member === undefined || !GLOBALS.has(name)) return undefined;
  return METHODS.get('Function')?.get(member) ?? METHODS.get('Object')?.get(member);
}

/** `toString.call(value)`: what the global object has from `Object.prototype`. */
function findInherited([name = '', member = '', ...others]: readonly string[]): string | undefined {
  const isCalled = others.length === 0 && (member === 'call' || member === 'apply');
  return isCalled && name !== 'constructor' ? METHODS.get('Object')?.get(name) : undefined;
}

/** What a method of a built-in type does: `methodEffects('Array', 'sort')`. Undefined if type or method are not known. */
export function methodEffects(typeName: string, method: string): ApiFacts | undefined {
  const rows = findMethods(typeName);
  const row = rows && findRow(rows, [method]);
  return row === undefined ? inheritedMethod(typeName, method) : readRow(row, `${typeName}.${method}`);
}

/** Types that the tables know. */
export function isBuiltinType(typeName: string): boolean {
  return findMethods(typeName) !== undefined;
}

function inheritedMethod(typeName: string, method: string): ApiFacts | undefined {
  const row = METHODS.get('Object')?.get(method);
  return row === undefined || !isBuiltinType(typeName) ? undefined : readRow(row, `${typeName}.${method}`);
}

function findMethods(typeName: string): Map<string, string> | undefined {
  const own = Object.hasOwn(SAME_METHODS, typeName) ? SAME_METHODS[typeName] : typeName;
  return own === undefined ? undefined : METHODS.get(own);
}

function listMutating(typeName: string): string[] {
  const rows = findMethods(typeName) ?? new Map<string, string>();
  return [...rows].filter(([, words]) => words.split(' ').includes('self')).map(([name]) => name);
}
