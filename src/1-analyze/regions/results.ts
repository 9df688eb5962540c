/** What functions return besides parts of what they are given: module state, say, or something unknown. */

import type { FunctionEntry } from '../names/program-index.ts';
import { listResults } from './closed-over.ts';
import { makeRootFinder, type Results, type RootContext } from './roots.ts';
import { type Given, makeGiven, type Root } from './trail.ts';

/** Of one function alone; what the functions return that it returns the results of comes in addition. */
interface OwnResults {
  roots: readonly Root[];
  callees: ReadonlySet<FunctionEntry>;
}

export function makeResults(context: Omit<RootContext, 'results'>): Results {
  const own = new Map<FunctionEntry, OwnResults>();
  const whole = new Map<FunctionEntry, Given>();
  const ownOf = (entry: FunctionEntry): OwnResults => {
    const found = own.get(entry) ?? findOwnResults(context, entry);
    own.set(entry, found);
    return found;
  };
  return {
    of(entry) {
      const known = whole.get(entry);
      if (known) return known;
      const reached = new Set([entry]);
      for (const at of reached) for (const callee of ownOf(at).callees) reached.add(callee);
      const given = makeGiven([...reached].flatMap((at) => ownOf(at).roots));
      whole.set(entry, given);
      return given;
    },
  };
}

function findOwnResults(context: Omit<RootContext, 'results'>, entry: FunctionEntry): OwnResults {
  const callees = new Set<FunctionEntry>();
  const results: Results = {
    of(callee) {
      callees.add(callee);
      return makeGiven([]);
    },
  };
  const finder = makeRootFinder({ ...context, results }, entry.node, entry);
  const roots = listResults(entry.node).flatMap((result) => finder.inside(result));
  return { roots: roots.filter(({ kind }) => !['argument', 'self', 'captured'].includes(kind)), callees };
}
