/** The built-in classes that cross: what they hold besides their properties, and how to make one that holds it. */
import { types } from 'node:util';
import { type Builtin, type BuiltinClass, findCheck } from './builtin.ts';
import { EXCEPTIONS, FAILED } from './builtin-errors.ts';
import { MEMORY, VIEWS_OF_MEMORY } from './builtin-memory.ts';
import { fail } from './decode.ts';
import { MANY } from './plain.ts';
import { getSlot } from './properties.ts';
import { Cell } from './registry.ts';
import { findOwner, ownParams } from './sharing.ts';

const BOXES = [Number, String, Boolean, BigInt, Symbol];
/** The getters of a RegExp that make its flags. */
const FLAGS = 'hasIndices global ignoreCase multiline dotAll unicode unicodeSets sticky'.split(' ');

/**
 * Removes the keys that go. Those that stay keep their places, if they come first and in the same order, so that somebody
 * who is iterating does not meet them again; else all have to go.
 */
function makeRoom(value: Map<unknown, unknown> | Set<unknown>, keys: unknown[]): void {
  const wanted = new Set(keys);
  const prototype = types.isMap(value) ? Map.prototype : Set.prototype;
  const old = [...(prototype.keys.call(value as never) as Iterable<unknown>)];
  const stay = old.filter((key) => wanted.has(key));
  const first = [...wanted];
  const isKept = stay.every((key, i) => Object.is(key, first[i]));
  for (const key of old) if (!isKept || !wanted.has(key)) prototype.delete.call(value as never, key);
}

const ARRAY: Builtin[] = [
  {
    type: Array,
    is: Array.isArray,
    contents: (value: unknown[]) => [value.length],
    empty: () => [],
    set(value: unknown[], [length]) {
      if (value.length !== length) value.length = length as number;
    },
    hides: (key) => key === 'length',
  },
];

const OTHERS: Builtin[] = [
  ...EXCEPTIONS,
  {
    type: Map,
    is: types.isMap,
    contents: (value: Map<unknown, unknown>) => [...Map.prototype.entries.call(value)].flat(),
    empty: () => new Map(),
    set(value: Map<unknown, unknown>, parts) {
      if (parts.length % 2) fail('Map');
      makeRoom(
        value,
        parts.filter((_, i) => i % 2 === 0),
      );
      for (let i = 0; i < parts.length; i += 2) Map.prototype.set.call(value, parts[i], parts[i + 1]);
    },
  },
  {
    type: Set,
    is: types.isSet,
    contents: (value: Set<unknown>) => [...Set.prototype.values.call(value)],
    empty: () => new Set(),
    set(value: Set<unknown>, parts) {
      makeRoom(value, parts);
      for (const part of parts) Set.prototype.add.call(value, part);
    },
  },
  {
    type: Date,
    is: types.isDate,
    contents(value: Date) {
      const time = Date.prototype.getTime.call(value);
      return [Number.isNaN(time) ? null : new Date(time).toISOString()];
    },
    empty: () => new Date(0),
    set(value: Date, [text]) {
      Date.prototype.setTime.call(value, Date.parse(text as string));
    },
  },
  {
    type: RegExp,
    is: types.isRegExp,
    contents(value: RegExp) {
      const flags = FLAGS.map((name, i) => (getSlot(RegExp.prototype, name, value) ? 'dgimsuvy'[i] : ''));
      return [getSlot(RegExp.prototype, 'source', value), flags.join(''), value.lastIndex];
    },
    of: ([source, flags, lastIndex]) => Object.assign(new RegExp(`${source}`, `${flags}`), { lastIndex }),
    set: (value: RegExp, [, , lastIndex]) => Reflect.set(value, 'lastIndex', lastIndex),
    hides: (key) => key === 'lastIndex',
  },
  MEMORY,
  {
    type: URL,
    is: (value) => value instanceof URL,
    contents(value: URL) {
      ownParams(value);
      return [getSlot(URL.prototype, 'href', value)];
    },
    of: ([href]) => new URL(`${href}`),
    set: (value: URL, [href]) => Reflect.set(URL.prototype, 'href', href, value),
  },
  {
    type: URLSearchParams,
    is: (value) => value instanceof URLSearchParams,
    contents: (value: URLSearchParams) => [findOwner(value) ?? URLSearchParams.prototype.toString.call(value)],
    of: ([source]) => (source instanceof URL ? ownParams(source) : new URLSearchParams(`${source}`)),
    set(value: URLSearchParams, [source]) {
      if (typeof source !== 'string') return;
      for (const key of [...value.keys()]) value.delete(key);
      for (const [key, item] of new URLSearchParams(source)) value.append(key, item);
    },
  },
  {
    type: { name: 'Cell', prototype: Cell.prototype }, // bundlers may give the class another name
    is: (value) => value instanceof Cell,
    contents: (value: Cell) => [value.value],
    empty() {
      let held: unknown;
      return new Cell(
        () => held,
        (value) => {
          held = value;
        },
      );
    },
    set(value: Cell, [held]) {
      value.value = held;
    },
  },
];

const PLAIN: Builtin = { type: Object, is: () => true, contents: () => [], empty: () => ({}) };

const BOXED: Builtin[] = BOXES.map((type) => ({
  type,
  is: findCheck(`${type.name}Object`),
  contents: (value: object) => [(type.prototype.valueOf as () => unknown).call(value)],
  of: ([value]: unknown[]) => (typeof value === type.name.toLowerCase() ? Object(value) : fail(type.name)),
  ...(type === String && { hides: isOfString }),
}));

const BY_NAME = new Map(
  [...ARRAY, ...VIEWS_OF_MEMORY, ...BOXED, ...FAILED, ...OTHERS, PLAIN].map((builtin) => [builtin.type.name, builtin]),
);

/** The characters and the length, not what else has been put there. */
function isOfString(key: string | symbol, value: string): boolean {
  return Object.hasOwn(Object(String.prototype.valueOf.call(value)), key);
}

/** For a class that not every unit meets. */
export function addBuiltin(builtin: Builtin): void {
  OTHERS.push(builtin);
  BY_NAME.set(builtin.type.name, builtin);
}

/** The entry of a name that may come from the wire. */
export function getBuiltin(name: string): Builtin {
  return BY_NAME.get(name) ?? fail(name);
}

/** The entry of the class that really made a value; that of `Object` for those that have nothing inside. */
export function findBuiltin(value: object): Builtin {
  return listCandidates(value).find(({ is }) => is(value)) ?? PLAIN;
}

/** Asking every class takes long. */
function listCandidates(value: object): Builtin[] {
  if (Array.isArray(value)) return ARRAY;
  if (ArrayBuffer.isView(value)) return VIEWS_OF_MEMORY;
  if (types.isNativeError(value)) return FAILED;
  return types.isBoxedPrimitive(value) ? BOXED : OTHERS;
}

const OBSTACLES = [
  ...['Promise', 'SharedArrayBuffer', 'WeakMap', 'WeakSet'].map((name) => [`a ${name}`, findCheck(name)] as const),
  ['a generator', findCheck('GeneratorObject')],
  ['an iterator of a Map', findCheck('MapIterator')],
  ['an iterator of a Set', findCheck('SetIterator')],
  ['the arguments of a call', findCheck('ArgumentsObject')],
  ['a module', findCheck('ModuleNamespaceObject')],
  ['something of native code', findCheck('External')],
] as const;

/** Why an object cannot cross whatever class it is of. */
export function findObstacle(value: object): string | undefined {
  if (Array.isArray(value) && MANY in value) return 'an array of more than a million elements';
  const [reason] = OBSTACLES.find(([, is]) => is(value)) ?? [];
  return types.isArrayBuffer(value) && Reflect.get(value, 'resizable') ? 'a resizable ArrayBuffer' : reason;
}

/**
 * Test runners give the realm that they make for tests some classes of their own realm: there a view has memory of another
 * realm than `ArrayBuffer`. Nothing can be told from it but that.
 */
export function hasManyRealms({ name }: BuiltinClass): boolean {
  return name === 'ArrayBuffer';
}
