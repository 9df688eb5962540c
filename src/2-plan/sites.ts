import { BitSet } from '../1-analyze/flow/bit-set.ts';
import type { FunctionFacts, FunctionId, SiteCapture } from '../types.ts';
import { listCaptures } from './captured.ts';
import { type Flows, getFlows } from './flows.ts';
import { findClassFields, findFunctionFields } from './function-fields.ts';
import { findBrought, isHarmless } from './harmless.ts';
import { findMet, mayBeLent } from './lending.ts';
import { listMembers, setOf } from './numbers.ts';
import { getFact, type Program } from './program.ts';
import { findCalledIndirectly } from './reached.ts';
import { hasSelf, mayHoldFunctions, takesFunctions } from './receiver.ts';
import { holdsFunction } from './shapes.ts';
import { findCarried } from './state.ts';

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
  const met = new Set(entries.flatMap((fn) => (mayBeLent(program, fn) ? findMet(program, fn) : [])));
  if (takers.length === 0) return [...met];
  const own = new Set(reached.map((fn) => fn.id));
  const takesAny = entries.some((fn) => takesFunctions(program, fn) || handsOnFunctions(fn));
  const holders = entries.filter((fn) => mayHoldFunctions(program, fn));
  const brought = findBrought(program, holders);
  const isFit = (fn: FunctionFacts) => !pinned.has(fn.id) && isHarmless(program, fn, brought);
  const isNamed = (fn: FunctionFacts) => met.has(fn) || (hasValueName(fn) && (takesAny || own.has(fn.id)) && isFit(fn));
  const named = program.analysis.functions.filter(isNamed);
  const openings = new Openings(program, takers, entries);
  const sites = new Map(named.map((fn) => [fn.id, fn]));
  for (const fn of named) openings.openHeld(fn);
  for (let arriving = openings.takeNew(); arriving.length > 0; arriving = openings.takeNew()) {
    for (const fn of arriving) {
      if (!fn.site || sites.has(fn.id) || !isFit(fn)) continue;
      sites.set(fn.id, fn);
      openings.openHeld(fn);
      for (const { shape } of fn.site.captures) openings.openFields(findFunctionFields(program, shape));
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

/** What may arrive: functions by the places they come through, more and more of them with what those bring that arrive. */
class Openings {
  readonly #flows: Flows;
  readonly #arriving = new BitSet();
  readonly #fields = new BitSet();
  /** Those of the arriving that nobody has taken yet. */
  #fresh: BitSet | undefined;

  constructor(program: Program, takers: readonly FunctionFacts[], entries: readonly FunctionFacts[]) {
    this.#flows = getFlows(program);
    const { intoParameters, intoVariable, stored } = this.#flows;
    for (const fn of takers) {
      this.#open(intoParameters.get(fn.id));
      this.#openCaptured(listCaptures(fn));
      for (const { shape } of [...fn.params, ...listCaptures(fn)]) this.openFields(findFunctionFields(program, shape));
      if (fn.cls !== undefined && hasSelf(fn)) this.openFields(findClassFields(program, fn.cls));
    }
    for (const id of new Set(takers.flatMap((fn) => findCarried(program, fn).stateIn))) {
      this.#open(intoVariable.get(id));
      this.openFields(findFunctionFields(program, getFact(program.variables, id).shape));
    }
    this.#open(stored.common(findCalledIndirectly(program, entries)));
  }

  openFields(names: BitSet): void {
    for (const name of this.#fields.addAll(names)?.list() ?? []) {
      this.#open(this.#flows.intoField[name]);
      this.#open(this.#flows.behindField[name]);
    }
  }

  /** What variables hold that a function has captured which arrives. */
  openHeld({ site }: FunctionFacts): void {
    this.#openCaptured(site?.captures ?? []);
  }

  takeNew(): FunctionFacts[] {
    const fresh = this.#fresh;
    this.#fresh = undefined;
    return fresh ? listMembers(this.#flows, fresh) : [];
  }

  #openCaptured(captures: readonly SiteCapture[]): void {
    for (const { functions } of captures) this.#open(setOf(this.#flows, functions));
  }

  #open(functions: BitSet | undefined): void {
    if (functions) this.#fresh = this.#arriving.addAll(functions, this.#fresh);
  }
}
