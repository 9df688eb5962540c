/** What the stubs know: `plan.json` beside the runtime in `<app>/node_modules/faasify/`. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Follow } from './builtin.ts';
import type { Extension, WriteExtension } from './codec.ts';
import type { Unit, UnitPlace } from './line.ts';
import { plainOnly } from './plain.ts';
import { WIRE_VERSION } from './protocol.ts';
import { type RichOptions, rich } from './rich.ts';
import { tables } from './tables.ts';

/** How the calls of one function cross; the part of 2-plan's `CutPlan` that matters at run time. */
export interface StubCut {
  fn: string;
  unit: string;
  /** Number of arguments that the callee can see; null if there is no limit. */
  arity: number | null;
  /** What the callee may change. */
  changes: { args: number[] | 'all'; self: boolean };
  stateIn: string[];
  stateOut: string[];
  env: string[];
  /** Those of them that the unit has a value for, unless the caller has one. */
  given?: string[];
  /** What else of the process around goes along. */
  takes: ('cwd' | 'argv' | 'clock' | 'zone' | 'locale' | 'formats' | 'dates' | 'platform')[];
  /** The callee may end the process. */
  exits: boolean;
  /** Globals whose patching keeps a call here: `Math.random`. */
  ambient: string[];
  /** Nothing remains of a call but its reply: one whose reply is not used may be repeated, or run here. */
  repeatable: boolean;
  /** Its caller gets a promise, as the program was written. */
  isAsync: boolean;
  /** The callee waits for something outside, so that its calls end when they do. */
  waits: boolean;
  /** Modules that it may load. */
  loads?: string[];
  /** It calls no function that it is given. */
  lends?: boolean;
  /** A generator whose steps so far may be taken once more, in any instance. */
  replays?: boolean;
  contract: string;
}

export interface StubUnit {
  name: string;
  /** Absolute, or relative to plan.json. */
  bundle: string;
  settings: { memory: number; timeout: number; concurrency?: number; region?: string };
  /** What it is called at AWS, and the alias that is to be called; absent where it cannot be deployed. */
  deployed?: { name: string; alias: string };
  /** Where it is, in the order in which they are asked, if not at AWS alone. */
  places?: UnitPlace[];
  /** Milliseconds after which a repeatable call without an answer is made a second time. */
  hedge?: number;
  /** Takes through a bucket what is too large to be sent. */
  claims?: true;
  /** Of a unit that is called by another one: it may call that, while that waits for it. */
  callsBack?: true;
  /** Takes more than plain data. */
  rich: boolean;
  /** Takes tables as such, if nothing else: see tables.ts. */
  tables: boolean;
  /** Takes signals. */
  signals?: boolean;
  /** What the unit can name. */
  classes: string[];
  sites: string[];
  variables: string[];
  /** Static fields that change, by the classes that have them: such a class is one only with these. */
  keeps?: Record<string, string[]>;
}

export interface StubPlan {
  target: string;
  /** The app has no bodies: a call that cannot cross throws. */
  isBare?: boolean;
  /** A call that certainly did not run runs here. */
  fallback?: 'local';
  /** Calls to AWS go through its SDK. */
  sdk?: true;
  cuts: StubCut[];
  units: StubUnit[];
}

/** A cut with the unit it leads to. */
export interface Route {
  cut: StubCut;
  unit: Unit;
  /** Functions that the unit cannot have may go along, until one of them has been called. */
  lends: boolean;
  /** The unit takes signals. */
  signals: boolean;
  /** Writes what the unit can read. */
  write(follow?: Follow): WriteExtension;
  /** Reads what it answers. */
  read(): Extension;
}

const DEFAULT_CONCURRENCY = 8;

/** The plan in this folder, or one without cuts: then every call stays here. */
export function readPlan(folder: string): StubPlan {
  try {
    return JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as StubPlan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { target: 'local', cuts: [], units: [] };
  }
}

export function planRoutes(plan: StubPlan, folder: string): Map<string, Route> {
  const units = new Map(
    plan.units.map((unit) => {
      const state = plan.cuts.filter((cut) => cut.unit === unit.name).flatMap(({ stateIn }) => stateIn);
      const own = toUnit(unit, folder);
      const again = toRepeatable(own, unit);
      return [unit.name, { ...unit, unit: own, again, names: namesOf(unit), state: new Set(state) }];
    }),
  );
  const routes = new Map<string, Route>();
  for (const cut of plan.cuts) {
    const target = units.get(cut.unit);
    if (!target) continue;
    const lends = cut.lends === true;
    const options = { ...toOptions(cut, target), lends: () => route.lends };
    const read = () => rich(options);
    const write = (follow?: Follow) =>
      target.rich ? rich(follow ? { ...options, follow } : options) : writePlain(target);
    const { signals = false } = target;
    // The steps of a run are best taken where it is.
    const unit = cut.repeatable && !cut.replays ? target.again : target.unit;
    const route: Route = { cut, unit, lends, signals, write, read };
    routes.set(cut.fn, route);
  }
  return routes;
}

function writePlain(unit: StubUnit): WriteExtension {
  return unit.tables ? tables({ v: WIRE_VERSION, encode: plainOnly.encode }) : plainOnly;
}

/**
 * Of named objects the name crosses; the contents too if they are state. State that only other functions of the unit work
 * with is an object like any other.
 */
function toOptions(
  { stateIn }: StubCut,
  unit: { names: ReadonlySet<string>; state: ReadonlySet<string>; keeps?: Record<string, string[]> },
): RichOptions {
  const carried = new Set(stateIn);
  return {
    contents: (name) => carried.has(name),
    knows: (name) => unit.names.has(name) && (carried.has(name) || !unit.state.has(name)),
    isWhole: (name) => (unit.keeps?.[name] ?? []).every((id) => carried.has(id)),
    makes: ({ site }) => unit.names.has(site),
    v: WIRE_VERSION,
  };
}

function toUnit(stub: StubUnit, folder: string): Unit {
  const { name, bundle, settings } = stub;
  const { memory, timeout, concurrency = DEFAULT_CONCURRENCY } = settings;
  const path = isAbsolute(bundle) ? bundle : join(folder, bundle);
  const claims = stub.claims && { claims: stub.claims };
  const { places, callsBack } = stub;
  const at = { ...(places && { places, ...(callsBack && { callsBack }) }), ...findDeployed(stub) };
  return { name, bundle: path, ...at, ...claims, room: `${memory}`, memory, timeout, concurrency };
}

/** The unit for calls that may be made again, in another place or while the first one is under way. */
function toRepeatable(unit: Unit, { places = [], hedge }: StubUnit): Unit {
  if (places.length < 2 && hedge === undefined) return unit;
  return { ...unit, isRepeatable: true, ...(hedge !== undefined && { hedge }) };
}

/** What the unit is at the provider, and in which region if that is said. */
export function findDeployed({ deployed, settings: { region } }: StubUnit): Pick<Unit, 'deployed'> {
  return deployed ? { deployed: { ...deployed, ...(region !== undefined && { region }) } } : {};
}

function namesOf({ classes, sites, variables }: StubUnit): ReadonlySet<string> {
  return new Set([...classes, ...sites, ...variables]);
}
