/** The built-in classes that cross: what they hold besides their properties, and how to make one that holds it. */
import { types } from 'node:util';
import { fail } from './decode.ts';

export interface Builtin {
  readonly prototype: object;
  /** Whether a value was made by this class, whatever its prototype is now. */
  is(value: unknown): boolean;
  /** What an instance holds besides its properties. */
  contents(value: never): unknown[];
  /** Makes an instance: an empty one if `isLate`, for then its parts may lead back to it. */
  make(parts: unknown[]): object;
  isLate?: boolean;
  /** Makes an instance hold just these parts. */
  set?(value: never, parts: unknown[]): void;
  /** The own properties that only show what it holds. */
  hides?: RegExp;
}

type ViewClass = { name: string; prototype: object; new (buffer: ArrayBuffer, offset: number, length: number): object };

const BOXES = [Number, String, Boolean, BigInt, Symbol];
const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
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

/** The getters of a RegExp that make its flags. */
const FLAGS = 'hasIndices global ignoreCase multiline dotAll unicode unicodeSets sticky'.split(' ');
const INDEX = /^\d+$/;

/** URLs by their `searchParams`, which change with them. */
const owners = new WeakMap<object, URL>();

const TABLE: Record<string, Builtin> = {
  Array: {
    prototype: Array.prototype,
    is: Array.isArray,
    contents: (value: unknown[]) => [value.length],
    make: () => [],
    isLate: true,
    set(value: unknown[], [length]) {
      value.length = length as number;
    },
    hides: /^length$/,
  },
  Map: {
    prototype: Map.prototype,
    is: types.isMap,
    contents: (value: Map<unknown, unknown>) => [...Map.prototype.entries.call(value)].flat(),
    make: () => new Map(),
    isLate: true,
    set(value: Map<unknown, unknown>, parts) {
      Map.prototype.clear.call(value);
      if (parts.length % 2) fail('Map');
      for (let i = 0; i < parts.length; i += 2) Map.prototype.set.call(value, parts[i], parts[i + 1]);
    },
  },
  Set: {
    prototype: Set.prototype,
    is: types.isSet,
    contents: (value: Set<unknown>) => [...Set.prototype.values.call(value)],
    make: () => new Set(),
    isLate: true,
    set(value: Set<unknown>, parts) {
      Set.prototype.clear.call(value);
      for (const part of parts) Set.prototype.add.call(value, part);
    },
  },
  Date: {
    prototype: Date.prototype,
    is: types.isDate,
    contents(value: Date) {
      const time = Date.prototype.getTime.call(value);
      return [Number.isNaN(time) ? null : new Date(time).toISOString()];
    },
    make: () => new Date(0),
    isLate: true,
    set(value: Date, [text]) {
      Date.prototype.setTime.call(value, Date.parse(text as string));
    },
  },
  RegExp: {
    prototype: RegExp.prototype,
    is: types.isRegExp,
    contents(value: RegExp) {
      const flags = FLAGS.map((name, i) => (getSlot(RegExp.prototype, name, value) ? 'dgimsuvy'[i] : ''));
      return [getSlot(RegExp.prototype, 'source', value), flags.join(''), value.lastIndex];
    },
    make: ([source, flags, lastIndex]) => Object.assign(new RegExp(`${source}`, `${flags}`), { lastIndex }),
    set: (value: RegExp, [, , lastIndex]) => Reflect.set(value, 'lastIndex', lastIndex),
    hides: /^lastIndex$/,
  },
  ArrayBuffer: {
    prototype: ArrayBuffer.prototype,
    is: types.isArrayBuffer,
    contents: (value: ArrayBuffer) => [Buffer.from(value).toString('base64')],
    make: ([bytes]) => Uint8Array.from(readBytes(bytes)).buffer,
    set: (value: ArrayBuffer, [bytes]) => new Uint8Array(value).set(readBytes(bytes)),
  },
  /** A slice of Node's pool is sent by itself: the rest of the pool is nobody's business. */
  Buffer: {
    prototype: Buffer.prototype,
    is: Buffer.isBuffer,
    contents: (value: Buffer) => (isPooled(value) ? [value.toString('base64')] : listViewSlots(value)),
    make: ([source, offset, length]) =>
      typeof source === 'string'
        ? readBytes(source)
        : Buffer.from(checkBuffer(source), offset as number, length as number),
    set: (value: Buffer, [source]) => typeof source === 'string' && value.set(readBytes(source)),
    hides: INDEX,
  },
  URL: {
    prototype: URL.prototype,
    is: (value) => value instanceof URL,
    contents(value: URL) {
      owners.set(getSlot(URL.prototype, 'searchParams', value) as object, value);
      return [getSlot(URL.prototype, 'href', value)];
    },
    make: ([href]) => new URL(`${href}`),
    set: (value: URL, [href]) => Reflect.set(URL.prototype, 'href', href, value),
  },
  URLSearchParams: {
    prototype: URLSearchParams.prototype,
    is: (value) => value instanceof URLSearchParams,
    contents: (value: URLSearchParams) => [owners.get(value) ?? URLSearchParams.prototype.toString.call(value)],
    make: ([source]) => (source instanceof URL ? source.searchParams : new URLSearchParams(`${source}`)),
    set(value: URLSearchParams, [source]) {
      if (typeof source !== 'string') return;
      for (const key of [...value.keys()]) value.delete(key);
      for (const [key, item] of new URLSearchParams(source)) value.append(key, item);
    },
  },
};

for (const type of VIEWS) {
  TABLE[type.name] = {
    prototype: type.prototype,
    is: findCheck(type.name),
    contents: listViewSlots,
    make: ([buffer, offset, length]) => new type(checkBuffer(buffer), offset as number, length as number),
    hides: INDEX,
  };
}

for (const { name, prototype } of BOXES) {
  TABLE[name] = {
    prototype,
    is: findCheck(`${name}Object`),
    contents: (value: object) => [(prototype.valueOf as () => unknown).call(value)],
    make: ([value]) => (typeof value === name.toLowerCase() ? Object(value) : fail(name)),
    ...(name === 'String' && { hides: /^(\d+|length)$/ }),
  };
}

for (const type of ERRORS) {
  TABLE[type.name] = {
    prototype: type.prototype,
    is: (value) => types.isNativeError(value) && nameOfError(value) === type.name,
    contents: () => [],
    make: () => withoutProperties(Reflect.construct(type, [[]])),
    isLate: true,
  };
}

TABLE.Object = { prototype: Object.prototype, is: () => true, contents: () => [], make: () => ({}), isLate: true };

function findCheck(name: string): (value: unknown) => boolean {
  return types[`is${name}` as 'isMap'];
}

/** The table's entry, by a name that may come from the wire. */
export function getBuiltin(name: string): Builtin {
  return Object.hasOwn(TABLE, name) ? (TABLE[name] as Builtin) : fail(name);
}

/** The name of the built-in class that really made a value; `Object` for those that have nothing inside. */
export function nameOfBuiltin(value: object): string {
  for (const name in TABLE) if (TABLE[name]?.is(value)) return name;
  return 'Object';
}

const OBSTACLES =
  'Promise SharedArrayBuffer WeakMap WeakSet GeneratorObject MapIterator SetIterator ArgumentsObject ModuleNamespaceObject External'
    .split(' ')
    .map((name) => [`a ${name}`, findCheck(name)] as const);

/** Why an object cannot cross whatever class it is of. */
export function findObstacle(value: object): string | undefined {
  const [reason] = OBSTACLES.find(([, is]) => is(value)) ?? [];
  return types.isArrayBuffer(value) && Reflect.get(value, 'resizable') ? 'a resizable ArrayBuffer' : reason;
}

/** Whether it is the prototype of a built-in class, of this realm or of another one. */
export function isPrototypeOfBuiltin(prototype: object, name: string): boolean {
  if (prototype === TABLE[name]?.prototype) return true;
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof type === 'function' && type.name === name && /\[native code]/.test(Function.prototype.toString.call(type))
  );
}

function nameOfError(value: object): string {
  for (let next = value; next; next = Object.getPrototypeOf(next)) {
    const type = ERRORS.find(({ name }) => isPrototypeOfBuiltin(next, name));
    if (type) return type.name;
  }
  return 'Error';
}

/** The value of a built-in getter, even where a subclass has one of its own. */
function getSlot(prototype: object, name: PropertyKey, value: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get?.call(value);
}

/** A view's buffer, offset and number of elements. */
function listViewSlots(value: object): unknown[] {
  const isBytes = types.isDataView(value);
  const prototype = isBytes ? DataView.prototype : Object.getPrototypeOf(Uint8Array.prototype);
  return ['buffer', 'byteOffset', isBytes ? 'byteLength' : 'length'].map((name) => getSlot(prototype, name, value));
}

function isPooled(value: Buffer): boolean {
  return value.buffer.byteLength === Buffer.poolSize && value.byteLength < Buffer.poolSize;
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
