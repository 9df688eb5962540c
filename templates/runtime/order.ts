/** Calls that wait without sleeping must not overtake each other where one can change what the other sees. */

/** What a call can see and change: ids of module variables, and objects of the caller. */
export interface Footprint {
  sees: readonly unknown[];
  changes: ReadonlySet<unknown>;
}

/** A call that changes something and has not ended. */
export interface Writer {
  changes: ReadonlySet<unknown>;
  /** Sleeps until the call has ended and what it changed is here. */
  wait(): void;
  /** What waits for its end. */
  followers: (() => void)[];
}

/** The calls in flight that change something, in order. */
export type Writers = Set<Writer>;

/** The calls in flight whose changes this call would see or undo. */
export function findWriters(writers: Writers, sees: readonly unknown[]): Writer[] {
  if (writers.size === 0) return [];
  const seen = new Set(sees);
  return [...writers].filter(({ changes }) => intersects(changes, seen));
}

/** Runs `start` when the last of these calls has ended; at once if there are none. */
export function startAfter(writers: readonly Writer[], start: () => void): void {
  let left = writers.length;
  if (left === 0) return start();
  const tick = () => {
    if (--left === 0) start();
  };
  for (const writer of writers) writer.followers.push(tick);
}

/** Takes a call off the list and starts what waits for it. */
export function endWriter(writers: Writers, writer: Writer): void {
  writers.delete(writer);
  for (const run of writer.followers) run();
}

function intersects(some: ReadonlySet<unknown>, others: ReadonlySet<unknown>): boolean {
  for (const value of some) {
    if (others.has(value)) return true;
  }
  return false;
}
