/** Clocks that count from the start of a process: while a call runs, a unit's go on from where its caller's stand. */

/** Milliseconds of `performance.now()` and `performance.timeOrigin`, seconds of `process.uptime()`, nanoseconds of `process.hrtime()`. */
export type Clock = [now: number, origin: number, uptime: number, hrtime: string];

export function readClock(): Clock {
  const performance = getPerformance();
  return [performance.now(), performance.timeOrigin, process.uptime(), `${process.hrtime.bigint()}`];
}

/** Where a test runner has made a realm without one, Node's own. */
function getPerformance(): typeof performance {
  return globalThis.performance ?? process.getBuiltinModule('node:perf_hooks').performance;
}

/** The real clock, whatever fake timers come later. */
export function bindNow(): () => number {
  const performance = getPerformance();
  return performance.now.bind(performance);
}

/** Puts clocks that can be set in the place of those of this process; returns what sets them, to their own time for undefined. */
export function wrapClocks(): (clock: Clock | undefined) => void {
  const { hrtime, uptime } = process;
  const own = performance;
  const getNow = own.now.bind(own);
  const ownOrigin = own.timeOrigin;
  let [now, origin, up, nanoseconds] = [0, ownOrigin, 0, 0n];
  const getTime = () => hrtime.bigint() + nanoseconds;
  Object.defineProperties(own, {
    now: { value: () => getNow() + now, writable: true, configurable: true },
    timeOrigin: { get: () => origin, configurable: true },
  });
  process.uptime = () => uptime() + up;
  process.hrtime = Object.assign((since?: [number, number]) => toPair(getTime(), since), { bigint: getTime });
  return (clock) => {
    if (!clock) [now, origin, up, nanoseconds] = [0, ownOrigin, 0, 0n];
    else
      [now, origin, up, nanoseconds] = [
        clock[0] - getNow(),
        clock[1],
        clock[2] - uptime(),
        BigInt(clock[3]) - hrtime.bigint(),
      ];
  };
}

function toPair(time: bigint, since: [number, number] = [0, 0]): [number, number] {
  const passed = time - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
  const seconds = passed / 1_000_000_000n;
  return [Number(seconds), Number(passed - seconds * 1_000_000_000n)];
}
