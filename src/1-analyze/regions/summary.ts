/** What a region does with everything it may call, as far as it is known: every set only grows. */

import type { EffectFact } from '../../types.ts';
import { BitSet } from '../flow/bit-set.ts';
import { NumberedSet, type Numbering } from '../flow/numbered-set.ts';
import type { ProgramIndex, VariableEntry } from '../names/program-index.ts';
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
  effects: Numbering<string>;
  variables: Numbering<VariableEntry>;
}

/** Effects by what they are; the first that came of a kind stays, with its place. */
export class Effects {
  readonly #numbering: Numbering<string>;
  readonly #facts = new Map<string, EffectFact>();
  readonly #own = new BitSet();
  /** As they come to a caller that may call something else. */
  readonly #indirect = new BitSet();

  constructor(numbering: Numbering<string>) {
    this.#numbering = numbering;
  }

  get size(): number {
    return this.#facts.size;
  }

  values(): Iterable<EffectFact> {
    return this.#facts.values();
  }

  has(effect: EffectKey): boolean {
    return this.#facts.has(keyOf(effect));
  }

  add(effect: EffectFact): void {
    const key = keyOf(effect);
    if (this.#facts.has(key)) return;
    this.#facts.set(key, effect);
    this.#own.add(this.#numbering.of(key));
    this.#indirect.add(this.#numbering.of(keyOf(asIndirect(effect))));
  }

  /** `through`: the function that is called. */
  addCalled(called: Effects, through: string | undefined, isDirect: boolean): void {
    if (!this.#own.lacksAnyOf(isDirect ? called.#own : called.#indirect)) return;
    for (const own of called.values()) {
      const effect = isDirect ? own : asIndirect(own);
      if (!this.has(effect))
        this.add({ ...effect, via: through === undefined ? effect.via : [through, ...effect.via] });
    }
  }
}

/** What is surely seen of a function that is called is maybe seen where it may be another one that is called. */
function asIndirect(effect: EffectFact): EffectFact {
  return effect.seen === 'surely' ? { ...effect, seen: 'maybe' } : effect;
}

type EffectKey = Pick<EffectFact, 'kind' | 'subject' | 'seen'>;

function keyOf({ kind, subject = '', seen }: EffectKey): string {
  return seen ? `${kind} ${subject} ${seen}` : `${kind} ${subject}`;
}

export function startSummary(index: ProgramIndex, region: Region, numbers: Numbers): Summary {
  const effects = new Effects(numbers.effects);
  for (const { kind, subject, node, seen } of region.effects) {
    const effect = { kind, ...(subject !== undefined && { subject }), ...(seen && { seen }) };
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

/** How much there is of it; it grows with each addition. */
export function sizeOf({ effects, touches, assigned, mutated, changes }: Summary): number {
  return effects.size + touches.size + assigned.size + mutated.size + countChanges(changes);
}

export function countChanges({ args, deep, all, self, deepSelf, captured }: Changes): number {
  return args.size + deep.size + Number(all) + Number(self) + Number(deepSelf) + Number(captured);
}
