/**
 * A unit runs one call at a time: that is what its features are made for. Where a process is given several at once they wait here, in
 * order. One that takes longer than its unit may is answered with that, and what it still does must meet no other call: the process ends.
 */
import { NoAnswer, type UnitHandler } from './respond.ts';

const UNITS = Symbol.for('faasify.taking-turns');
const LAST = Symbol.for('faasify.last');
const SPENT = Symbol.for('faasify.spent');

/** One for all units of the process: what they put in the place of its parts is there for each of them. */
type Shared = { [UNITS]?: Set<string>; [LAST]?: Promise<void>; [SPENT]?: true };

const shared = globalThis as Shared;

export interface Limits {
  /** What the unit is called at the provider. */
  name: string;
  /** Seconds that a call may take. */
  timeout: number;
  /**
   * What becomes of the process when one has taken longer: it is replaced by the provider once it has ended; it is not ours, and has to be
   * replaced by whoever has loaded the unit; or the runtime cuts off what has been answered, and it goes on.
   */
  spent?: 'exit' | 'refuse' | 'go-on';
}

/** `gone`: what runs for a caller who has gone is cut off by the runtime, and does not come to its end. */
export type Run = (event: unknown, gone?: AbortSignal) => Promise<unknown>;

export function oneByOne(handler: UnitHandler, { name, timeout, spent = 'exit' }: Limits): Run {
  shared[UNITS] = (shared[UNITS] ?? new Set()).add(name);
  return async (event, gone) => {
    const before = shared[LAST];
    let release = () => {};
    shared[LAST] = new Promise((resolve) => {
      release = resolve;
    });
    gone?.addEventListener('abort', release);
    await before;
    try {
      if (shared[SPENT]) throw new NoAnswer(429, 'Instance.Spent', REFUSED);
      return await runInTime(handler, event, timeout, () => spend(spent));
    } finally {
      release();
    }
  };
}

const REFUSED = 'a call before this one took too long, and its instance takes no others';

/** A call to a unit of this process would wait for the one that makes it. */
export function sharesProcess(name: string): boolean {
  return shared[UNITS]?.has(name) === true;
}

/** Of a timer: with more it would be none. */
const MAX_DELAY = 2 ** 31 - 1;

async function runInTime(handler: UnitHandler, event: unknown, seconds: number, spend: () => void): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        spend();
        reject(new NoAnswer(504, 'Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`));
      },
      Math.min(seconds * 1000, MAX_DELAY),
    );
  });
  try {
    return await Promise.race([handler(event), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds in which the answers go out. */
const GRACE = 250;

function spend(spent: NonNullable<Limits['spent']>): void {
  if (spent === 'go-on') return;
  shared[SPENT] = true;
  // The function may have something of its own in the place of `process.exit`.
  const { reallyExit = process.exit } = process as { reallyExit?: (code: number) => void };
  if (spent === 'exit') setTimeout(() => reallyExit.call(process, 1), GRACE);
}
