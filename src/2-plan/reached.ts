/** What functions may run: what they call, directly or through others, and what is written inside them. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import type { FunctionFacts, FunctionId } from '../types.ts';
import { findReachable } from './graph.ts';
import { getFact, type Program } from './program.ts';

/** Functions by their numbers, in the order of their ids. */
interface Reach {
  functions: readonly FunctionFacts[];
  numbers: ReadonlyMap<FunctionId, number>;
  /** Everything that each reaches, itself included. */
  reached: readonly BitSet[];
  /** What each calls where its name does not say so, by itself. */
  indirect: readonly BitSet[];
}

const known = new WeakMap<Program, Reach>();

/** Found for all functions at once, when it is first asked for. */
function getReach(program: Program): Reach {
  const reach = known.get(program) ?? findReach(program);
  known.set(program, reach);
  return reach;
}

function findReach(program: Program): Reach {
  const functions = [...program.analysis.functions].sort((a, b) => (a.id < b.id ? -1 : 1));
  const numbers = new Map(functions.map((fn, number) => [fn.id, number]));
  const setOf = (ids: readonly FunctionId[]) => {
    const set = new BitSet();
    for (const id of ids) set.add(getFact(numbers, id));
    return set;
  };
  const nextOf = ({ id, calls }: FunctionFacts) => [
    ...calls.flatMap((call) => call.targets),
    ...(program.children.get(id) ?? []).map((child) => child.id),
  ];
  return {
    functions,
    numbers,
    reached: findReachable(functions.map((fn) => setOf(nextOf(fn)).list())),
    indirect: functions.map(({ calls }) => setOf(calls.flatMap(({ direct, targets }) => (direct ? [] : targets)))),
  };
}

/** The entries, what they may call, and what is written inside. */
export function findReached(program: Program, entries: readonly FunctionFacts[]): FunctionFacts[] {
  const { functions, numbers, reached } = getReach(program);
  const found = join(entries.map(({ id }) => reached[getFact(numbers, id)]));
  return found.list().map((number) => functions[number] as FunctionFacts);
}

/** Whether one of some functions may call another one as a value. */
export function findCalledIndirectly(
  program: Program,
  functions: readonly FunctionFacts[],
): (id: FunctionId) => boolean {
  const { numbers, indirect } = getReach(program);
  const called = join(functions.map(({ id }) => indirect[getFact(numbers, id)]));
  return (id) => called.has(getFact(numbers, id));
}

function join(sets: readonly (BitSet | undefined)[]): BitSet {
  const all = new BitSet();
  for (const set of sets) if (set) all.addAll(set);
  return all;
}
