/** Instances on the wire, of the program's classes and of the built-in ones. */
import { inspect, types } from 'node:util';
import { type Builtin, type BuiltinClass, type Follow, isPrototypeOfClass } from './builtin.ts';
import { withoutProperties } from './builtin-errors.ts';
import { findBuiltin, findObstacle, getBuiltin, hasManyRealms } from './builtins.ts';
import type { Payload, Reader, Writer } from './codec.ts';
import { fail } from './decode.ts';
import { getIntegrity, type ReadValue, readOwn, setIntegrity, writeOwn } from './properties.ts';
import type { Wire } from './protocol.ts';
import { classNameOf, findPrivates, getClass, nameOf, type Privates, read, restore } from './registry.ts';
import { findShared } from './sharing.ts';

export function writeInstance(value: object, to: Writer, knows: (name: string) => boolean, follow?: Follow): Wire[] {
  const obstacle = findObstacle(value);
  if (obstacle !== undefined) to.refuse(obstacle);
  const builtin = findBuiltin(value);
  const { type } = builtin;
  const cls = writeClass(value, type, to, knows);
  const privates = cls === 0 ? [] : findPrivates(Object.getPrototypeOf(value));
  const parts = findShared(value, to) ?? builtin.contents(value as never, to, follow);
  const payload: Wire[] = [
    type.name,
    parts.length > 0 && parts.map((part, i) => to.write(part, formatStep(type, parts, i))),
    writeOwn(value, listKeys(value, builtin), to),
    cls,
    getIntegrity(value),
    privates.length > 0 && privates.map((fields) => writePrivates(value, fields, to)),
  ].map((part) => (part === false ? 0 : part));
  while (payload.at(-1) === 0) payload.pop();
  return payload;
}

/** `get("a")` for the value of a key in a Map. */
function formatStep(type: unknown, parts: unknown[], index: number): string | number {
  if (type !== Map) return index;
  return index % 2 ? `get(${typeof parts[index - 1] === 'string' ? JSON.stringify(parts[index - 1]) : '…'})` : 'keys()';
}

/** 0 for the built-in class itself, null for no prototype at all, else the name of the program's class. */
function writeClass(value: object, type: BuiltinClass, to: Writer, knows: (name: string) => boolean): Wire {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null && type === Object) return null;
  for (let next = prototype; next !== type.prototype; next = Object.getPrototypeOf(next)) {
    if (next && isPrototypeOfClass(next, type)) {
      if (hasManyRealms(type)) break;
      to.refuse(`${type.name} of another realm (made by code in a vm context)`);
    }
    const name = next && nameOfPrototype(next);
    if (!next || !name || !knows(name)) to.refuse(describe(prototype, next));
  }
  return nameOfPrototype(prototype as object) ?? 0;
}

/** The name of the class of a prototype, or of the prototype itself. */
export function nameOfPrototype(prototype: object): string | undefined {
  return classNameOf(prototype) ?? nameOf(prototype);
}

function describe(prototype: object | null, missing: object | null): string {
  const base = prototype === missing ? '' : ` and so of ${getClassName(missing)}`;
  return `an instance of ${getClassName(prototype)}${base}, a class that the other side does not have`;
}

function getClassName(prototype: object | null): string {
  const getOwn = (key: PropertyKey): unknown => Object.getOwnPropertyDescriptor(prototype ?? {}, key)?.value;
  const cls = getOwn('constructor');
  const name = typeof cls === 'function' ? cls.name : getOwn(Symbol.toStringTag);
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}

function writePrivates(value: object, { accessors }: Privates, to: Writer): Wire[] {
  return Object.entries(accessors).map(([key, [get]]) => {
    try {
      return to.write(get(value as never), key);
    } catch (error) {
      if (error instanceof TypeError) to.refuse(`${key}, which the object does not have`);
      throw error;
    }
  });
}

/** The object of `[class, parts, …]`, without what may lead back to it. */
export function createInstance([kind, parts = 0, , cls = 0]: Payload, from: Reader): object {
  const builtin = getBuiltin(`${kind}`);
  const prototype = readClass(cls, builtin.type);
  const [fields] = findPrivates(prototype);
  if (fields) return withoutProperties(restore(fields.cls, getClass(cls as string)));
  const object = builtin.of?.(readList(parts, from)) ?? builtin.empty?.() ?? fail(`${kind}`);
  return cls === 0 ? object : Object.setPrototypeOf(object, prototype);
}

/** The prototype of an instance: the class is a subclass of the built-in one, through classes that are all known. */
function readClass(cls: Wire, type: BuiltinClass): object | null {
  const { prototype } = type;
  if (cls === 0) return prototype;
  if (cls === null && type === Object) return null;
  const value = read(`${cls}`);
  const own = typeof value === 'object' ? value : getClass(`${cls}`).prototype;
  for (let next = own; next !== prototype; next = Object.getPrototypeOf(next)) {
    if (!next || !nameOfPrototype(next)) fail(`class ${cls}`);
  }
  return own;
}

export function fillInstance(object: object, payload: Payload, from: Reader, readValue?: ReadValue): void {
  const [kind, parts = 0, own = 0, , integrity = 0, privates = 0] = payload;
  const builtin = getBuiltin(`${kind}`);
  if (builtin.empty) builtin.set?.(object as never, readList(parts, from));
  readOwn(object, own, from, readValue);
  readPrivates(object, privates, from);
  setIntegrity(object, integrity);
}

function readPrivates(object: object, wire: Wire, from: Reader): void {
  findPrivates(Object.getPrototypeOf(object)).forEach(({ accessors }, i) => {
    const list = Array.isArray(wire) ? wire[i] : undefined;
    const values = readList(list ?? fail('private fields'), from);
    for (const [, set] of Object.values(accessors)) set(object as never, values.shift() as never);
  });
}

export function readList(wire: Wire | undefined, from: Reader): unknown[] {
  if (wire === 0) return [];
  return Array.isArray(wire) ? wire.map((part) => from.read(part)) : fail('a list was expected');
}

/** The own properties apart from those that stand for its contents. */
export function listKeys(value: object, builtin: Builtin): (string | symbol)[] {
  if (types.isArrayBufferView(value) && hasOnlyElements(value)) return [];
  if (!builtin.hides) return Reflect.ownKeys(value);
  return Reflect.ownKeys(value).filter((key) => !builtin.hides?.(key, value as never));
}

/** Listing the keys of a long view takes long. */
function hasOnlyElements(value: NodeJS.ArrayBufferView): boolean {
  if (value.byteLength < 1000 || Object.getOwnPropertySymbols(value).length > 0) return false;
  return inspect(value, { maxArrayLength: 0, customInspect: false }).endsWith(' more items ]');
}
