/** The app's stubs: every function that moves begins with a call of `cut` or `cutAsync`. */
import { createApp } from './app.ts';
import { callPromising, callSleeping, callWaiting, type Pending, type Returned } from './crossing.ts';
import { type AsyncDelegate, type Delegate, pullSleeping, pullWaiting } from './pulls.ts';

// An ES module that a bundler has made of it has no `__dirname`.
const app = createApp(typeof __dirname === 'string' ? __dirname : undefined);

/**
 * Calls the function in its unit and sleeps until it has ended: `{ ret }`, or throws what it threw. Undefined if this
 * call has to run here.
 */
export function cut(id: string, args: ArrayLike<unknown>, self?: unknown): Returned | undefined {
  return callSleeping(app, cut, id, args, self);
}

/** The same for an async function: `const $ = cutAsync('m#f', arguments); if ($ && (await $)) return $.ret;` */
export function cutAsync(id: string, args: ArrayLike<unknown>, self?: unknown): Pending | undefined {
  return callWaiting(app, cutAsync, id, args, self);
}

/** The same for a function that is not async but gives a promise: of what it returns. The body can run only at once. */
export function cutPromise(id: string, args: ArrayLike<unknown>, self?: unknown): Promise<never> | undefined {
  return callPromising(app, cutPromise, id, args, self);
}

/**
 * The same for a generator, when it takes its first step: `const $ = cutGenerator('m#f', arguments); if ($) return yield* $;`
 */
export function cutGenerator(id: string, args: ArrayLike<unknown>, self?: unknown): Delegate | undefined {
  return pullSleeping(app, cutGenerator, id, args, self);
}

/** For an async generator: `const $ = cutAsyncGenerator('m#f', arguments); if ($ && (await $)) return yield* $;` */
export function cutAsyncGenerator(id: string, args: ArrayLike<unknown>, self?: unknown): AsyncDelegate | undefined {
  return pullWaiting(app, cutAsyncGenerator, id, args, self);
}
