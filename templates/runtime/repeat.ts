/** When a call without a reply is made again: where nobody can see that, a bounded number of times. */
import type { Failure, Outcome } from './line.ts';

/** Attempts at a call that never got through, or whose service is in trouble. */
const ATTEMPTS = 4;
/** Milliseconds before the second attempt; doubled for each further one, with jitter. */
const FIRST_PAUSE = 100;

interface Attempted {
  /** It may have run, and nobody can see that it runs again. */
  repeatable: boolean;
  /** It is a step of a run, which ends with its instance. */
  hold?: object | undefined;
}

/** Milliseconds until the next attempt; undefined if `outcome`, that of attempt number `attempt`, is the last word. */
export function findPause(outcome: Outcome, { repeatable, hold }: Attempted, attempt: number): number | undefined {
  if (hold || !('failure' in outcome) || !mayRepeat(outcome.failure, repeatable)) return undefined;
  if (isOfService(outcome.failure)) {
    return attempt < ATTEMPTS ? FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random()) : undefined;
  }
  return attempt === 1 ? 0 : undefined; // an instance has died, and a new one is there at once
}

/** Whether a repeat cannot be seen: the function has not begun, or it has no effects. What would only happen again is not tried. */
function mayRepeat({ code, mayHaveRun }: Failure, repeatable: boolean): boolean {
  switch (code) {
    case 'crash':
    case 'exit':
    case 'host':
    case 'unreachable':
    case 'throttled':
    case 'service':
      return repeatable || !mayHaveRun;
    default:
      return false;
  }
}

function isOfService({ code }: Failure): boolean {
  return code === 'unreachable' || code === 'throttled' || code === 'service';
}
