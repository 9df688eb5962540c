import type { UnitPlace } from '../../templates/runtime/line.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { Provider } from '../providers/provider.ts';
import type {
  ClassId,
  FunctionFacts,
  FunctionId,
  Settings,
  Shape,
  UnitFeatures,
  UnitPlan,
  VariableFacts,
  VariableId,
} from '../types.ts';
import { isBrief } from './brief.ts';
import { isClosure, listCaptured } from './captured.ts';
import { groupBy } from './collections.ts';
import { findNamed, type Named } from './crossing.ts';
import { nameAt, nameDeployed } from './deployed-names.ts';
import { findRoute, findSchedule } from './entries.ts';
import { listEnvironment } from './environment.ts';
import { mayBeLent } from './lending.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import { changesAnything, hasSelf, takesFunctions } from './receiver.ts';
import { holdsTable, isOpen, isPlain, isWeak } from './shapes.ts';
import { meetsSignals } from './signals.ts';
import { findCarried } from './state.ts';
import { isOfZone, listSurroundings, mayExit } from './surroundings.ts';
import { nameUnits } from './unit-names.ts';
import { readUnitSettings } from './unit-settings.ts';
import { isAsynchronous } from './waiting.ts';
import { isWatched } from './watched.ts';
import { findWatch } from './watches.ts';

/** What the user wants, and where. */
interface Asked {
  settings: Settings;
  providers: readonly Provider[];
}

/** What has to be deployed: functions that belong together and want the same resources share a unit. */
export function planUnits(
  program: Program,
  entries: readonly FunctionFacts[],
  { settings, providers }: Asked,
  pinned: ReadonlySet<FunctionId>,
): UnitPlan[] {
  const groups = groupEntries(program, entries, settings);
  const moved = settings.nested === 'remote' ? entries.filter((fn) => !fn.isGenerator && !isClosure(fn)) : [];
  const names = nameUnits([...groups.keys()].sort());
  return [...groups]
    .map(([id, functions]) => {
      const nested = findNested(program, functions, moved);
      // What may be part of a call is to have the same name in both units.
      const named = findNamed(program, [...new Set([...functions, ...nested])], pinned);
      const name = names.get(id) ?? id;
      const isSloppy = functions.some((fn) => getFact(program.modules, fn.module).isSloppy);
      const mode = isSloppy ? { isSloppy: true as const } : {};
      const planned = planUnit(program, name, functions, named, { settings, providers });
      const unit = { ...planned, ...nameEverywhere(planned, { settings, providers }), ...mode };
      return nested.length === 0 ? unit : addNested(unit, nested);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** AWS has aliases, and so more than a name. Where the cheapest goes first, those of which no price is known go last. */
function nameEverywhere(
  { name: unit, settings: { target, memory } }: Pick<UnitPlan, 'name' | 'settings'>,
  { settings, providers }: Asked,
): Pick<UnitPlan, 'deployed' | 'places'> {
  if (settings.target === 'local') return { places: [] };
  const { app } = settings;
  const targets = target?.split(',') ?? settings.targets;
  const deployed = app !== undefined && targets.includes('lambda') ? nameDeployed(app, unit) : undefined;
  const places = targets
    .flatMap((name) => providers.find((provider) => provider.name === name) ?? [])
    .map((provider) => {
      const name = provider.name === 'lambda' ? deployed?.name : undefined;
      const price = settings.routing === 'cheapest' ? estimatePrice(provider, memory) : {};
      return { ...describePlace(provider, name ?? nameAt(provider, app, unit)), ...price };
    });
  const expensive = Number.POSITIVE_INFINITY;
  places.sort((a, b) => (a.price ?? expensive) - (b.price ?? expensive) || 0);
  return { ...(deployed && { deployed }), places };
}

/** Seconds that a call is taken to last where nothing is known of it. */
const USUAL_CALL = 0.1;

/** For a million calls, rounded to cents. */
function estimatePrice({ prices }: Provider, memory: number): { price?: number } {
  return prices ? { price: Math.round(prices.perCall(memory, USUAL_CALL) * 1e8) / 100 } : {};
}

function describePlace({ name: target, limits: { payload } }: Provider, name: string): UnitPlace {
  return { target, name, ...(Number.isFinite(payload) && { payload }) };
}

/** Those of the moved functions that something of the unit calls. */
function findNested(
  program: Program,
  functions: readonly FunctionFacts[],
  moved: readonly FunctionFacts[],
): FunctionFacts[] {
  if (moved.length === 0) return [];
  const called = new Set(findReached(program, functions).flatMap((fn) => fn.calls.flatMap((call) => call.targets)));
  return moved.filter((fn) => called.has(fn.id));
}

/** Whatever a call from unit to unit throws has to come home. */
function addNested(unit: UnitPlan, nested: readonly FunctionFacts[]): UnitPlan {
  return { ...unit, nested: nested.map((fn) => fn.id), features: { ...unit.features, rich: true, tables: false } };
}

/** Entry function → the unit that holds it. */
export function mapUnits(units: readonly UnitPlan[]): Map<FunctionId, UnitPlan> {
  return new Map(units.flatMap((unit) => unit.functions.map((id) => [id, unit] as const)));
}

/** By what they belong to; of those that want other resources than most, each kind gets a unit named for its first function. */
function groupEntries(
  program: Program,
  entries: readonly FunctionFacts[],
  settings: Settings,
): Map<string, FunctionFacts[]> {
  const groups = new Map<string, FunctionFacts[]>();
  for (const [home, functions] of groupBy(entries, (fn) => [getHome(program, fn, settings)])) {
    const kinds = [...groupBy(functions, (fn) => [formatSettings(fn, settings)]).values()];
    const [main, ...others] = kinds.sort((a, b) => b.length - a.length);
    if (main) groups.set(home, main);
    for (const other of others) groups.set(other[0]?.id ?? home, other);
  }
  return groups;
}

/** Closures belong to the function that they are written in. */
function getHome(program: Program, fn: FunctionFacts, settings: Settings): string {
  if (settings.depth === 'shallow') return fn.module;
  if (fn.parent !== undefined) return getHome(program, getFact(program.functions, fn.parent), settings);
  return fn.cls ?? (isClosure(fn) ? fn.module : fn.id);
}

function formatSettings(fn: FunctionFacts, settings: Settings): string {
  const { memory, timeout, region, concurrency, hedge, target, warm, ...deployed } = readUnitSettings(
    fn.annotation,
    settings,
  );
  const { storage, role, reservedConcurrency, provisionedConcurrency } = deployed;
  const parts = [
    memory,
    timeout,
    region,
    concurrency,
    hedge,
    target,
    storage,
    role,
    warm,
    reservedConcurrency,
    provisionedConcurrency,
  ];
  return parts.join(' ');
}

function planUnit(
  program: Program,
  name: string,
  functions: readonly FunctionFacts[],
  named: Named,
  { settings, providers }: Asked,
): UnitPlan {
  return {
    name,
    functions: functions.map((fn) => fn.id),
    settings: readUnitSettings(functions[0]?.annotation, settings, providers),
    places: [],
    ...named,
    keeps: listKept(program, named.classes),
    given: named.variables.filter((id) => !getFact(program.variables, id).stable),
    closures: functions.filter(isClosure).map((fn) => fn.id),
    watched: functions.filter((fn) => isWatched(program, fn)).map((fn) => fn.id),
    brief: functions.filter((fn) => isBrief(program, fn)).map((fn) => fn.id),
    nested: [],
    routes: functions.flatMap((fn) => findRoute(fn) ?? []),
    schedules: functions.flatMap((fn) => findSchedule(fn) ?? []),
    watches: functions.flatMap((fn) => findWatch(fn) ?? []),
    sent: named.variables.filter((id) => isSent(getFact(program.variables, id))),
    features: chooseFeatures(program, functions, named),
    ...(settings.claimCheck && settings.target !== 'local' && { claims: true as const }),
  };
}

/** What of the runtime its functions, and those that may arrive with their calls, have to have. */
function chooseFeatures(program: Program, functions: readonly FunctionFacts[], named: Named): UnitFeatures {
  const all = [...functions, ...named.sites.map((id) => getFact(program.functions, id))];
  const output = all.some((fn) => fn.effects.some(({ kind }) => kind === 'output'));
  const brief = functions.filter((fn) => isBrief(program, fn));
  const generators = functions.some((fn) => fn.isGenerator && !brief.includes(fn));
  const changes = all.some(changesAnything) || functions.some((fn) => findCarried(program, fn).stateIn.length > 0);
  const restores = changes || generators;
  const weak = functions.some((fn) => carriesWeak(program, fn));
  const exit = functions.some(mayExit);
  const around = listSurroundings(all, false);
  // What has had an effect cannot run here after all, should its result turn out to be more than its type says.
  const rich =
    output ||
    restores ||
    exit ||
    named.classes.length + named.variables.length + named.leaving.length > 0 ||
    functions.some((fn) => needsRich(program, fn));
  return {
    rich,
    tables: !rich && functions.some((fn) => listShapes(fn).some(holdsTable)),
    output,
    restore: restores && !weak,
    weak,
    generators,
    surroundings:
      functions.some((fn) => listEnvironment(fn).length > 0) ||
      around.some((one) => !isOfZone(one) && one !== 'platform'),
    zone: around.some(isOfZone),
    platform: around.includes('platform'),
    exit,
    texts: all.some((fn) => fn.effects.some(({ kind }) => kind === 'function-text')),
    lent: functions.some((fn) => mayBeLent(program, fn)),
    late:
      brief.length > 0 || functions.some((fn) => isWatched(program, fn) || (!isAsynchronous(fn) && isOpen(fn.returns))),
    signals: meetsSignals(program, functions),
  };
}

function listKept(program: Program, classes: readonly ClassId[]): Record<ClassId, VariableId[]> {
  const kept = classes.map((id) => [id, findKept(program, id)] as const);
  return Object.fromEntries(kept.filter(([, ids]) => ids.length > 0));
}

function findKept(program: Program, id: ClassId): VariableId[] {
  const base = program.classes.get(id)?.base;
  const own = getChangingFields(program).get(id) ?? [];
  return base?.kind === 'program' ? [...own, ...findKept(program, base.id)] : own;
}

/** Static fields that change, by their class: `shop#Cart.total` of `shop#Cart`. */
const getChangingFields = rememberFor((program: Program) => {
  const fields = program.analysis.variables.filter(
    ({ kind, assigned, mutated }) => kind === 'static' && (assigned || mutated),
  );
  const byClass = new Map<ClassId, VariableId[]>();
  for (const { id } of fields) {
    const cls = id.slice(0, id.lastIndexOf('.'));
    byClass.set(cls, [...(byClass.get(cls) ?? []), id]);
  }
  return byClass;
});

function carriesWeak(program: Program, fn: FunctionFacts): boolean {
  return findCarried(program, fn).stateIn.some((id) => isWeak(getFact(program.variables, id).shape));
}

/** Whatever is in it comes with the call, or the call runs elsewhere. */
function isSent({ assigned, mutated, stable }: VariableFacts): boolean {
  return !stable || assigned || mutated;
}

/** Something besides plain JSON may arrive or leave. */
function needsRich(program: Program, fn: FunctionFacts): boolean {
  return hasSelf(fn) || takesFunctions(program, fn) || !listShapes(fn).every(isPlain);
}

function listShapes(fn: FunctionFacts): Shape[] {
  return [...fn.params.map((param) => param.shape), fn.returns, ...listCaptured(fn)];
}
