/**
 * Everything beyond plain data that can cross, as an extension of codec.ts:
 *
 *     {"$": "@m#name"}                         the object, function, class or symbol that both sides call `m#name`
 *     {"$": "Symbol.iterator"}  {"$": "Symbol.for(key)"}
 *     {"$": ["named", "m#name", contents]}     the same object, and what it holds now
 *     {"$": ["site", "m#f.$1", {captures}, properties]}  a function that was made at a code site
 *     {"$": ["bound", [f, this, 1], properties, "bound f", 1]}   `f.bind(this, 1)`, its name and length
 *     {"$": ["lent", "f", 1, properties, 1]}    a function that only the caller has, its length, whether it has a prototype
 *     {"$": ["far", 0]}                         an object that is nested deep: it is `far[0]` of the message, read at the end
 *     {"$": [class, parts, properties, program class, integrity, private fields]}
 *
 * The last form holds all other objects: `["Map", ["a", 1]]`, `["Object", 0, {"items": []}, "m#Cart"]`; zeros at its end
 * are left out. Nothing of the user's runs: no constructor, getter, setter, `toJSON` or iterator.
 */
import { inspect, types } from 'node:util';
import {
  type Builtin,
  type BuiltinClass,
  type Follow,
  findBuiltin,
  findObstacle,
  getBuiltin,
  hasManyRealms,
  isPrototypeOfClass,
  withoutProperties,
} from './builtins.ts';
import type { Extension, Payload, Reader, Writer } from './codec.ts';
import { fail, getToken, isTree } from './decode.ts';
import { makeLent } from './lent.ts';
import { getIntegrity, readOwn, setIntegrity, writeOwn } from './properties.ts';
import type { Wire } from './protocol.ts';
import {
  type AnyFunction,
  bindClosure,
  bound,
  type Closure,
  classNameOf,
  findClosure,
  findParts,
  findPrivates,
  getClass,
  makeBound,
  makeClosure,
  nameOf,
  type Privates,
  read,
  restore,
  settle,
} from './registry.ts';
import { findShared } from './sharing.ts';

export interface RichOptions {
  /** Whether the contents of a named object travel along with its name. */
  contents?: ((name: string) => boolean) | undefined;
  /** Whether the other side has the class, function or object of this name. */
  knows?: ((name: string) => boolean) | undefined;
  /** Whether the other side can make this function. */
  makes?: ((closure: Closure) => boolean) | undefined;
  /** Whether a function that the other side cannot have may stand there for itself. */
  lends?: (() => boolean) | undefined;
  /** Objects cross as what they hold now, even if they have a name. */
  copies?: boolean;
  /** What becomes of signals. */
  follow?: Follow | undefined;
}

/** In the place of an object that cannot be referred to, because its parts are needed to make it. */
const UNMADE = null as unknown as object;

/** How many levels one part of a message has at most: what lies deeper goes to the far list, and no stack overflows. */
const NEAR = 200;

/** Made anew for each encoder and decoder. */
export function rich({
  contents = () => false,
  knows = () => true,
  makes = isLate,
  lends = () => false,
  copies = false,
  follow,
}: RichOptions = {}): Extension {
  const waiting: object[] = [];
  const far: Wire[] = [];
  const fills: (() => void)[] = [];
  settle();

  function findName(value: object | symbol): string | undefined {
    const name = copies && typeof value === 'object' ? undefined : nameOf(value);
    return name !== undefined && knows(name) ? name : undefined;
  }

  function writeNew(value: object, to: Writer): Wire {
    const name = typeof value === 'object' && findName(value);
    const wire = to.writeContents(value);
    return name ? { $: ['named', name, wire] } : wire;
  }

  function writeFunction(value: AnyFunction, to: Writer): Wire[] {
    const closure = findClosure(value);
    if (closure && makes(closure)) return writeClosure(value, closure, to);
    const parts = findParts(value);
    if (parts) return writeBound(value, parts, to);
    if (lends() && isLendable(value)) return writeLent(value, to);
    return to.refuse(closure ? 'a function that the other side cannot make' : 'a function made outside the program');
  }

  return {
    atom(value) {
      const name = findName(value);
      if (name === undefined) return typeof value === 'symbol' ? nameOfSymbol(value) : undefined;
      return typeof value === 'object' && contents(name) ? undefined : `@${name}`;
    },
    enter: (value, to) => (to.trail.length > NEAR ? { $: ['far', waiting.push(value) - 1] } : writeNew(value, to)),
    encode(value, to) {
      if (typeof value === 'symbol') return to.refuse('a symbol made outside the program');
      return {
        $:
          typeof value === 'function'
            ? writeFunction(value as AnyFunction, to)
            : writeInstance(value, to, knows, follow),
      };
    },
    writeFar(to) {
      const [root] = to.trail;
      while (far.length < waiting.length) {
        to.trail = [`${root}…`];
        far.push(writeNew(waiting[far.length] as object, to));
      }
    },
    far: () => (far.length > 0 ? far : undefined),
    read(token, from) {
      if (typeof token === 'string') return readAtom(token);
      const isFar = Array.isArray(token) && token[0] === 'far';
      const [object, fill] = open(isFar ? takeFar(token[1], from) : { $: token }, from);
      if (isFar) fills.push(fill);
      else fill();
      return object;
    },
    readFar() {
      for (const fill of fills) fill();
      fills.length = 0;
    },
    writeProperties: writeGivenKeys,
    readContents: noteContents,
    contents: listContents,
    keys: (value) => (mayHide(value) ? listKeys(value, findBuiltin(value)) : Reflect.ownKeys(value)),
    kindOf,
    overwrite,
  };
}

/** What a unit has made in a call. */
function isLate({ isEarly }: Closure): boolean {
  return !isEarly;
}

function takeFar(index: Wire | undefined, { far }: Reader): Wire {
  const wire = (typeof index === 'number' && far[index]) || fail('far');
  delete far[index as number];
  return wire;
}

/** Makes the object of a wire, gives it its number, and returns it with what fills it. */
function open(wire: Wire, from: Reader, number = from.objects.push(UNMADE) - 1): [object, () => void] {
  if (!isTree(wire)) return fail('object expected');
  const token = getToken(wire);
  const payload = token === undefined || Array.isArray(token) ? token : fail(token);
  const object = payload ? create(payload, from) : wire;
  if (number >= 0) from.objects[number] = object;
  return [object, () => (payload ? fillRich(object, payload, from) : from.fill(wire))];
}

function nameOfSymbol(value: symbol): string | undefined {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return `Symbol.for(${key})`;
  const { description = '' } = value;
  return findSymbol(description) === value ? description : undefined;
}

/** `Symbol.iterator` and the like. */
function findSymbol(text: string): unknown {
  const name = /^Symbol\.(\w+)$/.exec(text)?.[1] ?? '';
  const value: unknown = Object.getOwnPropertyDescriptor(Symbol, name)?.value;
  return typeof value === 'symbol' ? value : undefined;
}

function readAtom(text: string): unknown {
  if (text.startsWith('@')) return read(text.slice(1));
  if (text.startsWith('Symbol.for(')) return Symbol.for(text.slice(11, -1));
  return findSymbol(text) ?? fail(text);
}

function writeClosure(value: AnyFunction, closure: Closure, to: Writer): Wire[] {
  const captures = Object.entries(readCaptures(closure.captures, to)).map(([name, captured]): [string, Wire] => [
    name,
    to.write(captured, `captures(${name})`),
  ]);
  const own = writeGivenKeys(value, to);
  return ['site', closure.site, Object.fromEntries(captures), own].slice(0, own === 0 ? 3 : 4);
}

function writeBound(value: AnyFunction, parts: readonly unknown[], to: Writer): Wire[] {
  return ['bound', parts.map((part, i) => to.write(part, i)), writeGivenKeys(value, to), value.name, value.length];
}

function writeLent(value: AnyFunction, to: Writer): Wire[] {
  const wire = ['lent', value.name, value.length, writeGivenKeys(value, to), Object.hasOwn(value, 'prototype') ? 1 : 0];
  while (wire.at(-1) === 0) wire.pop();
  return wire;
}

/** No class, nothing async, no generator: all that shows of it without a call is its name and length. */
function isLendable(value: AnyFunction): boolean {
  const own = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor | undefined>;
  const prototype: unknown = own.prototype?.value ?? {};
  const isSimple = typeof own.name?.value === 'string' && typeof own.length?.value === 'number';
  if (!isSimple || Object.getPrototypeOf(value) !== Function.prototype) return false;
  return (
    Reflect.ownKeys(prototype as object).every((key) => key === 'constructor') && own.prototype?.writable !== false
  );
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

/** The properties that the program has given a function. */
function writeGivenKeys(value: object, to: Writer): Wire {
  const natural = listNaturalKeys(value);
  const given = Reflect.ownKeys(value).filter((key) => !natural.includes(key));
  return writeOwn(value, given, to);
}

/** Properties that a function has from the start. */
function listNaturalKeys(value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter((key) => /^(length|name|prototype|arguments|caller)$/.test(String(key)));
}

function writeInstance(value: object, to: Writer, knows: (name: string) => boolean, follow?: Follow): Wire[] {
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
function nameOfPrototype(prototype: object): string | undefined {
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

/** The own properties apart from those that stand for its contents. */
function listKeys(value: object, builtin: Builtin): (string | symbol)[] {
  if (types.isArrayBufferView(value) && hasOnlyElements(value)) return [];
  if (!builtin.hides) return Reflect.ownKeys(value);
  return Reflect.ownKeys(value).filter((key) => !builtin.hides?.(key, value as never));
}

/** Listing the keys of a long view takes long. */
function hasOnlyElements(value: NodeJS.ArrayBufferView): boolean {
  if (value.byteLength < 1000 || Object.getOwnPropertySymbols(value).length > 0) return false;
  return inspect(value, { maxArrayLength: 0, customInspect: false }).endsWith(' more items ]');
}

function create([kind, ...payload]: Payload, from: Reader): object {
  if (kind === 'named') return readNamed(payload[0]);
  if (kind === 'site') return makeClosure(`${payload[0]}`);
  if (kind === 'bound') return makeBound(`${payload[2]}`, Number(payload[3]));
  if (kind === 'lent') return makeLent(`${payload[0]}`, Number(payload[1] ?? 0), payload[3] === 1);
  const [parts = 0, , cls = 0] = payload;
  const builtin = getBuiltin(`${kind}`);
  const prototype = readClass(cls, builtin.type);
  const [fields] = findPrivates(prototype);
  if (fields) return withoutProperties(restore(fields.cls, getClass(cls as string)));
  const object = builtin.of?.(readList(parts, from)) ?? builtin.empty?.() ?? fail(`${kind}`);
  return cls === 0 ? object : Object.setPrototypeOf(object, prototype);
}

function readNamed(name: Wire | undefined): object {
  const value = read(`${name}`);
  return typeof value === 'object' && value !== null ? value : fail(`${name}`);
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

function fillRich(object: object, payload: Payload, from: Reader): void {
  const [kind, parts = 0, own = 0, , integrity = 0, privates = 0] = payload;
  if (kind === 'site') return fillClosure(object as AnyFunction, own, payload[3] ?? 0, from);
  if (kind === 'named') return noteContents(object, own, from);
  if (kind === 'bound') bound(object as AnyFunction, ...readList(parts, from));
  if (kind === 'bound') return readOwn(object, own, from);
  if (kind === 'lent') return readOwn(object, payload[3] ?? 0, from);
  const builtin = getBuiltin(`${kind}`);
  if (builtin.empty) builtin.set?.(object as never, readList(parts, from));
  readOwn(object, own, from);
  readPrivates(object, privates, from);
  setIntegrity(object, integrity);
}

function fillClosure(fn: AnyFunction, captures: Wire, own: Wire, from: Reader): void {
  bindClosure(fn, readRecord(captures, from));
  readOwn(fn, own, from);
}

function readRecord(wire: Wire, from: Reader): object {
  if (!isTree(wire) || Array.isArray(wire)) return fail('captures');
  return Object.fromEntries(Object.entries(wire).map(([name, part]) => [name, from.read(part)]));
}

/** Notes that an object of this side is to hold what the other side's holds. */
function noteContents(target: object, wire: Wire, from: Reader): void {
  if (typeof target === 'function') return noteProperties(target, wire, from);
  const [source, fill] = open(wire, from, -1);
  from.overwrites.push([target, source]);
  fill();
}

/** Of a function nothing but the properties that the program gives it can change. */
function noteProperties(target: object, wire: Wire, from: Reader): void {
  const source = {};
  for (const key of listNaturalKeys(target)) {
    Object.defineProperty(source, key, Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor);
  }
  from.overwrites.push([target, source]);
  readOwn(source, wire, from);
}

function readPrivates(object: object, wire: Wire, from: Reader): void {
  findPrivates(Object.getPrototypeOf(object)).forEach(({ accessors }, i) => {
    const list = Array.isArray(wire) ? wire[i] : undefined;
    const values = readList(list ?? fail('private fields'), from);
    for (const [, set] of Object.values(accessors)) set(object as never, values.shift() as never);
  });
}

/** Sandboxes may not have the class. */
function isTarget(value: object): boolean {
  return typeof EventTarget === 'function' && value instanceof EventTarget;
}

/** Properties of views and signals show what they hold; what becomes of a signal is told otherwise. */
function mayHide(value: object): boolean {
  return ArrayBuffer.isView(value) || isTarget(value);
}

/** Entries, bytes, private fields … : what an object holds besides own properties. */
function listContents(value: object): unknown[] {
  if (typeof value === 'function' || isTarget(value)) return [];
  const privates = findPrivates(Object.getPrototypeOf(value)).flatMap(({ accessors }) => Object.values(accessors));
  return [...findBuiltin(value).contents(value as never), ...privates.map(([get]) => get(value as never))];
}

function kindOf(value: object): string {
  const classes = findPrivates(Object.getPrototypeOf(value)).map(({ id }) => id);
  return [findBuiltin(value).type.name, ...classes].join(' ');
}

function overwrite(target: object, source: object): void {
  const builtin = findBuiltin(target);
  const prototype = Object.getPrototypeOf(source);
  if (prototype !== builtin.type.prototype) Object.setPrototypeOf(target, prototype);
  builtin.set?.(target as never, builtin.contents(source as never));
  for (const { accessors } of findPrivates(prototype)) {
    for (const [get, set] of Object.values(accessors)) set(target as never, get(source as never) as never);
  }
}

function readList(wire: Wire | undefined, from: Reader): unknown[] {
  if (wire === 0) return [];
  return Array.isArray(wire) ? wire.map((part) => from.read(part)) : fail('a list was expected');
}
