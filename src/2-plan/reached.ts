/** What functions may run: what they call, directly or through others, and what is written inside them. */

import type { BitSet } from '../1-analyze/flow/bit-set.ts';
import { findReachable } from '../1-analyze/flow/reachable.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { FunctionFacts } from '../types.ts';

import { getNumbered, joinSets, listMembers, type Numbered, setOf } from './numbers.ts';
import { getFact, type Program } from './program.ts';

interface Reach {
  numbered: Numbered;
  /** By the number of a function, everything that it reaches, itself included. */
  reached: readonly BitSet[];
  /** What is called there where its name does not say so. */
  indirect: readonly BitSet[];
}

/** Found for all functions at once, when it is first asked for. */
const getReach = rememberFor(findReach);

function findReach(program: Program): Reach {
  const numbered = getNumbered(program);
  const { functions } = numbered;
  const nextOf = ({ id, calls }: FunctionFacts) => [
    ...calls.flatMap((call) => call.targets),
    ...(program.children.get(id) ?? []).map((child) => child.id),
  ];
  const listIndirect = ({ calls }: FunctionFacts) => calls.flatMap(({ direct, targets }) => (direct ? [] : targets));
  const successors = functions.map((fn) => setOf(numbered, nextOf(fn)).list());
  return {
    numbered,
    reached: findReachable(
      successors,
      functions.map(({ id }) => setOf(numbered, [id])),
    ),
    indirect: findReachable(
      successors,
      functions.map((fn) => setOf(numbered, listIndirect(fn))),
    ),
  };
}

/** The entries, what they may call, and what is written inside. */
export function findReached(program: Program, entries: readonly FunctionFacts[]): FunctionFacts[] {
  const { numbered, reached } = getReach(program);
  return listMembers(numbered, join(numbered, entries, reached));
}

/** The numbers of functions that something which is reached from there may call as a value. */
export function findCalledIndirectly(program: Program, entries: readonly FunctionFacts[]): BitSet {
  const { numbered, indirect } = getReach(program);
  return join(numbered, entries, indirect);
}

function join({ numbers }: Numbered, entries: readonly FunctionFacts[], sets: readonly BitSet[]): BitSet {
  return joinSets(entries.map(({ id }) => sets[getFact(numbers, id)]));
}
