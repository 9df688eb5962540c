/** Signals that a call takes along, or why one stays here. */
import type { App } from './app.ts';
import type { Follow } from './builtin.ts';
import type { Route } from './plan.ts';
import { listSources } from './signal.ts';

export interface SignalsAlong extends Follow {
  /** Signals that were not aborted when the call was made, whatever became of them since. */
  since: Set<AbortSignal>;
  /** Those of them that may be aborted before it has ended. */
  live: Set<AbortSignal>;
}

/** `isStep`: of a generator. `since`: of the call whose request is made anew. */
export function takeSignals(
  app: App,
  { cut, signals }: Route,
  isStep: boolean,
  since: SignalsAlong['since'] = new Set(),
): SignalsAlong {
  if (!signals) return NONE;
  const live: SignalsAlong['live'] = new Set();
  return {
    since,
    live,
    take(signal, isLive, to) {
      if (!isLive) return;
      if (signal.onabort) to.refuse('an AbortSignal with an onabort handler');
      if (isStep) to.refuse('an AbortSignal that may be aborted while the generator stands half-way');
      if (cut.isAsync) checkAsync(app, signal, live, to);
      since.add(signal);
    },
  };
}

/** While a sync function runs, nothing is aborted. */
function checkAsync(app: App, signal: AbortSignal, live: Set<AbortSignal>, to: Parameters<Follow['take']>[2]): void {
  if ([...live].some((other) => shareSource(other, signal))) {
    to.refuse('an AbortSignal that is aborted together with another one');
  }
  if (!app.tellsAborts()) {
    to.refuse('an AbortSignal that may be aborted: the provider has no way to tell a function that runs');
  }
  live.add(signal);
}

/** For units that know no signals. */
const NONE: SignalsAlong = {
  since: new Set(),
  live: new Set(),
  take: (_signal, _isLive, to) => to.refuse('an AbortSignal'),
};

/** They are aborted at once, before anybody is told. */
function shareSource(one: AbortSignal, other: AbortSignal): boolean {
  const sources = new Set(listSources(one));
  return listSources(other).some((source) => sources.has(source));
}
