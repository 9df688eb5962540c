/** `const Kind: any = Cart`: whoever has a variable that holds a class, or an object with one in it, has its static fields. */

import type { VariableEntry } from '../names/program-index.ts';
import { remember } from '../names/remember.ts';
import type { Region } from './region.ts';

/** Adds to what each region mentions what hangs on the classes and functions that it reaches through variables. */
export function touchHeld(regions: readonly Region[]): void {
  const holds = new Map<VariableEntry, Set<VariableEntry>>();
  for (const { shared } of regions) {
    for (const [one, other] of shared) holds.set(one, (holds.get(one) ?? new Set()).add(other));
  }
  if (holds.size === 0) return;
  const hungOf = remember((variable: VariableEntry) => listHung(holds, variable));
  for (const { touches } of regions) for (const one of touches) for (const found of hungOf(one)) touches.add(found);
}

function listHung(
  holds: ReadonlyMap<VariableEntry, ReadonlySet<VariableEntry>>,
  variable: VariableEntry,
): VariableEntry[] {
  const found = new Set(holds.get(variable));
  for (const one of found) for (const next of holds.get(one) ?? []) found.add(next);
  return [...found].filter(({ kind }) => kind === 'static' || kind === 'hung');
}
