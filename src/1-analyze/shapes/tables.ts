/** Types of the language and of Node by what the wire can do with them. */

/** Cross with their class. Type arguments are what they hold. The value is the class that arrives. */
export const CROSSING_TYPES: ReadonlyMap<string, string> = new Map([
  ...(
    'Date RegExp Map Set ArrayBuffer DataView URL URLSearchParams Buffer Error EvalError RangeError ReferenceError SyntaxError ' +
    'TypeError URIError AggregateError String Number Boolean BigInt Int8Array Uint8Array Uint8ClampedArray Int16Array ' +
    'Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array'
  )
    .split(' ')
    .map((name) => [name, name] as const),
  ['ReadonlyMap', 'Map'],
  ['ReadonlySet', 'Set'],
  ['ErrnoException', 'Error'],
  ['AssertionError', 'Error'],
  ['AbortSignal', 'AbortSignal'],
]);

/** The element of a typed array and the like says nothing about what crosses. */
export const HOLDERS: ReadonlySet<string> = new Set(['Map', 'Set']);

/** May turn out to be anything: what crosses is seen value by value. */
export const OPEN_TYPES: ReadonlySet<string> = new Set([
  ...['Object', 'Iterable', 'ArrayLike', 'ReadonlySetLike', 'Symbol', 'ArrayBufferView', 'ArrayBufferLike'],
  ...['Transferable', 'BodyInit', 'Disposable', 'AsyncDisposable', 'RelativeIndexable', 'Concat'],
]);

export const FUNCTION_TYPES: ReadonlySet<string> = new Set(['Function', 'CallableFunction', 'NewableFunction']);

const REASONS: [reason: string, names: string][] = [
  ['what waits for it is in this process', 'Promise PromiseLike Thenable'],
  [
    'it stands in the middle of a function that runs in this process',
    'Generator AsyncGenerator Iterator AsyncIterator IterableIterator AsyncIterable AsyncIterableIterator IteratorObject ' +
      'AsyncIteratorObject ArrayIterator MapIterator SetIterator StringIterator RegExpStringIterator',
  ],
  ['its entries hang on objects of this process', 'WeakMap WeakSet WeakRef FinalizationRegistry'],
  ['its signal is aborted in this process', 'AbortController'],
  [
    'it is a stream of this process',
    'ReadableStream WritableStream TransformStream Readable Writable Duplex Transform ReadStream WriteStream Interface',
  ],
  ['it is a connection of this process', 'Server Socket IncomingMessage ServerResponse ClientRequest WebSocket Agent'],
  ['it is memory that threads of this process share', 'SharedArrayBuffer'],
  [
    'it belongs to this process',
    'EventEmitter EventTarget Timeout Immediate Timer ChildProcess Worker MessagePort Process',
  ],
];

const UNSUPPORTED = new Map(
  REASONS.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason] as const)),
);

/** Why a type of the language or of Node cannot cross. */
export function unsupportedReason(name: string): string {
  return UNSUPPORTED.get(name) ?? 'it belongs to this process';
}

export function isUnsupported(name: string): boolean {
  return UNSUPPORTED.has(name);
}
