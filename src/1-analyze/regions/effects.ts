/** The effects of a region with everything it may call: each once, with the place that it first came from. */

import type { EffectFact } from '../../types.ts';
import { BitSet } from '../flow/bit-set.ts';
import { Numbering } from '../flow/numbered-set.ts';

type EffectKey = Pick<EffectFact, 'kind' | 'subject' | 'seen'>;

function keyOf({ kind, subject = '', seen }: EffectKey): string {
  return seen ? `${kind} ${subject} ${seen}` : `${kind} ${subject}`;
}

/** What is surely seen of a function that is called is maybe seen where it may be another one that is called. */
function asIndirect<E extends EffectKey>(effect: E): E {
  return effect.seen === 'surely' ? { ...effect, seen: 'maybe' } : effect;
}

/** Numbers for what effects are, the same in all regions of a program. */
export class EffectNumbers {
  readonly #numbers = new Numbering<string>();
  /** By the number of an effect: that of the same one as it comes to a caller that may call something else. */
  readonly #indirect: number[] = [];

  of(effect: EffectKey): number {
    const number = this.#numbers.of(keyOf(effect));
    this.#indirect[number] ??= this.#numbers.of(keyOf(asIndirect(effect)));
    return number;
  }

  indirectOf(number: number): number {
    return this.#indirect[number] ?? number;
  }
}

/** Effects by what they are; the first that came of a kind stays, with its place. */
export class Effects {
  readonly #numbers: EffectNumbers;
  readonly #facts: EffectFact[] = [];
  /** Their numbers. */
  readonly #order: number[] = [];
  readonly #known = new BitSet();

  constructor(numbers: EffectNumbers) {
    this.#numbers = numbers;
  }

  get size(): number {
    return this.#facts.length;
  }

  values(): readonly EffectFact[] {
    return this.#facts;
  }

  has(effect: EffectKey): boolean {
    return this.#known.has(this.#numbers.of(effect));
  }

  add(effect: EffectFact): void {
    const number = this.#numbers.of(effect);
    if (!this.#known.has(number)) this.#put(number, effect);
  }

  /** Those of `called` that came when it had `start` already; true if any of them is new here. `through`: the function that is called. */
  addCalled(called: Effects, through: string | undefined, isDirect: boolean, start: number): boolean {
    const before = this.#facts.length;
    for (let at = start; at < called.#order.length; at++) {
      const own = called.#order[at] as number;
      const number = isDirect ? own : this.#numbers.indirectOf(own);
      if (this.#known.has(number)) continue;
      const fact = called.#facts[at] as EffectFact;
      const effect = isDirect ? fact : asIndirect(fact);
      this.#put(number, { ...effect, via: through === undefined ? effect.via : [through, ...effect.via] });
    }
    return this.#facts.length > before;
  }

  #put(number: number, effect: EffectFact): void {
    this.#facts.push(effect);
    this.#order.push(number);
    this.#known.add(number);
  }
}
