/** The stack that the engine gives to an object: a property in Node 20, an accessor of its own from Node 22 on. */
import { types } from 'node:util';

/** The stack of an error, of a DOMException or of what `Error.captureStackTrace` was called with, if it can be changed. */
export function readStack(object: object): string | undefined {
  const property = Object.getOwnPropertyDescriptor(object, 'stack');
  const later = property?.get && unread.get(property.get);
  if (later) return later(object);
  const isOurs = property?.get ? isEngineGetter(property.get, object) : property?.writable;
  const stack: unknown = isOurs ? Reflect.get(object, 'stack') : undefined;
  return typeof stack === 'string' ? stack : undefined;
}

/** The real one, whatever a program puts in the place of `Error`. */
const { captureStackTrace } = Error;

/** The stack as of now, from the caller of `below` on; the first line is no frame. */
export function captureStack(below: (...args: never[]) => unknown): { stack?: string } {
  const here: { stack?: string } = {};
  captureStackTrace(here, below);
  return here;
}

/** Errors of another realm have another getter, which says that it is native; a bound function says so too. */
function isEngineGetter(get: () => unknown, object: object): boolean {
  if (types.isNativeError(object)) return /\[native code]/.test(Function.prototype.toString.call(get));
  return get === Object.getOwnPropertyDescriptor(new Error(), 'stack')?.get;
}

/** Getters of stacks that came from elsewhere → what they would give, without the reading being noticed. */
const unread = new WeakMap<() => unknown, (error: object) => string>();

/**
 * Where the engine writes the first line of a stack when it is read for the first time, `error.message = …` before that
 * shows. So it does in one that came from elsewhere, as long as its first line is what the error says.
 */
export function deferStack(error: object): void {
  isDeferred ??= defersStacks();
  if (!isDeferred) return;
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(error, 'stack') ?? {};
  const head = describeError(error);
  if (typeof value !== 'string' || !writable || !configurable || head === undefined) return;
  // a pattern, since the bundler would write the text over two lines, and our frames are told by the first one
  if (value !== head && value.split(/\n {4}at /, 1)[0] !== head) return;
  const frames = value.slice(head.length);
  let known: string | undefined;
  const write = (from: object): string => known ?? (describeError(from) ?? head) + frames;
  const get = function (this: object): string {
    known = write(this);
    return known;
  };
  const set = function (this: object, stack: unknown): void {
    if (!settle(this, stack)) known = stack as string;
  };
  unread.set(get, write);
  Object.defineProperty(error, 'stack', { get, set, configurable: true, enumerable: false });
}

/** The stack is a property like any other again. */
export function settleStack(object: object): void {
  const { get } = Object.getOwnPropertyDescriptor(object, 'stack') ?? {};
  if (get && unread.has(get)) settle(object, get.call(object));
}

function settle(object: object, value: unknown): boolean {
  return Reflect.defineProperty(object, 'stack', { value, writable: true, configurable: true, enumerable: false });
}

let isDeferred: boolean | undefined;

function defersStacks(): boolean {
  const error = new Error('before');
  error.message = 'after';
  return `${error.stack}`.startsWith('Error: after');
}

/** `TypeError: no number`, undefined if code of the program would have to say so. */
function describeError(error: object): string | undefined {
  const [name, message] = ['name', 'message'].map((key) => findText(error, key));
  if (name === undefined || message === undefined) return undefined;
  return name !== '' && message !== '' ? `${name}: ${message}` : name + message;
}

function findText(error: object, key: string): string | undefined {
  for (let at: object | null = error; at; at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, key);
    if (property) return typeof property.value === 'string' ? property.value : undefined;
  }
  return undefined;
}
