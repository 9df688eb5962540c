/** The built-in classes that cross: what they hold besides their properties, and how to make one that holds it. */
import { AssertionError } from 'node:assert';
import { EventEmitter, on } from 'node:events';
import { types } from 'node:util';
import type { Writer } from './codec.ts';
import { fail } from './decode.ts';
import { MANY } from './plain.ts';
import { getSlot } from './properties.ts';
import { Cell } from './registry.ts';
import { findOwner, isSlice, markSlice, ownParams } from './sharing.ts';

/** A built-in class, whatever it takes to make an instance. */
export type BuiltinClass = { readonly name: string; readonly prototype: object };

export interface Builtin {
  readonly type: BuiltinClass;
  /** Whether a value was made by this class, whatever its prototype is now. */
  is(value: unknown): boolean;
  /** What an instance holds besides its properties. With `to` it is about to cross, and may refuse to. */
  contents(value: never, to?: Writer, follow?: Follow): unknown[];
  /** Makes an empty instance. Its parts are put in later, because they may lead back to it. */
  empty?(): object;
  /** Makes an instance of its parts; there is this or `empty`. */
  of?(parts: unknown[]): object;
  /** Makes an instance hold just these parts. */
  set?(value: never, parts: unknown[]): void;
  /** Whether an own property only shows what it holds. */
  hides?(key: string | symbol, value: never): boolean;
}

/** What becomes of signals that are sent, see signal.ts. */
export interface Follow {
  /** Signals that were not aborted when the call was made. */
  since: ReadonlySet<object>;
  /** Called with each; refuses one that the other side cannot have, or could not be told of when it is aborted. */
  take(signal: AbortSignal, isLive: boolean, to: Writer): void;
}

type ViewClass = { name: string; prototype: object; new (buffer: ArrayBuffer, offset: number, length: number): object };

const BOXES = [Number, String, Boolean, BigInt, Symbol];
const ERRORS = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  AssertionError,
  findAbortError(),
];
const VIEWS: ViewClass[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

/** Node's own class, which it does not export: that of what is thrown by anything that was given an aborted signal. */
function findAbortError(): ErrorConstructor {
  try {
    on(new EventEmitter(), 'abort', { signal: AbortSignal.abort() });
  } catch (error) {
    if (error instanceof Error) return error.constructor as ErrorConstructor;
  }
  return Error;
}

/** The getters of a RegExp that make its flags. */
const FLAGS = 'hasIndices global ignoreCase multiline dotAll unicode unicodeSets sticky'.split(' ');
const isIndex = (key: string | symbol): boolean => /^(0|[1-9]\d*)$/.test(String(key));

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

/** What an exception has of its own and cannot lose: nothing in Node, marks in Deno, all that it holds in Cloudflare Workers. */
function listPartsOfExceptions(): (string | symbol)[] {
  return Reflect.ownKeys(new DOMException()).filter((key) => key !== 'stack');
}

/** Its instances are native errors from Node 22 on. */
function describeException(): Builtin {
  const ofAll = listPartsOfExceptions();
  return {
    type: DOMException,
    is: (value) => value instanceof DOMException,
    contents: (value: DOMException) =>
      (['message', 'name'] as const).map((name) => getSlot(DOMException.prototype, name, value) ?? value[name]),
    of([message, name]) {
      const made = new DOMException(`${message}`, `${name}`);
      Reflect.deleteProperty(made, 'stack');
      return made;
    },
    hides: (key) => ofAll.includes(key),
  };
}

/** The realms that older test runners make for tests have none. */
const EXCEPTIONS = typeof DOMException === 'function' ? [describeException()] : [];

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
  {
    type: ArrayBuffer,
    is: types.isArrayBuffer,
    contents: (value: ArrayBuffer) => [Buffer.from(value).toString('base64')],
    of: ([bytes]) => Uint8Array.from(readBytes(bytes)).buffer,
    set: (value: ArrayBuffer, [bytes]) => new Uint8Array(value).set(readBytes(bytes)),
  },
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

const OF_MEMORY: Builtin[] = [
  {
    type: Buffer,
    is: Buffer.isBuffer,
    contents: (value: Buffer) => (isSlice(value) ? [value.toString('base64')] : listViewSlots(value)),
    of([source, offset, length]) {
      if (typeof source === 'string') return markSlice(readBytes(source));
      const [start, size] = [offset as number, length as number];
      return Buffer.isBuffer(source)
        ? source.subarray(start, start + size)
        : Buffer.from(checkBuffer(source), start, size);
    },
    set: (value: Buffer, [source]) => typeof source === 'string' && value.set(readBytes(source)),
    hides: isIndex,
  },
  ...VIEWS.map((type) => ({
    type,
    is: findCheck(type.name),
    contents: listViewSlots,
    of: ([buffer, offset, length]: unknown[]) => new type(checkBuffer(buffer), offset as number, length as number),
    // A view that both sides have under one name keeps its own memory.
    set(value: object, [buffer, offset, length]: unknown[]) {
      const [own, given] = [value, new type(checkBuffer(buffer), offset as number, length as number)].map(bytesOf);
      if (!own || own.length !== given?.length) fail('contents of another object');
      own.set(given);
    },
    hides: isIndex,
  })),
];

const BOXED: Builtin[] = BOXES.map((type) => ({
  type,
  is: findCheck(`${type.name}Object`),
  contents: (value: object) => [(type.prototype.valueOf as () => unknown).call(value)],
  of: ([value]: unknown[]) => (typeof value === type.name.toLowerCase() ? Object(value) : fail(type.name)),
  ...(type === String && { hides: isOfString }),
}));

const FAILED: Builtin[] = [
  ...EXCEPTIONS,
  ...ERRORS.map((type) => ({
    type,
    is: (value: unknown) => types.isNativeError(value) && findErrorClass(value) === type,
    contents: () => [],
    empty: () => withoutProperties(Reflect.construct(Error, [], type)),
  })),
];

const BY_NAME = new Map(
  [...ARRAY, ...OF_MEMORY, ...BOXED, ...FAILED, ...OTHERS, PLAIN].map((builtin) => [builtin.type.name, builtin]),
);

/** The characters and the length, not what else has been put there. */
function isOfString(key: string | symbol, value: string): boolean {
  return Object.hasOwn(Object(String.prototype.valueOf.call(value)), key);
}

/** Runtimes that are not Node lack some: nothing there is of such a type. */
function findCheck(name: string): (value: unknown) => boolean {
  return types[`is${name}` as 'isMap'] ?? (() => false);
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
  if (ArrayBuffer.isView(value)) return OF_MEMORY;
  if (types.isNativeError(value)) return FAILED;
  return types.isBoxedPrimitive(value) ? BOXED : OTHERS;
}

const OBSTACLES =
  'Promise SharedArrayBuffer WeakMap WeakSet GeneratorObject MapIterator SetIterator ArgumentsObject ModuleNamespaceObject External'
    .split(' ')
    .map((name) => [`a ${name}`, findCheck(name)] as const);

/** Why an object cannot cross whatever class it is of. */
export function findObstacle(value: object): string | undefined {
  if (Array.isArray(value) && MANY in value) return 'an array of more than a million elements';
  const [reason] = OBSTACLES.find(([, is]) => is(value)) ?? [];
  return types.isArrayBuffer(value) && Reflect.get(value, 'resizable') ? 'a resizable ArrayBuffer' : reason;
}

/** Whether it is the prototype of a built-in class, of this realm or of another one. */
export function isPrototypeOfClass(prototype: object, { prototype: own, name }: BuiltinClass): boolean {
  if (prototype === own) return true;
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof type === 'function' && type.name === name && /\[native code]/.test(Function.prototype.toString.call(type))
  );
}

/**
 * Test runners give the realm that they make for tests some classes of their own realm: there a view has memory of another
 * realm than `ArrayBuffer`. Nothing can be told from it but that.
 */
export function hasManyRealms({ name }: BuiltinClass): boolean {
  return name === 'ArrayBuffer';
}

function findErrorClass(value: object): BuiltinClass {
  for (let next = value; next; next = Object.getPrototypeOf(next)) {
    const type = ERRORS.find((cls) => isPrototypeOfClass(next, cls));
    if (type) return type;
  }
  return Error;
}

/** A view's buffer, offset and number of elements. */
function listViewSlots(value: object): unknown[] {
  const isBytes = types.isDataView(value);
  const prototype = isBytes ? DataView.prototype : Object.getPrototypeOf(Uint8Array.prototype);
  return ['buffer', 'byteOffset', isBytes ? 'byteLength' : 'length'].map((name) => getSlot(prototype, name, value));
}

function bytesOf(value: object): Uint8Array {
  const view = value as NodeJS.ArrayBufferView;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function checkBuffer(value: unknown): ArrayBuffer {
  return types.isArrayBuffer(value) ? value : fail('ArrayBuffer');
}

function readBytes(text: unknown): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : fail('bytes');
}

/** The object without the properties that its constructor gave it. */
export function withoutProperties<T extends object>(object: T): T {
  for (const key of Reflect.ownKeys(object)) Reflect.deleteProperty(object, key);
  return object;
}
