/** What becomes of calls that certainly did not run over there. */
import { bindNow } from './clock.ts';
import { describeDetail } from './failure.ts';
import type { Failure, Unit } from './line.ts';
import type { Stay } from './request.ts';

export interface Fallback {
  /** Why calls to the unit are not even tried now. */
  findReason(unit: Unit): string | undefined;
  /** The reason to run a call here after all; undefined if its failure is the program's business. */
  accept(unit: Unit, failure: Failure): Stay | undefined;
}

/** Milliseconds for which a unit that could not be reached is left alone. */
const REST = 5000;

/** They say nothing of the program: an instance has the code of many units, and a unit may be loaded in another order. */
const OURS = new Set(['load', 'out-of-memory']);

/**
 * A unit whose code cannot be loaded never will be: its functions run here. So does a call whose instance had no room for its
 * unit, or whose request is too large for a provider that takes nothing through a bucket, and any that did not reach its unit and that `accepts` says so of: with `--fallback local` all of them.
 */
export function createFallback(accepts: (failure: Failure) => boolean, now = bindNow()): Fallback {
  const down = new Map<string, { until: number; reason: string }>();
  return {
    findReason({ name }) {
      const found = down.get(name);
      return found && now() < found.until ? found.reason : undefined;
    },
    accept({ name, place }, failure) {
      const { code, message, mayHaveRun, detail } = failure;
      const isOurs = OURS.has(code) || (code === 'too-large' && place !== undefined);
      if (mayHaveRun || !(isOurs || accepts(failure))) return undefined;
      const reason = `${code}: ${message}${code === 'load' && detail ? `: ${describeDetail(detail)}` : ''}`;
      const until = code === 'load' ? Number.POSITIVE_INFINITY : now() + REST;
      if (code !== 'too-large' && code !== 'out-of-memory') down.set(name, { until, reason });
      return { reason, code };
    },
  };
}
