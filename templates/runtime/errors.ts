/** What goes wrong with values, and how a thrown value crosses. */
import type { Decoder } from './decode.ts';
import type { Wire } from './protocol.ts';

/** A value that cannot cross; nothing was sent. Message: `args[1].onClick: a function made outside the program`. */
export class Unsupported extends Error {
  readonly path: string;
  readonly reason: string;
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/** Bytes that are not a message of ours; nothing was applied. */
export class WireError extends Error {}

/**
 * What always crosses of a thrown value that cannot: an error with its message, stack, primitive properties and cause.
 * For when encoding the value itself was refused; take a new encoder.
 */
export function reduceError(thrown: unknown): Error {
  const error = new Error(`${typeof thrown} thrown`);
  if (typeof thrown !== 'object' || thrown === null) return error;
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(thrown))) {
    if (key === 'cause') property.value = reduceError(property.value);
    if (!/object|function|symbol/.test(typeof property.value) || key === 'cause')
      Object.defineProperty(error, key, property);
  }
  return error;
}

/**
 * The thrown value of an error reply, to be thrown again. The stack of an error that was made on the other side goes on
 * with the lines from the caller of `below`.
 */
export function decodeError(wire: Wire, decoder: Decoder, below: (...args: never[]) => unknown): unknown {
  const known = decoder.objects.length;
  const thrown = decoder.decode(wire);
  if (thrown instanceof Error && !decoder.objects.slice(0, known).includes(thrown)) continueStack(thrown, below);
  return thrown;
}

function continueStack(error: Error, below: (...args: never[]) => unknown): void {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, below);
  const lines = here.stack?.split('\n').slice(1) ?? [];
  const stack = Object.getOwnPropertyDescriptor(error, 'stack');
  if (stack?.writable) error.stack = [stack.value, ...lines].join('\n');
}
