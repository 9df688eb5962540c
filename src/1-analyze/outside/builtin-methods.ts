import type { ApiTable } from './api-facts.ts';

const ARRAY: ApiTable = {
  'push pop shift unshift splice': 'self',
  'reverse fill copyWithin': 'self receiver',
  sort: 'self now receiver',
  'slice concat flat toReversed toSpliced with keys values entries': 'fresh',
  'join toString indexOf lastIndexOf includes': 'deep',
  toLocaleString: 'zone locale formats deep',
  'map filter flatMap toSorted': 'now fresh',
  'some every findIndex findLastIndex': 'now deep',
  'forEach find findLast reduce reduceRight': 'now',
  at: 'pure',
};

const TYPED_ARRAY: ApiTable = {
  set: 'self',
  'fill reverse copyWithin': 'self receiver',
  sort: 'self now receiver',
  'slice toReversed with keys values entries join toString indexOf lastIndexOf includes at': 'fresh',
  toLocaleString: 'locale formats fresh',
  'map filter toSorted some every findIndex findLastIndex find findLast': 'now fresh',
  'forEach reduce reduceRight': 'now',
  subarray: 'pure', // a window on the same bytes
};

const MAP: ApiTable = {
  set: 'self receiver',
  'delete clear': 'self',
  get: 'pure',
  has: 'deep',
  'keys values entries': 'fresh',
  forEach: 'now',
};

const SET: ApiTable = {
  add: 'self receiver',
  'delete clear': 'self',
  'has keys values entries union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom':
    'fresh',
  forEach: 'now',
};

const ITERATOR: ApiTable = {
  next: 'self callback',
  'return throw': 'self callback',
  'map filter flatMap take drop': 'self later',
  'forEach some every find reduce': 'self now callback',
  toArray: 'self callback fresh',
};

/** Iterators that run nobody's code. */
const BUILTIN_ITERATOR: ApiTable = {
  ...ITERATOR,
  next: 'self',
  'forEach some every find reduce': 'self now',
  toArray: 'self fresh',
};

const DATE: ApiTable = {
  'setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setYear': 'zone self fresh',
  'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getYear': 'zone fresh',
  'getTimezoneOffset toDateString': 'zone fresh',
  // with the name of the zone in the language of the process
  'toString toTimeString': 'zone locale fresh',
  'toLocaleString toLocaleDateString toLocaleTimeString': 'zone locale formats fresh',
  setTime: 'self fresh',
  'setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds': 'self fresh',
  '*': 'fresh',
};

const DATA_VIEW: ApiTable = {
  'setInt8 setUint8 setInt16 setUint16 setInt32 setUint32 setFloat16 setFloat32 setFloat64': 'self',
  'setBigInt64 setBigUint64': 'self',
  '*': 'fresh',
};

const PROMISE: ApiTable = { 'then catch finally': 'later fresh' };

/** What the methods of the language's and Node's own types do. A type without a row is not known. */
export const BUILTIN_METHODS: Record<string, ApiTable> = {
  String: {
    '*': 'deep',
    'replace replaceAll': 'now deep',
    'localeCompare toLocaleLowerCase toLocaleUpperCase': 'locale formats deep',
  },
  Number: { '*': 'deep', toLocaleString: 'locale formats deep' },
  Boolean: { '*': 'deep' },
  BigInt: { '*': 'deep', toLocaleString: 'locale formats deep' },
  Symbol: { '*': 'fresh' },
  Object: {
    'hasOwnProperty isPrototypeOf propertyIsEnumerable toString': 'deep',
    toLocaleString: 'zone locale formats deep',
    valueOf: 'receiver',
    constructor: 'now callback fresh',
  },
  Function: { bind: 'later fresh', 'call apply': 'now callback', toString: 'deep' },
  Array: ARRAY,
  ReadonlyArray: ARRAY,
  TypedArray: TYPED_ARRAY,
  RelativeIndexable: { at: 'pure' }, // what Node's types add to lists and strings under a library without it
  Map: MAP,
  ReadonlyMap: MAP,
  Set: SET,
  ReadonlySet: SET,
  WeakMap: { set: 'self receiver', delete: 'self', get: 'pure', has: 'deep' },
  WeakSet: { add: 'self receiver', delete: 'self', has: 'deep' },
  WeakRef: { deref: 'pure' },
  Date: DATE,
  RegExp: { 'exec test': 'self deep', compile: 'self receiver', toString: 'deep' },
  ArrayBuffer: { '*': 'fresh', 'resize transfer transferToFixedLength': 'self fresh' },
  DataView: DATA_VIEW,
  Promise: PROMISE,
  PromiseLike: PROMISE,
  Iterator: ITERATOR,
  IteratorObject: ITERATOR,
  ArrayIterator: BUILTIN_ITERATOR,
  Error: { toString: 'deep' },
  URL: { '*': 'fresh' },
  URLSearchParams: {
    'append delete set sort': 'self',
    'get getAll has keys values entries toString': 'fresh',
    forEach: 'now',
  },
  Headers: { 'append delete set': 'self', '*': 'fresh', forEach: 'now' },
  FormData: { 'append delete set': 'self', '*': 'pure', forEach: 'now' },
  TextEncoder: { '*': 'fresh', encodeInto: 'changes:1 fresh' },
  TextDecoder: { decode: 'self fresh' },
  AbortController: { abort: 'self callback' },
  // who listens is no part of what crosses: one that listens when it has returned has started something
  AbortSignal: {
    throwIfAborted: 'pure',
    'addEventListener removeEventListener': 'starts later',
    '*': 'self later callback',
  },
  EventTarget: { 'addEventListener removeEventListener': 'self later', dispatchEvent: 'self callback' },
  Response: { '*': 'self' },
  Request: { '*': 'self' },
  Blob: { '*': 'fresh' },
  Intl: { '*': 'fresh' },
  Buffer: {
    ...TYPED_ARRAY,
    'subarray slice': 'pure', // a window on the same bytes
    'write swap16 swap32 swap64': 'self',
    copy: 'changes:0',
    'equals compare toJSON': 'fresh',
  },
};

const ALIKE: Record<string, string> = {
  TypedArray:
    'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array ' +
    'Float16Array Float32Array Float64Array BigInt64Array BigUint64Array',
  Iterator: 'Generator AsyncGenerator AsyncIterator AsyncIterableIterator IterableIterator AsyncIteratorObject',
  ArrayIterator: 'MapIterator SetIterator StringIterator RegExpStringIterator',
  Error: 'EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError',
  Function: 'CallableFunction NewableFunction',
  ArrayBuffer: 'SharedArrayBuffer',
  Set: 'ReadonlySetLike',
  Response: 'Body BodyMixin', // of the types for browsers, and of Node's
};

/** Types that behave as another one does: name → the name with the row. */
export const SAME_METHODS: Record<string, string> = Object.fromEntries(
  Object.entries(ALIKE).flatMap(([model, names]) => names.split(' ').map((name) => [name, model])),
);
