/** Units that call each other in a circle: with few instances, each would wait for the other one. */
import type { Plan, UnitPlan } from '../types.ts';

/** Names of units that may call this one, by way of others or at once. */
export function findCallers(unit: UnitPlan, plan: Plan): Set<string> {
  const homes = new Map(plan.cuts.map((cut) => [cut.fn, cut.unit]));
  const callers = new Set([unit.name]);
  for (let size = 0; size < callers.size; ) {
    size = callers.size;
    for (const { name, nested } of plan.units) {
      if (nested.some((fn) => callers.has(homes.get(fn) ?? ''))) callers.add(name);
    }
  }
  return callers;
}
