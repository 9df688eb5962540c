/**
 * Globals that the runtime and the entries of providers have among their words, in any version of Node: a list, so that a build is
 * the same whatever the process that makes it has.
 */
export const RUNTIME_GLOBALS: ReadonlySet<string> = new Set(
  `AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Blob Boolean Buffer
  DOMException DataView Date Error EvalError Event EventTarget FinalizationRegistry Float32Array Float64Array FormData Function
  Headers Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math MessageChannel MessagePort NaN Number Object Promise
  Proxy RangeError ReadableStream ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer String Symbol SyntaxError
  TextDecoder TextEncoder TypeError URIError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef
  WeakSet atob btoa clearTimeout console crypto decodeURIComponent encodeURIComponent eval fetch global globalThis isFinite isNaN
  performance process queueMicrotask setImmediate setTimeout undefined`.split(/\s+/),
);
