/** Where the functions of a program go as values, as sets of numbers: found once, asked about with every function and unit. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { FunctionFacts, FunctionId, VariableId } from '../types.ts';
import { numberField } from './function-fields.ts';
import { getNumbered, joinSets, listMembers, type Numbered } from './numbers.ts';
import type { Program } from './program.ts';

/** Of each way, the functions that go it. */
export interface Flows extends Numbered {
  /** By the number of a field's name: functions that it may hold. */
  intoField: readonly BitSet[];
  /** Likewise, accessors: they are behind fields of that name. */
  behindField: readonly BitSet[];
  /** Functions that it may get as an argument. */
  intoParameters: ReadonlyMap<FunctionId, BitSet>;
  /** Functions that it may return. */
  outOf: ReadonlyMap<FunctionId, BitSet>;
  intoVariable: ReadonlyMap<VariableId, BitSet>;
  /** Whatever some field may hold, or is an accessor of. */
  stored: BitSet;
}

export const getFlows = rememberFor(findFlows);

/** Functions that may be in fields of some names. */
export function listInFields(program: Program, fields: BitSet): FunctionFacts[] {
  const flows = getFlows(program);
  const sets = fields.list().flatMap((name) => [flows.intoField[name], flows.behindField[name]]);
  return listMembers(flows, joinSets(sets));
}

function findFlows(program: Program): Flows {
  const numbered = getNumbered(program);
  const { functions } = numbered;
  const intoField: BitSet[] = [];
  const behindField: BitSet[] = [];
  const stored = new BitSet();
  for (const [number, { kind, flows }] of functions.entries()) {
    const isAccessor = kind === 'getter' || kind === 'setter';
    for (const name of flows?.fields ?? []) {
      stored.add(number);
      addTo(isAccessor ? behindField : intoField, numberField(program, name), number);
    }
  }
  return {
    ...numbered,
    intoField,
    behindField,
    intoParameters: invert(functions, ({ flows }) => flows?.parametersOf ?? []),
    outOf: invert(functions, ({ flows }) => flows?.resultsOf ?? []),
    intoVariable: invert(functions, ({ flows }) => flows?.variables ?? []),
    stored,
  };
}

function addTo(sets: BitSet[], at: number, number: number): void {
  const set = sets[at] ?? new BitSet();
  set.add(number);
  sets[at] = set;
}

function invert(
  functions: readonly FunctionFacts[],
  listTargets: (fn: FunctionFacts) => readonly string[],
): Map<string, BitSet> {
  const sets = new Map<string, BitSet>();
  for (const [number, fn] of functions.entries()) {
    for (const target of listTargets(fn)) {
      const set = sets.get(target) ?? new BitSet();
      set.add(number);
      sets.set(target, set);
    }
  }
  return sets;
}
