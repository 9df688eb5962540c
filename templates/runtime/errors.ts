/** What goes wrong with values, and how a thrown value crosses. */
import type { Writer } from './codec.ts';
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
 * What always crosses of a thrown value that cannot: an error of the same built-in class with its message, stack,
 * primitive properties and causes. For when encoding the value itself was refused; take a new encoder.
 */
export function reduceError(thrown: unknown): unknown {
  if (!isCompound(thrown)) return thrown;
  const error: Error = Reflect.construct(Reflect.get(globalThis, nameOfError(thrown)), [[]]);
  error.message = `${(thrown as { message?: unknown }).message ?? `${typeof thrown} thrown`}`;
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(thrown))) {
    const { value } = property;
    const part = Array.isArray(value) ? value.map(reduceError) : reduceError(value);
    if (!isCompound(value) || key === 'cause' || key === 'errors')
      Object.defineProperty(error, key, { ...property, value: part });
  }
  return error;
}

/** The wire of an error of a built-in class, as rich.ts reads it. */
export function writeError(error: object, to: Writer): Wire {
  const name = nameOfError(error);
  if (Object.getPrototypeOf(error) !== Reflect.get(globalThis, name).prototype) to.refuse('not plain data');
  const own = Object.entries(Object.getOwnPropertyDescriptors(error));
  return { $: [name, 0, Object.fromEntries(own.map(([key, { value }]) => [key, to.write(value, key)]))] };
}

/** The built-in class that an error belongs to. */
function nameOfError(error: object): string {
  for (let next = error; next; next = Object.getPrototypeOf(next)) {
    const name = Object.getOwnPropertyDescriptor(next, 'constructor')?.value?.name;
    if (/Error$/.test(name) && Reflect.get(globalThis, name)?.prototype === next) return name;
  }
  return 'Error';
}

function isCompound(value: unknown): value is object {
  return /object|function|symbol/.test(typeof value) && value !== null;
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
