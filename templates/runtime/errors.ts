/** What goes wrong with values, and how a thrown value crosses. */
import type { Writer } from './codec.ts';
import type { Wire } from './protocol.ts';

/** A value that cannot cross; nothing was sent. Message: `args[1].onClick: a function that the other side does not have`. */
export class Unsupported extends Error {
  declare readonly path: string;
  declare readonly reason: string;
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    Object.assign(this, { path, reason });
  }
}

/** Bytes that are not a message of ours; nothing was applied. */
export class WireError extends Error {}

/** The wire of an error of a built-in class, as rich.ts reads it. */
export function writeError(error: Error, to: Writer): Wire {
  const type = findErrorClass(error);
  if (Object.getPrototypeOf(error) !== type.prototype || !Object.isExtensible(error)) to.refuse(NOT_PLAIN);
  const own = Object.getOwnPropertyNames(error) as (keyof Error)[];
  return { $: [type.name, 0, Object.fromEntries(own.map((key) => [key, to.write(error[key], key)]))] };
}

/** The built-in class that an error belongs to. */
export function findErrorClass(error: unknown): ErrorConstructor | AggregateErrorConstructor {
  const types = [TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError, AggregateError];
  return types.find((type) => error instanceof type) ?? Error;
}

export const NOT_PLAIN = 'not plain data';
