/** `--fallback local`: what becomes of calls that certainly did not run over there. */
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

export const noFallback: Fallback = { findReason: () => undefined, accept: () => undefined };

export function createFallback(now = performance.now.bind(performance)): Fallback {
  const down = new Map<string, { until: number; reason: string }>();
  return {
    findReason({ name }) {
      const found = down.get(name);
      return found && now() < found.until ? found.reason : undefined;
    },
    accept({ name }, { code, message, mayHaveRun }) {
      if (mayHaveRun) return undefined;
      const reason = `${code}: ${message}`;
      if (code !== 'too-large') down.set(name, { until: now() + REST, reason });
      return { reason, code };
    },
  };
}
