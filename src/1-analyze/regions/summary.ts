/** What a region does with everything it may call, as far as it is known: every set only grows. */

import { NumberedSet, type Numbering } from '../flow/numbered-set.ts';
import type { ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { type EffectNumbers, Effects } from './effects.ts';
import type { Changes, Region } from './region.ts';

/** The total effect of a region. */
export interface Summary {
  region: Region;
  effects: Effects;
  touches: NumberedSet<VariableEntry>;
  assigned: NumberedSet<VariableEntry>;
  mutated: NumberedSet<VariableEntry>;
  /** Those that it changes itself in another way than by `name.key = …`. */
  reached: Set<VariableEntry>;
  leaked: Set<VariableEntry>;
  changes: Changes;
}

/** Numbers that all summaries of a program have in common. */
export interface Numbers {
  effects: EffectNumbers;
  variables: Numbering<VariableEntry>;
}

export function startSummary(index: ProgramIndex, region: Region, numbers: Numbers): Summary {
  const effects = new Effects(numbers.effects);
  for (const { kind, subject, node, seen, late } of region.effects) {
    const effect = { kind, ...(subject !== undefined && { subject }), ...(seen && { seen }), ...(late && { late }) };
    if (!effects.has(effect)) effects.add({ ...effect, at: index.loaded.place(node), via: [] });
  }
  const numbered = (variables: Iterable<VariableEntry>) => new NumberedSet(numbers.variables, variables);
  return {
    region,
    effects,
    touches: numbered(region.touches),
    assigned: numbered(region.assigned.keys()),
    mutated: numbered(region.mutated.keys()),
    reached: new Set(region.reached),
    leaked: new Set(region.leaked),
    changes: { ...region.changes, args: new Set(region.changes.args), deep: new Set(region.changes.deep) },
  };
}

/** How much there is of it; each grows with every addition. */
export interface Extent {
  effects: number;
  touches: number;
  assigned: number;
  mutated: number;
  changes: number;
}

export const NOTHING: Extent = { effects: 0, touches: 0, assigned: 0, mutated: 0, changes: 0 };

export function measure({ effects, touches, assigned, mutated, changes }: Summary): Extent {
  return {
    effects: effects.size,
    touches: touches.size,
    assigned: assigned.size,
    mutated: mutated.size,
    changes: countChanges(changes),
  };
}

function countChanges({ args, deep, all, self, deepSelf, captured }: Changes): number {
  return args.size + deep.size + Number(all) + Number(self) + Number(deepSelf) + Number(captured);
}
