/** What is known of a built-in class that crosses. */
import { types } from 'node:util';
import type { Writer } from './codec.ts';

/** A built-in class, whatever it takes to make an instance. */
export type BuiltinClass = { readonly name: string; readonly prototype: object };

export interface Builtin {
  readonly type: BuiltinClass;
  /** Whether a value was made by this class, whatever its prototype is now. */
  is(value: unknown): boolean;
  /** What an instance holds besides its properties. With `to` it is about to cross, and may refuse to. */
  contents(value: never, to?: Writer, follow?: Follow): unknown[];
  /** Makes an empty instance. Its parts are put in later, because they may lead back to it. */
  empty?(): object;
  /** Makes an instance of its parts; there is this or `empty`. */
  of?(parts: unknown[]): object;
  /** Makes an instance hold just these parts. */
  set?(value: never, parts: unknown[]): void;
  /** Whether an own property only shows what it holds. */
  hides?(key: string | symbol, value: never): boolean;
}

/** What becomes of signals that are sent, see signal.ts. */
export interface Follow {
  /** Signals that were not aborted when the call was made. */
  since: ReadonlySet<object>;
  /** Called with each; refuses one that the other side cannot have, or could not be told of when it is aborted. */
  take(signal: AbortSignal, isLive: boolean, to: Writer): void;
}

/** Runtimes that are not Node lack some: nothing there is of such a type. */
export function findCheck(name: string): (value: unknown) => boolean {
  return types[`is${name}` as 'isMap'] ?? (() => false);
}

/** Whether it is the prototype of a built-in class, of this realm or of another one. */
export function isPrototypeOfClass(prototype: object, { prototype: own, name }: BuiltinClass): boolean {
  if (prototype === own) return true;
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof type === 'function' && type.name === name && /\[native code]/.test(Function.prototype.toString.call(type))
  );
}
