/** Functions that come home: what a call of a unit returns, or leaves in what it changes. */

import type { ClassFacts, FunctionFacts, FunctionId, Shape, VariableId } from '../types.ts';
import { isClosure, listCaptured, listCaptures } from './captured.ts';
import { addClassFields, addFields } from './function-fields.ts';
import { getFact, type Program } from './program.ts';
import { changesAnything } from './receiver.ts';
import { holdsFunction, listParts, mayBeFunction, remember } from './shapes.ts';
import { hasValueName } from './sites.ts';
import { findCarried } from './state.ts';

/** The ways by which functions leave a unit. */
interface Exits {
  entries: ReadonlySet<FunctionId>;
  /** Names of fields that hold functions; `[]` for elements. */
  fields: Set<string>;
  /** Names of all fields: there may be an accessor behind each. */
  names: ReadonlySet<string>;
  /** Module state that the calls change. */
  state: ReadonlySet<VariableId>;
  /** Functions that variables may hold which the entries share with others. */
  shared: ReadonlySet<FunctionId>;
  /** Something that leaves may hold anything. */
  isWide: boolean;
}

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
  const exits = findExits(program, entries);
  const named = program.analysis.functions.filter(hasValueName);
  const made = reached.filter((fn) => fn.reach.kind === 'none' && fn.parent !== undefined);
  // `onClick = () => …`: made with each instance.
  const members = program.analysis.functions.filter((fn) => fn.site && fn.cls !== undefined && fn.parent === undefined);
  const leaving = new Map<FunctionId, Leaver>();
  for (let before = -1; before < leaving.size; ) {
    before = leaving.size;
    const held = new Set(
      [...leaving.values()].flatMap(({ fn }) => fn.site?.captures.flatMap((one) => one.functions) ?? []),
    );
    for (const fn of [...named, ...made, ...members]) {
      if (leaving.has(fn.id)) continue;
      const passage = held.has(fn.id) ? 'certain' : findPassage(fn, exits);
      if (!passage) continue;
      leaving.set(fn.id, judge(fn, passage === 'certain', pinned));
      for (const { shape } of fn.site?.captures ?? []) addFields(program, exits.fields, shape);
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

function findExits(program: Program, entries: readonly FunctionFacts[]): Exits {
  const fields = new Set<string>();
  const state = new Set(entries.flatMap((fn) => findCarried(program, fn).stateOut));
  const held = [...state].map((id) => getFact(program.variables, id).shape);
  const shapes = [...entries.flatMap(listExits), ...held];
  for (const shape of shapes) addFields(program, fields, shape);
  for (const fn of entries)
    if (!isClosure(fn) && fn.cls !== undefined && fn.changes.self) addClassFields(program, fields, fn.cls);
  // A function may have properties that its shape does not tell.
  const isWide =
    entries.some(({ returns }) => holdsAny(returns) || holdsFunction(returns)) || shapes.some(hasFunctionIndex);
  const names = new Set(shapes.flatMap(listNames));
  const shared = new Set(entries.flatMap(listCaptures).flatMap(({ cell, functions }) => (cell ? functions : [])));
  return { entries: new Set(entries.map((fn) => fn.id)), fields, names, state, shared, isWide };
}

/** What it returns, and what it changes. */
function listExits(fn: FunctionFacts): Shape[] {
  const { returns, params, changes } = fn;
  const { args } = changes;
  const given = params.filter((_, index) => args === 'all' || args.includes(index)).map(({ shape }) => shape);
  return [returns, ...given, ...(changesAnything(fn) ? listCaptured(fn) : [])];
}

function findPassage({ id, kind, flows }: FunctionFacts, exits: Exits): Passage {
  const { entries, fields, names, state, shared, isWide } = exits;
  if (shared.has(id)) return 'certain';
  if (!flows) return undefined;
  const known = kind === 'getter' || kind === 'setter' ? names : fields;
  const isKnown = flows.resultsOf.some((id) => entries.has(id)) || flows.fields.some((name) => known.has(name));
  if (isKnown || flows.variables.some((id) => state.has(id))) return 'certain';
  return isWide && flows.fields.length > 0 ? 'wide' : undefined;
}

const listNames = remember((shape: Shape): readonly string[] => [
  ...new Set(listParts(shape).flatMap((part) => (part.kind === 'object' ? Object.keys(part.fields) : []))),
]);

const holdsAny = remember((shape: Shape) => listParts(shape).some(({ kind }) => kind === 'any'));

/** `Record<string, () => void>`: the names of its fields are not those of the type. */
const hasFunctionIndex = remember((shape: Shape) => listParts(shape).some(isFunctionIndex));

function isFunctionIndex(shape: Shape): boolean {
  if (shape.kind !== 'object') return false;
  return Object.entries(shape.fields).some(([name, part]) => name.startsWith('[') && mayBeFunction(part));
}
