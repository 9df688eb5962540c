/** The stack that the engine gives to an object: a property in Node 20, an accessor of its own from Node 22 on. */
import { types } from 'node:util';

/** The stack of an error, of a DOMException or of what `Error.captureStackTrace` was called with, if it can be changed. */
export function readStack(object: object): string | undefined {
  const property = Object.getOwnPropertyDescriptor(object, 'stack');
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
export function isEngineGetter(get: () => unknown, object: object): boolean {
  if (types.isNativeError(object)) return /\[native code]/.test(Function.prototype.toString.call(get));
  return get === Object.getOwnPropertyDescriptor(new Error(), 'stack')?.get;
}
