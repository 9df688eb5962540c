/**
 * Functions that only the caller has, lent to a call that has no reason to call them: they stand for themselves, and come
 * home as what they are. Should one be called all the same, the call is made again where it came from.
 */
import type { Feature } from './dispatch.ts';
import { Unsupported } from './errors.ts';

/** The name of the one that was called. */
let called: string | undefined;

/** In the place of a function; `isOld`: it has a `prototype`. */
export function makeLent(name: string, length: number, isOld: boolean): () => never {
  const call = (): never => {
    called = name;
    throw new Error(`${name} is where this call came from`);
  };
  const fn = isOld ? () => call() : () => call();
  return Object.defineProperties(fn, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
    [Symbol.hasInstance]: { value: call },
  });
}

/** The feature of units to which functions may be lent: whatever comes of a call that has called one is of no use. */
export const lent: Feature = {
  begin() {
    called = undefined;
    return {
      end() {},
      add() {
        const name = called;
        called = undefined;
        if (name !== undefined) throw new Unsupported('ret', `it called ${name}, a function that only its caller has`);
      },
    };
  },
};
