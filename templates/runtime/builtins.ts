/** The built-in classes that cross: what they hold besides their properties, and how to make one that holds it. */
import { types } from 'node:util';
import { WireError } from './errors.ts';

export interface Builtin {
  readonly prototype: object;
  /** What an instance holds besides its properties. */
  contents(value: never): unknown[];
  /** How a path names the part with this index. */
  step?(parts: unknown[], index: number): string;
  /** Makes an instance: an empty one if `isLate`, for then its parts may lead back to it. */
  make(parts: unknown[]): object;
  isLate?: boolean;
  /** Makes an instance hold just these parts. */
  set?(value: never, parts: unknown[]): void;
  /** Which own properties stand for what it holds. */
  hides?(key: PropertyKey): boolean;
}

const EMPTY = { contents: () => [], isLate: true };

/** URLs by their `searchParams`, which change with them. */
const owners = new WeakMap<object, URL>();

const FLAGS = {
  hasIndices: 'd',
  global: 'g',
  ignoreCase: 'i',
  multiline: 'm',
  dotAll: 's',
  unicode: 'u',
  unicodeSets: 'v',
  sticky: 'y',
};

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
const BOXES: { name: string; prototype: { valueOf: () => unknown } }[] = [Number, String, Boolean, BigInt, Symbol];
type ViewClass = { name: string; prototype: object; new (buffer: ArrayBuffer, offset: number, length: number): object };

const VIEWS: ViewClass[] = [
  Int8Array,
  Uint8Array,
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

const TABLE: Record<string, Builtin> = {
  Object: { ...EMPTY, prototype: Object.prototype, make: () => ({}) },
  Array: {
    prototype: Array.prototype,
    contents: (value: unknown[]) => [value.length],
    make: () => [],
    isLate: true,
    set(value: unknown[], [length]) {
      value.length = length as number;
    },
    hides: (key) => key === 'length',
  },
  Map: {
    prototype: Map.prototype,
    contents(value: Map<unknown, unknown>) {
      const parts: unknown[] = [];
      Map.prototype.forEach.call(value, (item, key) => parts.push(key, item));
      return parts;
    },
    step: (parts, index) => (index % 2 ? `get(${formatKey(parts[index - 1])})` : 'keys()'),
    make: () => new Map(),
    isLate: true,
    set(value: Map<unknown, unknown>, parts) {
      if (parts.length % 2) fail('Map');
      Map.prototype.clear.call(value);
      for (let i = 0; i < parts.length; i += 2) Map.prototype.set.call(value, parts[i], parts[i + 1]);
    },
  },
  Set: {
    prototype: Set.prototype,
    contents(value: Set<unknown>) {
      const parts: unknown[] = [];
      Set.prototype.forEach.call(value, (item) => parts.push(item));
      return parts;
    },
    step: () => 'values()',
    make: () => new Set(),
    isLate: true,
    set(value: Set<unknown>, parts) {
      Set.prototype.clear.call(value);
      for (const item of parts) Set.prototype.add.call(value, item);
    },
  },
  Date: {
    prototype: Date.prototype,
    contents(value: Date) {
      const isValid = !Number.isNaN(Date.prototype.getTime.call(value));
      return [isValid ? Date.prototype.toISOString.call(value) : null];
    },
    make: () => new Date(0),
    isLate: true,
    set(value: Date, [text]) {
      Date.prototype.setTime.call(value, typeof text === 'string' ? Date.parse(text) : Number.NaN);
    },
  },
  RegExp: {
    prototype: RegExp.prototype,
    contents(value: RegExp) {
      const flags = Object.entries(FLAGS).filter(([name]) => getSlot(RegExp.prototype, name, value));
      return [getSlot(RegExp.prototype, 'source', value), flags.map(([, flag]) => flag).join(''), value.lastIndex];
    },
    make: ([source, flags, lastIndex]) => Object.assign(new RegExp(`${source}`, `${flags}`), { lastIndex }),
    set: (value: RegExp, [, , lastIndex]) => Reflect.set(value, 'lastIndex', lastIndex),
    hides: (key) => key === 'lastIndex',
  },
  ArrayBuffer: {
    prototype: ArrayBuffer.prototype,
    contents: (value: ArrayBuffer) => [Buffer.from(value).toString('base64')],
    make([base64]) {
      const bytes = readBase64(base64);
      const buffer = new ArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    },
    set: (value: ArrayBuffer, [base64]) => new Uint8Array(value).set(readBase64(base64)),
  },
  Buffer: {
    prototype: Buffer.prototype,
    contents: (value: Buffer) => (isPooled(value) ? [value.toString('base64')] : describeView(value)),
    make: ([source, offset, length]) =>
      typeof source === 'string'
        ? readBase64(source)
        : Buffer.from(checkBuffer(source), offset as number, length as number),
    set: (value: Buffer, [source]) => typeof source === 'string' && value.set(readBase64(source)),
    hides: isIndex,
  },
  URL: {
    prototype: URL.prototype,
    contents(value: URL) {
      owners.set(getSlot(URL.prototype, 'searchParams', value) as object, value);
      return [getSlot(URL.prototype, 'href', value)];
    },
    make: ([href]) => new URL(`${href}`),
    set: (value: URL, [href]) => Reflect.set(URL.prototype, 'href', href, value),
  },
  URLSearchParams: {
    prototype: URLSearchParams.prototype,
    contents: (value: URLSearchParams) => [owners.get(value) ?? URLSearchParams.prototype.toString.call(value)],
    make: ([source]) => (source instanceof URL ? source.searchParams : new URLSearchParams(`${source}`)),
    set(value: URLSearchParams, [source]) {
      if (typeof source !== 'string') return;
      for (const key of [...value.keys()]) value.delete(key);
      for (const [key, item] of new URLSearchParams(source)) value.append(key, item);
    },
  },
};

for (const type of ERRORS) {
  const make = (): object => withoutProperties(Reflect.construct(type, [[]]));
  TABLE[type.name] = { ...EMPTY, prototype: type.prototype, make };
}

for (const type of BOXES) {
  TABLE[type.name] = {
    prototype: type.prototype,
    contents: (value: object) => [type.prototype.valueOf.call(value)],
    make: ([value]) => (typeof value === type.name.toLowerCase() ? Object(value) : fail(type.name)),
    hides: type === String ? (key) => key === 'length' || isIndex(key) : () => false,
  };
}

for (const type of VIEWS) {
  TABLE[type.name] = {
    prototype: type.prototype,
    contents: describeView,
    step: () => 'buffer',
    make: ([buffer, offset, length]) => new type(checkBuffer(buffer), offset as number, length as number),
    hides: isIndex,
  };
}

/** The table's entry, by a name that may come from the wire. */
export function getBuiltin(name: string): Builtin {
  return Object.hasOwn(TABLE, name) ? (TABLE[name] as Builtin) : fail(name);
}

/** The name of the built-in class that really made a value, whatever its prototype is now. */
export function nameOfBuiltin(value: object): string {
  if (Array.isArray(value)) return 'Array';
  if (types.isMap(value)) return 'Map';
  if (types.isSet(value)) return 'Set';
  if (types.isDate(value)) return 'Date';
  if (types.isNativeError(value)) return nameOfError(value);
  if (types.isRegExp(value)) return 'RegExp';
  if (types.isArrayBuffer(value)) return 'ArrayBuffer';
  if (ArrayBuffer.isView(value)) return nameOfView(value);
  if (types.isBoxedPrimitive(value)) return BOXES.find((type) => hasSlot(type, value))?.name ?? 'Object';
  if (value instanceof URL) return 'URL';
  return value instanceof URLSearchParams ? 'URLSearchParams' : 'Object';
}

/** Why an object cannot cross whatever class it is of. */
export function findObstacle(value: object): string | undefined {
  const [, reason] = OBSTACLES.find(([is]) => is(value)) ?? [];
  return reason;
}

const OBSTACLES: [is: (value: object) => boolean, reason: string][] = [
  [types.isPromise, 'a Promise'],
  [types.isSharedArrayBuffer, 'a SharedArrayBuffer'],
  [types.isWeakMap, 'a WeakMap'],
  [types.isWeakSet, 'a WeakSet'],
  [types.isGeneratorObject, 'a generator'],
  [types.isMapIterator, 'an iterator'],
  [types.isSetIterator, 'an iterator'],
  [types.isArgumentsObject, 'an arguments object'],
  [types.isModuleNamespaceObject, 'a module'],
  [types.isExternal, 'an external value'],
  [
    (value) => types.isArrayBuffer(value) && 'resizable' in value && value.resizable === true,
    'a resizable ArrayBuffer',
  ],
];

/** Whether it is the prototype of a built-in class, of this realm or of another one. */
export function isPrototypeOfBuiltin(prototype: object, name: string): boolean {
  if (prototype === getBuiltin(name).prototype) return true;
  const type = getOwnValue(prototype, 'constructor');
  return typeof type === 'function' && type.name === name && /\{\s*\[native code\]\s*\}$/.test(sourceOf(type));
}

const sourceOf = Function.prototype.call.bind(Function.prototype.toString) as (type: unknown) => string;

function getOwnValue(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** The value of a built-in getter, even where a subclass has one of its own. */
function getSlot(prototype: object, name: PropertyKey, value: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get?.call(value);
}

function hasSlot(type: (typeof BOXES)[number], value: object): boolean {
  try {
    type.prototype.valueOf.call(value);
    return true;
  } catch {
    return false;
  }
}

function nameOfError(value: object): string {
  for (let next = Object.getPrototypeOf(value); next; next = Object.getPrototypeOf(next)) {
    const type = ERRORS.find(({ name }) => isPrototypeOfBuiltin(next, name));
    if (type) return type.name;
  }
  return 'Error';
}

const VIEW_PROTOTYPE = Object.getPrototypeOf(Uint8Array.prototype);

function nameOfView(value: object): string {
  if (value instanceof Buffer) return 'Buffer';
  return (getSlot(VIEW_PROTOTYPE, Symbol.toStringTag, value) as string | undefined) ?? 'DataView';
}

/** A view's buffer, offset and number of elements. */
function describeView(value: object): unknown[] {
  const prototype = types.isDataView(value) ? DataView.prototype : VIEW_PROTOTYPE;
  const length = types.isDataView(value) ? 'byteLength' : 'length';
  return ['buffer', 'byteOffset', length].map((name) => getSlot(prototype, name, value));
}

/** Whether it is a slice of Node's pool, whose other parts are nobody's business. */
export function isPooled(value: Buffer): boolean {
  return value.buffer.byteLength === Buffer.poolSize && value.byteLength < Buffer.poolSize;
}

function readBase64(text: unknown): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : fail('bytes');
}

function checkBuffer(value: unknown): ArrayBuffer {
  return types.isArrayBuffer(value) ? value : fail('ArrayBuffer');
}

function isIndex(key: PropertyKey): boolean {
  return typeof key === 'string' && /^\d+$/.test(key);
}

function formatKey(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key);
}

/** The object without the properties that its constructor gave it. */
export function withoutProperties<T extends object>(object: T): T {
  for (const key of Reflect.ownKeys(object)) Reflect.deleteProperty(object, key);
  return object;
}

function fail(problem: string): never {
  throw new WireError(`unreadable value: ${problem}`);
}
