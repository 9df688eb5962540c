/**
 * The stubs of a unit that calls others (`--nested remote`): as in an app, but what a request is for runs here. Whoever runs the
 * unit leads to the others; where nobody does, and it has been deployed, it goes there by itself.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rememberGlobals } from './ambient.ts';
import { type App, createStubs } from './app.ts';
import type { Away } from './away.ts';
import { createTally } from './counts.ts';
import { callPromising, callSleeping, callWaiting, type Pending, type Returned } from './crossing.ts';
import type { Hooks } from './dispatch.ts';
import { FaasifyError, shareFailure } from './failure.ts';
import { createFallback } from './fallback.ts';
import { findAway, findInnerLink } from './inner-link.ts';
import { planRoutes, type StubPlan } from './plan.ts';

export interface NestedPlan extends Pick<StubPlan, 'cuts' | 'units'> {
  /** The function that is called by a request that names none. */
  first: string;
}

export interface Nested {
  cut(id: string, args: ArrayLike<unknown>, self?: unknown): Returned | undefined;
  cutAsync(id: string, args: ArrayLike<unknown>, self?: unknown): Pending | undefined;
  cutPromise(id: string, args: ArrayLike<unknown>, self?: unknown): Promise<never> | undefined;
  /** The feature of the handler: tells a call that arrives from one that is made, and counts the latter. */
  nested: Hooks;
}

/** The call that the unit has in hand. */
interface Running {
  /** The function it is for, until its body begins. */
  arrived: string | undefined;
}

/**
 * Import what it returns before the code that calls, as globals are remembered. `url` is that of the unit's bundle; where there are
 * no files there are no threads either, and what it calls stays inside.
 */
export function connect(url: string | undefined, plan: NestedPlan, away?: Away): Nested {
  const tally = createTally();
  const app = url
    ? createUnitApp(dirname(fileURLToPath(url)), plan, tally, away)
    : createUnitApp('', plan, tally, undefined);
  let running: Running | undefined;

  /** The body that a request is for, and all that runs outside of requests. */
  function isHere(id: string): boolean {
    if (running?.arrived !== undefined && running.arrived === id) {
      running.arrived = undefined;
      return true;
    }
    return running === undefined;
  }

  const nested: Nested = {
    cut: (...call) => (isHere(call[0]) ? undefined : callSleeping(app, nested.cut, ...call)),
    cutAsync: (...call) => (isHere(call[0]) ? undefined : callWaiting(app, nested.cutAsync, ...call)),
    cutPromise: (...call) => (isHere(call[0]) ? undefined : callPromising(app, nested.cutPromise, ...call)),
    nested: {
      begin({ fn = plan.first }) {
        running = { arrived: fn };
        if (!app.canBlock) forgetCalls(app);
        return {
          end() {
            running = undefined;
          },
          add(reply) {
            const calls = tally.take();
            if (Object.keys(calls).length > 0) reply.calls = calls;
          },
        };
      },
    },
  };
  return nested;
}

/** Of a call that was cut off with all that it waited for: that never comes. */
function forgetCalls({ turns, writers }: App): void {
  turns.length = 0;
  writers.clear();
}

function createUnitApp(folder: string, plan: NestedPlan, counts: App['counts'], away: Away | undefined): App {
  shareFailure();
  const way = () => findAway() ?? away;
  return {
    getStub: createStubs(planRoutes({ target: 'local', ...plan }, folder), process.env),
    counts,
    writers: new Set(),
    turns: [],
    globals: rememberGlobals(new Set(plan.cuts.flatMap((cut) => cut.ambient))),
    strict: process.env.FAASIFY_STRICT === '1',
    get canBlock() {
      return findInnerLink() !== undefined || way()?.canSleep !== false;
    },
    holds: false,
    findMaxRequest: (unit) => (findInnerLink() ? undefined : way()?.findMaxRequest(unit)) ?? Number.POSITIVE_INFINITY,
    link() {
      const link = findInnerLink() ?? way()?.open(folder);
      if (!link) throw new FaasifyError('host', plan.first, NO_WAY, false);
      return link;
    },
    fallback: createFallback((failure) => way()?.isCrowded(failure) === true),
    tellsAborts: () => findInnerLink() !== undefined,
    findHindrance(unit) {
      const link = findInnerLink();
      const out = way();
      if (!link) return out ? (this.fallback.findReason(unit) ?? out.findHindrance(unit)) : NO_WAY;
      return link.isFull(unit) ? 'too many instances are in use for --nested remote' : undefined;
    },
    locate: (fn, unit) => (findInnerLink() ? unit : (way()?.locate(fn, unit) ?? unit)),
  };
}

const NO_WAY = 'nothing leads from here to other units';
