import type { EffectFact, EffectKind, FunctionFacts, FunctionId, VariableId } from '../types.ts';
import { listCaptures } from './captured.ts';
import { getClosure } from './collections.ts';
import { listEnvironment, readsAnyEnvironment } from './environment.ts';
import { addClassFields, addFields } from './function-fields.ts';
import { getFact, type Program } from './program.ts';
import { hasSelf, mayHoldFunctions, takesFunctions } from './receiver.ts';
import { findAnyObstacle, holdsFunction } from './shapes.ts';
import { findCarried } from './state.ts';
import { isAsynchronous } from './waiting.ts';

/** Effects that a function handed over may have: the reply brings them home. Whatever else it does belongs to the side it was made on. */
const HANDED_OVER: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'reads',
  'writes',
  'output',
  'env',
  'time',
  'random',
  'zone',
  'locale',
  'formats',
  'texts',
  'dates',
  'ambient',
  'callback',
  'throws',
]);

/** What may arrive: functions by the place they come through. */
interface Openings {
  entries: ReadonlySet<FunctionId>;
  /** Functions that variables around the entries hold. */
  captured: ReadonlySet<FunctionId>;
  /** Names of fields that hold functions; `[]` for elements. */
  fields: Set<string>;
  /** Module state that arrives. */
  state: ReadonlySet<VariableId>;
  /** Functions that something of the unit may call. */
  called: ReadonlySet<FunctionId>;
}

/**
 * Functions of the program that may arrive at a unit as values, and do there what they do here. `pinned` are those whose mark
 * does not compile.
 */
export function findSites(
  program: Program,
  entries: readonly FunctionFacts[],
  reached: readonly FunctionFacts[],
  pinned: ReadonlySet<FunctionId>,
): FunctionFacts[] {
  const takers = entries.filter((fn) => takesFunctions(program, fn) || holdsFunctions(program, fn));
  if (takers.length === 0) return [];
  const own = new Set(reached.map((fn) => fn.id));
  const takesAny = entries.some((fn) => takesFunctions(program, fn) || handsOnFunctions(fn));
  const holders = entries.filter((fn) => mayHoldFunctions(program, fn));
  const isFit = (fn: FunctionFacts) => !pinned.has(fn.id) && isHarmless(program, fn, holders);
  const isNamed = (fn: FunctionFacts) => hasValueName(fn) && (takesAny || own.has(fn.id)) && isFit(fn);
  const named = program.analysis.functions.filter(isNamed);
  const closures = program.analysis.functions.filter((fn) => fn.site && isFit(fn));
  const openings = findOpenings(program, takers, reached);
  const sites = new Map(named.map((fn) => [fn.id, fn]));
  for (let before = -1; before < sites.size; ) {
    before = sites.size;
    for (const fn of closures) {
      if (sites.has(fn.id) || !mayArrive(fn, openings, sites)) continue;
      sites.set(fn.id, fn);
      for (const { shape } of fn.site?.captures ?? []) addFields(program, openings.fields, shape);
    }
  }
  return [...sites.values()];
}

/** What it has been given, step by step. */
function handsOnFunctions({ isGenerator, returns }: FunctionFacts): boolean {
  return isGenerator && holdsFunction(returns);
}

/** Functions may be in its object, or in what it captured. */
function holdsFunctions(program: Program, fn: FunctionFacts): boolean {
  return hasSelf(fn) || (listCaptures(fn).length > 0 && mayHoldFunctions(program, fn));
}

/** The top level of its module names it, and the program uses it as a value. */
export function hasValueName(fn: FunctionFacts): boolean {
  return fn.reach.kind !== 'none' && fn.valueUses.some(({ kind }) => kind === 'value');
}

/** All that it does is done for the caller as well: what it needs goes along with every call that may bring it. */
export function isHarmless(program: Program, fn: FunctionFacts, holders: readonly FunctionFacts[]): boolean {
  const isDone = !fn.isGenerator && !isAsynchronous(fn);
  const isShipped = !getFact(program.modules, fn.module).isTest;
  if (!isDone || !isShipped || !fn.effects.every((effect) => isHandedOver(program, effect))) return false;
  if (bringsOutFunctions(program, fn) || findAnyObstacle(fn.returns)) return false;
  const { stateIn, stateOut } = findCarried(program, fn);
  const env = listEnvironment(fn);
  if (stateIn.length + env.length === 0) return true;
  return holders.every((holder) => {
    const carried = findCarried(program, holder);
    const known = listEnvironment(holder);
    return (
      stateIn.every((id) => carried.stateIn.includes(id)) &&
      stateOut.every((id) => carried.stateOut.includes(id)) &&
      env.every((name) => known.includes(name))
    );
  });
}

function isHandedOver(program: Program, effect: EffectFact): boolean {
  const isState = effect.kind === 'reads' || effect.kind === 'writes';
  if (isState && (effect.subject === undefined || !program.variables.has(effect.subject))) return false;
  return HANDED_OVER.has(effect.kind) && !readsAnyEnvironment(effect);
}

/** Functions that it makes over there could not come back: those it returns, stores somewhere, or gives to a variable around it. */
function bringsOutFunctions(program: Program, fn: FunctionFacts): boolean {
  const inside = [...getClosure([fn.id], (id) => (program.children.get(id) ?? []).map((child) => child.id))].slice(1);
  const given = new Set(fn.site?.captures.flatMap(({ cell, functions }) => (cell ? functions : [])));
  const isStored = (id: FunctionId) => {
    const { site, flows, valueUses } = getFact(program.functions, id);
    return site ? (flows?.fields ?? []).length > 0 : valueUses.some(({ kind }) => kind === 'value');
  };
  return holdsFunction(fn.returns) || inside.some((id) => given.has(id) || isStored(id));
}

function findOpenings(program: Program, takers: readonly FunctionFacts[], reached: readonly FunctionFacts[]): Openings {
  const fields = new Set<string>();
  const state = new Set(takers.flatMap((fn) => findCarried(program, fn).stateIn));
  for (const id of state) addFields(program, fields, getFact(program.variables, id).shape);
  for (const fn of takers) {
    for (const { shape } of [...fn.params, ...listCaptures(fn)]) addFields(program, fields, shape);
    if (fn.cls !== undefined && hasSelf(fn)) addClassFields(program, fields, fn.cls);
  }
  const indirect = reached.flatMap((fn) => fn.calls).filter((call) => !call.direct);
  return {
    entries: new Set(takers.map((fn) => fn.id)),
    captured: new Set(takers.flatMap(listCaptures).flatMap(({ functions }) => functions)),
    fields,
    state,
    called: new Set(indirect.flatMap((call) => call.targets)),
  };
}

function mayArrive(
  { id, site, flows }: FunctionFacts,
  openings: Openings,
  sites: ReadonlyMap<FunctionId, FunctionFacts>,
): boolean {
  if (!site) return false;
  if (openings.captured.has(id)) return true;
  const { parametersOf = [], fields = [], variables = [] } = flows ?? {};
  if (parametersOf.some((target) => openings.entries.has(target))) return true;
  if (fields.some((name) => openings.fields.has(name))) return true;
  if (variables.some((id) => openings.state.has(id))) return true;
  if (fields.length > 0 && openings.called.has(id)) return true;
  return [...sites.values()].some((other) => other.site?.captures.some(({ functions }) => functions.includes(id)));
}
