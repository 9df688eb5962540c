/** The feature of units whose functions may give a promise, or start something, although their types do not say so. */
import type { AnyFunction, Feature } from './dispatch.ts';

/** The real one, whatever a program puts in its place. */
const { setTimeout: wait } = globalThis;

/** What is known of the call that has just begun. */
interface Begun {
  /** A person waits for what it gives, whatever that is. */
  isByHand: boolean;
  /** Something goes on that it has not waited for. */
  isLeft: boolean;
}

let begun: Begun | undefined;
/** What a function that is watched has started so far. */
let left: unknown[] | undefined;

/** Notes in the reply that the function had ended before its result was there, or that something goes on. */
export const late: Feature = {
  begin(request) {
    let hasEnded = false;
    const call = { isByHand: !request.v, isLeft: false };
    begun = call;
    queueMicrotask(() => {
      hasEnded = true;
    });
    return {
      end() {},
      add(reply) {
        if (hasEnded) reply.late = true;
        if (call.isLeft) reply.left = true;
      },
    };
  },
};

/** What stands where a promise may be made that nobody waits for: `started(load(name))`. */
export function started<T>(value: T): T {
  if (left && isThenable(value)) left.push(value);
  return value;
}

/**
 * A function that may start something, or give a promise. If it does, its call is of no use, and is over when nothing of that goes on here:
 * it has come to its end then, or waits for something that does not happen here.
 */
export function watched(fn: AnyFunction): AnyFunction {
  return function (this: never, ...args: never[]) {
    const call = begun;
    if (!call || call.isByHand) return fn.apply(this, args);
    const own: unknown[] = [];
    left = own;
    try {
      const result: unknown = fn.apply(this, args);
      call.isLeft = own.some((one) => one !== result);
      return own.length > 0 || isThenable(result) ? endLeft([...own, result]) : result;
    } catch (error) {
      call.isLeft = own.length > 0;
      if (call.isLeft) return endLeft(own);
      throw error;
    } finally {
      left = undefined;
    }
  };
}

/**
 * A generator whose run is of use only if it ends at once. One that stops half-way comes to nothing, and cannot cross: its caller is told so
 * when nothing goes on here that it has started.
 */
export function brief(fn: AnyFunction): AnyFunction {
  return function (this: never, ...args: never[]) {
    const run = fn.apply(this, args) as Iterator<unknown>;
    let taken: IteratorResult<unknown> | undefined;
    const result = watched(() => {
      taken = run.next();
      return taken.done ? taken.value : undefined;
    })();
    return !taken || taken.done ? result : endLeft([taken.value]).then(() => run);
  };
}

/** All jobs are done before a timer comes. */
function endLeft(started: readonly unknown[]): Promise<void> {
  for (const one of started) if (one instanceof Promise) one.then(undefined, () => {});
  return new Promise((resolve) => wait(resolve, 0));
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
