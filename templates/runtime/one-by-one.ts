/** A unit runs one call at a time: that is what its features are made for. Where a process is given several at once they wait here, in order. */
import type { UnitHandler } from './respond.ts';

const FREE = Symbol.for('faasify.free');

/** One for all units of the process: what they put in the place of its parts is there for each of them. */
type Shared = { [FREE]?: Promise<void> };

/** `gone`: what runs for a caller who has gone is cut off by the runtime, and does not come to its end. */
export function oneByOne(handler: UnitHandler, gone?: AbortSignal): (event: unknown) => Promise<unknown> {
  const shared = globalThis as Shared;
  return async (event) => {
    const before = shared[FREE];
    let release = () => {};
    shared[FREE] = new Promise((resolve) => {
      release = resolve;
    });
    gone?.addEventListener('abort', release);
    await before;
    try {
      return await handler(event);
    } finally {
      release();
    }
  };
}
