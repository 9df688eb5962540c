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

/** The wire of an error of a built-in class, as rich.ts reads it. */
export function writeError(error: object, to: Writer): Wire {
  const name = nameOfError(error);
  if (Object.getPrototypeOf(error) !== Reflect.get(globalThis, name).prototype) to.refuse('not plain data');
  const own = Object.entries(Object.getOwnPropertyDescriptors(error));
  return { $: [name, 0, Object.fromEntries(own.map(([key, { value }]) => [key, to.write(value, key)]))] };
}

/** The built-in class that an error belongs to. */
export function nameOfError(error: object): string {
  for (let next = error; next; next = Object.getPrototypeOf(next)) {
    const name = Object.getOwnPropertyDescriptor(next, 'constructor')?.value?.name;
    if (/Error$/.test(name) && Reflect.get(globalThis, name)?.prototype === next) return name;
  }
  return 'Error';
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
