/** Functions on the wire: made at a code site, bound, or lent; with the properties that the program has given them. */
import type { Reader, Writer } from './codec.ts';
import { fail, isTree } from './decode.ts';
import { readOwn, writeOwn } from './properties.ts';
import type { Wire } from './protocol.ts';
import { type AnyFunction, bindClosure, type Closure } from './registry.ts';

export function writeClosure(value: AnyFunction, closure: Closure, to: Writer): Wire[] {
  const captures = Object.entries(readCaptures(closure.captures, to)).map(([name, captured]): [string, Wire] => [
    name,
    to.write(captured, `captures(${name})`),
  ]);
  const own = writeGivenKeys(value, to);
  return ['site', closure.site, Object.fromEntries(captures), own].slice(0, own === 0 ? 3 : 4);
}

/** A variable may not have got its first value yet. */
function readCaptures(captures: () => object, to: Writer): object {
  try {
    return captures();
  } catch (error) {
    if (error instanceof ReferenceError) to.refuse(`a function that uses a variable too early (${error.message})`);
    throw error;
  }
}

export function writeBound(value: AnyFunction, parts: readonly unknown[], to: Writer): Wire[] {
  return ['bound', parts.map((part, i) => to.write(part, i)), writeGivenKeys(value, to), value.name, value.length];
}

export function writeLent(value: AnyFunction, to: Writer): Wire[] {
  const wire = ['lent', value.name, value.length, writeGivenKeys(value, to), Object.hasOwn(value, 'prototype') ? 1 : 0];
  while (wire.at(-1) === 0) wire.pop();
  return wire;
}

/**
 * No class, nothing async, no generator: all that shows of it without a call is its name and length. One that the other
 * side has, too, would not be told from others there: `value === Math.max`.
 */
export function isLendable(value: AnyFunction): boolean {
  if (isEverywhere(value)) return false;
  const own = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor | undefined>;
  const prototype: unknown = own.prototype?.value ?? {};
  const isSimple = typeof own.name?.value === 'string' && typeof own.length?.value === 'number';
  if (!isSimple || Object.getPrototypeOf(value) !== Function.prototype) return false;
  return (
    Reflect.ownKeys(prototype as object).every((key) => key === 'constructor') && own.prototype?.writable !== false
  );
}

/** A function of the language, or of the surroundings: `isNaN`, `Math.max`, `console.log`. */
function isEverywhere(value: AnyFunction): boolean {
  if (/^function [^(]+\(\) \{ \[native code\] \}$/.test(Function.prototype.toString.call(value))) return true;
  const places: object[] = [globalThis, console];
  return places.some((place) => Object.getOwnPropertyDescriptor(place, value.name)?.value === value);
}

/** The properties that the program has given a function. */
export function writeGivenKeys(value: object, to: Writer): Wire {
  const natural = listNaturalKeys(value);
  const given = Reflect.ownKeys(value).filter((key) => !natural.includes(key));
  return writeOwn(value, given, to);
}

/** Properties that a function has from the start. */
export function listNaturalKeys(value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter((key) => /^(length|name|prototype|arguments|caller)$/.test(String(key)));
}

export function fillClosure(fn: AnyFunction, captures: Wire, own: Wire, from: Reader): void {
  bindClosure(fn, readRecord(captures, from));
  readOwn(fn, own, from);
}

function readRecord(wire: Wire, from: Reader): object {
  if (!isTree(wire) || Array.isArray(wire)) return fail('captures');
  return Object.fromEntries(Object.entries(wire).map(([name, part]) => [name, from.read(part)]));
}
