import type { FunctionFacts, FunctionId, Reason, Settings } from '../types.ts';
import { findObstacles } from './obstacles.ts';
import { getFact, type Program } from './program.ts';
import { reasonNestedByRule } from './reasons.ts';
import { createSelector } from './selection.ts';

/**
 * Where a function will be. `goes`: it is an entry of a unit, its calls are cut. `inside`: it is written inside one
 * that goes (`owner`, the outermost). `stays`: with every reason it has.
 */
export type Standing = { kind: 'goes' } | { kind: 'inside'; owner: FunctionId } | { kind: 'stays'; reasons: Reason[] };

export type Standings = ReadonlyMap<FunctionId, Standing>;

/** `demoted`: functions that turned out not to work, by whoever found out; one that is nested takes along those around it. */
export function findStandings(
  program: Program,
  settings: Settings,
  demoted: ReadonlyMap<FunctionId, Reason>,
  pinned: ReadonlySet<FunctionId> = new Set(),
): Standings {
  const select = createSelector(program, settings);
  const stuck = mapOwners(program, demoted);
  const standings = new Map<FunctionId, Standing>();
  const visit = (fn: FunctionFacts): Standing => {
    const known = standings.get(fn.id);
    if (known) return known;
    const parent = fn.parent === undefined ? undefined : getFact(program.functions, fn.parent);
    const standing = parent ? findNested(fn, parent, visit(parent)) : findOwn(fn);
    standings.set(fn.id, standing);
    return standing;
  };

  const findNested = (fn: FunctionFacts, parent: FunctionFacts, outer: Standing): Standing => {
    if (outer.kind === 'goes') return { kind: 'inside', owner: parent.id };
    if (outer.kind === 'inside') return outer;
    const isByRule = outer.reasons.every((reason) => reason.byRule);
    if (isByRule) return { kind: 'stays', reasons: [select(fn) ?? reasonNestedByRule(fn, parent)] };
    return findOwn(fn);
  };

  const findOwn = (fn: FunctionFacts): Standing => {
    const rule = select(fn);
    const reasons = rule ? [rule] : findObstacles(program, fn, settings, pinned);
    if (reasons.length > 0) return { kind: 'stays', reasons };
    const reason = stuck.get(fn.id);
    return reason ? { kind: 'stays', reasons: [reason] } : { kind: 'goes' };
  };

  for (const fn of program.analysis.functions) visit(fn);
  return standings;
}

/** Functions whose calls are cut, in the order of their ids. */
export function getEntries(program: Program, standings: Standings): FunctionFacts[] {
  const ids = [...standings].filter(([, standing]) => standing.kind === 'goes').map(([id]) => id);
  return ids.sort().map((id) => getFact(program.functions, id));
}

/** Each function with those around it: they cannot go without it. */
function mapOwners(program: Program, demoted: ReadonlyMap<FunctionId, Reason>): Map<FunctionId, Reason> {
  const owners = new Map<FunctionId, Reason>();
  for (const [id, reason] of demoted) {
    for (let at: FunctionId | undefined = id; at !== undefined; at = getFact(program.functions, at).parent) {
      owners.set(at, reason);
    }
  }
  return owners;
}
