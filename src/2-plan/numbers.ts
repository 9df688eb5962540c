/** Functions by their numbers, in the order of their ids: sets of them are sets of small numbers. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { FunctionFacts, FunctionId } from '../types.ts';
import { getFact, type Program } from './program.ts';

export interface Numbered {
  functions: readonly FunctionFacts[];
  numbers: ReadonlyMap<FunctionId, number>;
}

export const getNumbered = rememberFor(number);

function number({ analysis }: Program): Numbered {
  const functions = [...analysis.functions].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { functions, numbers: new Map(functions.map(({ id }, at) => [id, at])) };
}

export function setOf({ numbers }: Numbered, ids: readonly FunctionId[]): BitSet {
  const set = new BitSet();
  for (const id of ids) set.add(getFact(numbers, id));
  return set;
}

/** In the order of their ids. */
export function listMembers({ functions }: Numbered, set: BitSet): FunctionFacts[] {
  return set.list().map((at) => functions[at] as FunctionFacts);
}

export function joinSets(sets: readonly (BitSet | undefined)[]): BitSet {
  const all = new BitSet();
  for (const set of sets) if (set) all.addAll(set);
  return all;
}
