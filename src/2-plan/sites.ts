import type { FunctionFacts, FunctionId, VariableId } from '../types.ts';
import { listCaptures } from './captured.ts';
import { addClassFields, addFields } from './function-fields.ts';
import { findBrought, isHarmless } from './harmless.ts';
import { getFact, type Program } from './program.ts';
import { findCalledIndirectly } from './reached.ts';
import { hasSelf, mayHoldFunctions, takesFunctions } from './receiver.ts';
import { holdsFunction } from './shapes.ts';
import { findCarried } from './state.ts';

/** What may arrive: functions by the place they come through. */
interface Openings {
  entries: ReadonlySet<FunctionId>;
  /** Functions that variables around the entries hold. */
  captured: ReadonlySet<FunctionId>;
  /** Names of fields that hold functions; `[]` for elements. */
  fields: Set<string>;
  /** Module state that arrives. */
  state: ReadonlySet<VariableId>;
  /** Functions that something of the unit may call as a value. */
  isCalled: (id: FunctionId) => boolean;
  /** Functions that variables around those hold that arrive. */
  held: Set<FunctionId>;
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
  const brought = findBrought(program, holders);
  const isFit = (fn: FunctionFacts) => !pinned.has(fn.id) && isHarmless(program, fn, brought);
  const isNamed = (fn: FunctionFacts) => hasValueName(fn) && (takesAny || own.has(fn.id)) && isFit(fn);
  const named = program.analysis.functions.filter(isNamed);
  const closures = program.analysis.functions.filter((fn) => fn.site && isFit(fn));
  const openings = findOpenings(program, takers, reached);
  const sites = new Map(named.map((fn) => [fn.id, fn]));
  const addHeld = ({ site }: FunctionFacts) => {
    for (const id of site?.captures.flatMap(({ functions }) => functions) ?? []) openings.held.add(id);
  };
  for (const fn of named) addHeld(fn);
  for (let before = -1; before < sites.size; ) {
    before = sites.size;
    for (const fn of closures) {
      if (sites.has(fn.id) || !mayArrive(fn, openings)) continue;
      sites.set(fn.id, fn);
      addHeld(fn);
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

function findOpenings(program: Program, takers: readonly FunctionFacts[], reached: readonly FunctionFacts[]): Openings {
  const fields = new Set<string>();
  const state = new Set(takers.flatMap((fn) => findCarried(program, fn).stateIn));
  for (const id of state) addFields(program, fields, getFact(program.variables, id).shape);
  for (const fn of takers) {
    for (const { shape } of [...fn.params, ...listCaptures(fn)]) addFields(program, fields, shape);
    if (fn.cls !== undefined && hasSelf(fn)) addClassFields(program, fields, fn.cls);
  }
  return {
    entries: new Set(takers.map((fn) => fn.id)),
    captured: new Set(takers.flatMap(listCaptures).flatMap(({ functions }) => functions)),
    fields,
    state,
    isCalled: findCalledIndirectly(program, reached),
    held: new Set(),
  };
}

function mayArrive({ id, site, flows }: FunctionFacts, openings: Openings): boolean {
  if (!site) return false;
  if (openings.captured.has(id) || openings.held.has(id)) return true;
  const { parametersOf = [], fields = [], variables = [] } = flows ?? {};
  if (parametersOf.some((target) => openings.entries.has(target))) return true;
  if (fields.some((name) => openings.fields.has(name))) return true;
  if (variables.some((id) => openings.state.has(id))) return true;
  return fields.length > 0 && openings.isCalled(id);
}
