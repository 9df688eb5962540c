/** What functions return besides parts of what they are given: module state, say, or something unknown. */

import ts from 'typescript';
import { BitSet } from '../flow/bit-set.ts';
import { Numbering } from '../flow/numbered-set.ts';
import { findReachable } from '../flow/reachable.ts';
import { listResults } from '../names/closed-over.ts';
import type { FunctionEntry } from '../names/program-index.ts';
import { remember } from '../names/remember.ts';
import { listKeepers } from './kept-self.ts';
import { makeRootFinder, type Results, type RootContext } from './roots.ts';
import { type Given, keyOfRoot, makeGiven, type Root } from './trail.ts';

const NOTHING = makeGiven([]);

/** Of one function alone; what the functions return that it returns the results of comes in addition. */
interface OwnResults {
  roots: readonly Root[];
  callees: ReadonlySet<FunctionEntry>;
}

/** Found for all functions at once, when it is first asked for. */
export function makeResults(context: Omit<RootContext, 'results'>): Results {
  let results: Results | undefined;
  const get = () => {
    results ??= findResults(context);
    return results;
  };
  return { of: (entry) => get().of(entry), ofAll: (entries) => get().ofAll(entries) };
}

function findResults(context: Omit<RootContext, 'results'>): Results {
  const { functions } = context.index;
  const numbers = new Map(functions.map((entry, number) => [entry, number]));
  const roots = new Map<string, Root>();
  const keys = new Numbering<string>();
  const own = functions.map((entry) => findOwnResults(context, entry));
  const sets = own.map((one) => {
    const set = new BitSet();
    for (const root of one.roots) {
      const key = keyOfRoot(root);
      roots.set(key, root);
      set.add(keys.of(key));
    }
    return set;
  });
  const successors = own.map(({ callees }) => [...callees].map((callee) => numbers.get(callee) as number));
  const whole = findReachable(successors, sets);
  const known = new Map<string, Given>();
  const givenOf = (set: BitSet): Given => {
    const key = set.key();
    const given = known.get(key) ?? makeGiven(set.list().map((number) => roots.get(keys.itemOf(number)) as Root));
    known.set(key, given);
    return given;
  };
  const setOf = (entry: FunctionEntry) => whole[numbers.get(entry) as number] as BitSet;
  return {
    of: remember((entry: FunctionEntry) => givenOf(setOf(entry))),
    ofAll: remember((entries: readonly FunctionEntry[]) => {
      const all = new BitSet();
      for (const set of new Set(entries.map(setOf))) all.addAll(set);
      return givenOf(all);
    }),
  };
}

function findOwnResults(context: Omit<RootContext, 'results'>, entry: FunctionEntry): OwnResults {
  const callees = new Set<FunctionEntry>();
  const results: Results = {
    of(callee) {
      callees.add(callee);
      return NOTHING;
    },
    ofAll(entries) {
      for (const entry of entries) callees.add(entry);
      return NOTHING;
    },
  };
  const own = { ...context, results };
  const finder = makeRootFinder(own, entry.node, entry);
  const given = listResults(entry.node).flatMap((result) => finder.inside(result));
  const roots = [...given, ...findKeepers(own, entry)];
  return { roots: roots.filter(({ kind }) => !['argument', 'self', 'captured'].includes(kind)), callees };
}

/** Of what a constructor leaves its object in: whoever has one of them has the object. */
function findKeepers(context: RootContext, entry: FunctionEntry): Root[] {
  if (!ts.isConstructorDeclaration(entry.node)) return [];
  return listKeepers(context, entry).flatMap(({ expression, entry: home }) =>
    makeRootFinder(context, home.node, home).of(expression),
  );
}
