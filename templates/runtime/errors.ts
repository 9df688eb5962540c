/** What goes wrong with values, and how a thrown value crosses. */
import type { Writer } from './codec.ts';
import type { Decoder } from './decode.ts';
import type { Wire } from './protocol.ts';
import { captureStack, readStack } from './stack.ts';

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

/**
 * The thrown value of an error reply, to be thrown again. The stack of an error that was made on the other side goes on
 * with the lines behind the function that called `below`: its own line comes from there.
 */
export function decodeError(wire: Wire, decoder: Decoder, below: (...args: never[]) => unknown): unknown {
  const known = decoder.objects.length;
  const thrown = decoder.decode(wire);
  if (thrown instanceof Error && !decoder.objects.slice(0, known).includes(thrown)) continueStack(thrown, below);
  return thrown;
}

function continueStack(error: Error, below: (...args: never[]) => unknown): void {
  const lines = captureStack(below).stack?.split('\n').slice(2) ?? [];
  const stack = readStack(error);
  if (stack !== undefined) error.stack = [stack, ...lines].join('\n');
}
