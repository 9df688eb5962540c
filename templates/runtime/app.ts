/** The app's side of all cuts: one per sandbox that loads the runtime; the threads behind it are shared. */
import { join } from 'node:path';
import { type Pristine, rememberGlobals } from './ambient.ts';
import type { Counts } from './counts.ts';
import { shareFailure } from './failure.ts';
import { createFallback, type Fallback } from './fallback.ts';
import type { Unit } from './line.ts';
import type { Link } from './link.ts';
import { loadTransport } from './load-transport.ts';
import { type Locate, locateHere } from './locate.ts';
import type { Writers } from './order.ts';
import { createRouteLocator, findMaxRequest, findMissingService } from './places.ts';
import { planRoutes, type Route, readPlan } from './plan.ts';
import type { Stay } from './request.ts';
import { createSample, type Sample } from './sample.ts';
import { addSignals } from './signal.ts';
import type { Turns } from './turns.ts';

/** One function that the app calls through a cut. */
export interface Stub {
  id: string;
  /** Missing for a function that is not in the plan. */
  route: Route | undefined;
  /** Missing when every call may cross. */
  sample: Sample | undefined;
  /** Set when the unit could not send back what the function made: from then on its calls stay here. */
  stays: Stay | undefined;
}

export interface App {
  getStub(id: string): Stub;
  counts: Counts;
  writers: Writers;
  turns: Turns;
  /** What the globals were when the runtime was loaded. */
  globals: Map<string, Pristine>;
  /** A call that cannot cross throws. */
  strict: boolean;
  canBlock: boolean;
  /** An instance can be kept for the run of a generator. */
  holds: boolean;
  /** Bytes that a request may have. */
  findMaxRequest(unit: Unit): number;
  /** Starts the threads at the first call. */
  link(): Link;
  fallback: Fallback;
  /** A function that runs can be told that a signal is aborted which it was given. */
  tellsAborts(): boolean;
  /** Why no call can go to the unit now. */
  findHindrance(unit: Unit): string | undefined;
  locate: Locate;
}

/** Only a host of ours can be told, and that it is one has to be said. */
function isTold({ FAASIFY_ENDPOINT, FAASIFY_ABORTS }: NodeJS.ProcessEnv): boolean {
  return Boolean(FAASIFY_ENDPOINT) && FAASIFY_ABORTS === '1';
}

type LinkModule = typeof import('./link.ts');

/** Reads the plan in `folder`, where the runtime's own files are too; undefined in a bundle that is an ES module. */
export function createApp(folder: string | undefined, env: NodeJS.ProcessEnv = process.env): App {
  if (folder === undefined) throw new Error(BUNDLED);
  const plan = readPlan(folder);
  const outside = requireOutside<LinkModule>(folder, './link.cjs');
  const counts = outside.openCounts(env.FAASIFY_REPORT);
  const isLocal = plan.target === 'local';
  const file = join(folder, isLocal ? 'host.cjs' : plan.sdk ? 'invoke-sdk.cjs' : 'invoke.cjs');
  const link = () => outside.connect(file);
  const first = plan.units[0];
  const fallback = createFallback(() => plan.fallback === 'local');
  shareFailure();
  addSignals();
  if (isLocal && first) outside.warm(file, first.settings.memory);
  return {
    getStub: createStubs(planRoutes(plan, folder), plan.isBare ? {} : env),
    counts,
    writers: new Set(),
    turns: [],
    globals: rememberGlobals(new Set(plan.cuts.flatMap((cut) => cut.ambient))),
    strict: plan.isBare === true || env.FAASIFY_STRICT === '1',
    canBlock: canBlock(),
    holds: isLocal,
    findMaxRequest: (unit) => (isLocal ? Number.POSITIVE_INFINITY : findMaxRequest(unit)),
    link,
    fallback,
    tellsAborts: () => isLocal || isTold(process.env),
    findHindrance: (unit) => fallback.findReason(unit) ?? findMissingService(plan, loadTransport),
    locate: isLocal ? locateHere(outside.startZone) : createRouteLocator(loadTransport),
  };
}

/** Stubs by id, made when they are first called, also of functions that the plan does not know. */
export function createStubs(routes: ReadonlyMap<string, Route>, env: NodeJS.ProcessEnv): App['getStub'] {
  const { FAASIFY_LIMIT: limit, FAASIFY_SEED: seed = '' } = env;
  const stubs = new Map<string, Stub>();
  return (id) => {
    const found = stubs.get(id);
    if (found) return found;
    const sample = limit === undefined ? undefined : createSample(Number(limit), seed, id);
    const stub: Stub = { id, route: routes.get(id), sample, stays: undefined };
    stubs.set(id, stub);
    return stub;
  };
}

/**
 * Node's own require, also where a test runner has replaced it: modules that it loads exist once per thread and see the
 * real globals.
 */
function requireOutside<M>(folder: string, specifier: string): M {
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    return createRequire(join(folder, 'index.cjs'))(specifier) as M;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' ? new Error(BUNDLED, { cause: error }) : error;
  }
}

const BUNDLED =
  'the runtime of faasify was bundled together with the app, without the files that lie beside it: leave it out of the bundle ' +
  '(esbuild: --external:faasify/runtime), and put the bundle into the folder of the app';

/** False where this thread must not sleep. */
function canBlock(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0) === 'not-equal';
  } catch {
    return false;
  }
}
