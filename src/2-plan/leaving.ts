/** Functions that come home: what a call of a unit returns, or leaves in what it changes. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { ClassFacts, FunctionFacts, FunctionId, Shape } from '../types.ts';
import { isClosure, listCaptured, listCaptures } from './captured.ts';
import { type Flows, getFlows } from './flows.ts';
import { findClassFields, findFieldNames, findFunctionFields } from './function-fields.ts';
import { getFact, type Program } from './program.ts';
import { changesAnything } from './receiver.ts';
import { holdsFunction, listParts, mayBeFunction, remember } from './shapes.ts';
import { hasValueName } from './sites.ts';
import { findCarried } from './state.ts';

/** `certain`: as far as types and flow say. `wide`: only because something may hold anything. */
type Passage = 'certain' | 'wide' | undefined;

/** A function of the program that may come home, and whether it can. */
export interface Leaver {
  fn: FunctionFacts;
  /** By what types and flow say, not only because something that leaves may hold anything. */
  isCertain: boolean;
  /** Why not. */
  why?: string;
}

/** What has to do with leaving whatever the unit: found once. */
interface Lasting {
  /** Numbers of the functions that have a name, in their order. */
  named: readonly number[];
  /** Those of functions that are made with each instance: `onClick = () => …`. */
  members: readonly number[];
  /** What goes along with a function that leaves: functions that its captured variables hold, and names of fields inside them. */
  taken: Map<number, Taken>;
}

interface Taken {
  functions: BitSet;
  fields: BitSet;
}

const getLasting = rememberFor(findLasting);

function findLasting(program: Program): Lasting {
  const { numbers } = getFlows(program);
  const listThose = (isOne: (fn: FunctionFacts) => boolean) =>
    program.analysis.functions.filter(isOne).map(({ id }) => getFact(numbers, id));
  return {
    named: listThose(hasValueName),
    members: listThose((fn) => fn.site !== undefined && fn.cls !== undefined && fn.parent === undefined),
    taken: new Map(),
  };
}

/**
 * Functions that calls of `entries` may bring home: those made by something that is reached there, and those that have a name.
 * Each can be made again by the caller, or is named there, or `why` says what stands against it. `pinned` are those whose text
 * does not compile there.
 */
export function findLeavers(
  program: Program,
  entries: readonly FunctionFacts[],
  reached: readonly FunctionFacts[],
  pinned: ReadonlySet<FunctionId>,
): Leaver[] {
  const { functions, numbers } = getFlows(program);
  const { named, members } = getLasting(program);
  const made = reached.filter((fn) => fn.reach.kind === 'none' && fn.parent !== undefined);
  const candidates = [...named, ...made.map(({ id }) => getFact(numbers, id)), ...members];
  const exits = new Exits(program, entries);
  const leaving = new Map<number, Leaver>();
  for (let before = -1; before < leaving.size; ) {
    before = leaving.size;
    exits.openHeld();
    for (const number of candidates) {
      const passage = leaving.has(number) ? undefined : exits.findPassage(number);
      if (!passage) continue;
      const fn = functions[number] as FunctionFacts;
      leaving.set(number, judge(fn, passage === 'certain', pinned));
      exits.follow(number);
    }
  }
  return [...leaving.values()];
}

/** A class that is made anew with each call, where something may return one. */
export function findMadeClass(program: Program, reached: readonly FunctionFacts[]): ClassFacts | undefined {
  return program.analysis.classes.find(
    ({ reach, module, span }) =>
      reach === undefined &&
      reached.some((fn) => fn.module === module && fn.span.start <= span.start && span.end <= fn.span.end),
  );
}

function judge(fn: FunctionFacts, isCertain: boolean, pinned: ReadonlySet<FunctionId>): Leaver {
  if (fn.reach.kind !== 'none') return { fn, isCertain };
  if (pinned.has(fn.id)) return { fn, isCertain, why: 'its text does not compile outside of its function' };
  if (fn.site) return { fn, isCertain };
  return { fn, isCertain, why: fn.siteless ?? 'it is a member of a class that is made inside a function' };
}

/** The ways by which functions leave a unit: more and more of them, as those that leave take others along. */
class Exits {
  readonly #program: Program;
  readonly #flows: Flows;
  /** By what types and flow say. */
  readonly #certain = new BitSet();
  /** What is certain from the next round on. */
  readonly #held = new BitSet();
  /** Numbers of the names of fields that hold functions. */
  readonly #fields = new BitSet();
  /** Something that leaves may hold anything. */
  readonly #isWide: boolean;

  constructor(program: Program, entries: readonly FunctionFacts[]) {
    this.#program = program;
    this.#flows = getFlows(program);
    const { outOf, intoVariable, behindField, numbers } = this.#flows;
    const state = new Set(entries.flatMap((fn) => findCarried(program, fn).stateOut));
    const shapes = [...entries.flatMap(listExits), ...[...state].map((id) => getFact(program.variables, id).shape)];
    for (const shape of shapes) this.#openFields(findFunctionFields(program, shape));
    for (const fn of entries)
      if (!isClosure(fn) && fn.cls !== undefined && fn.changes.self) this.#openFields(findClassFields(program, fn.cls));
    // There may be an accessor behind each field, whatever it holds.
    for (const shape of shapes) for (const name of findFieldNames(program, shape)) this.#open(behindField[name]);
    for (const { id } of entries) this.#open(outOf.get(id));
    for (const id of state) this.#open(intoVariable.get(id));
    const shared = entries.flatMap(listCaptures).flatMap(({ cell, functions }) => (cell ? functions : []));
    for (const id of shared) this.#certain.add(getFact(numbers, id));
    // A function may have properties that its shape does not tell.
    this.#isWide =
      entries.some(({ returns }) => holdsAny(returns) || holdsFunction(returns)) || shapes.some(hasFunctionIndex);
  }

  findPassage(number: number): Passage {
    if (this.#certain.has(number)) return 'certain';
    return this.#isWide && this.#flows.stored.has(number) ? 'wide' : undefined;
  }

  /** One leaves, and takes along what it has captured. */
  follow(number: number): void {
    const { functions, fields } = getTaken(this.#program, this.#flows, number);
    this.#held.addAll(functions);
    this.#openFields(fields);
  }

  /** For what those hold that have left so far. */
  openHeld(): void {
    this.#open(this.#held);
  }

  #openFields(names: BitSet): void {
    for (const name of this.#fields.addAll(names)?.list() ?? []) this.#open(this.#flows.intoField[name]);
  }

  #open(functions: BitSet | undefined): void {
    if (functions) this.#certain.addAll(functions);
  }
}

function getTaken(program: Program, { functions, numbers }: Flows, number: number): Taken {
  const { taken } = getLasting(program);
  const found = taken.get(number) ?? { functions: new BitSet(), fields: new BitSet() };
  if (taken.has(number)) return found;
  for (const capture of functions[number]?.site?.captures ?? []) {
    for (const id of capture.functions) found.functions.add(getFact(numbers, id));
    found.fields.addAll(findFunctionFields(program, capture.shape));
  }
  taken.set(number, found);
  return found;
}

/** What it returns, and what it changes. */
function listExits(fn: FunctionFacts): Shape[] {
  const { returns, params, changes } = fn;
  const { args } = changes;
  const given = params.filter((_, index) => args === 'all' || args.includes(index)).map(({ shape }) => shape);
  return [returns, ...given, ...(changesAnything(fn) ? listCaptured(fn) : [])];
}

const holdsAny = remember((shape: Shape) => listParts(shape).some(({ kind }) => kind === 'any'));

/** `Record<string, () => void>`: the names of its fields are not those of the type. */
const hasFunctionIndex = remember((shape: Shape) => listParts(shape).some(isFunctionIndex));

function isFunctionIndex(shape: Shape): boolean {
  if (shape.kind !== 'object') return false;
  return Object.entries(shape.fields).some(([name, part]) => name.startsWith('[') && mayBeFunction(part));
}
