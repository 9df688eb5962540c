/** The effects of a region with everything it may call: each once, with the place that it first came from. */

import type { EffectFact } from '../../types.ts';
import { BitSet, makeBatch } from '../flow/bit-set.ts';
import { type News, Numbering } from '../flow/numbered-set.ts';
import { remember } from '../names/remember.ts';

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

/** Effects that have come lately. */
export interface EffectNews extends News {
  /** That of one of the numbers: most are known everywhere already, so that nobody asks. */
  factAt(position: number): EffectFact;
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

  /** What came when there were `start` of them already, as it comes to those that call `through`, for sure or maybe. */
  since(start: number, through: string | undefined, isDirect: boolean): EffectNews | undefined {
    if (start === this.#facts.length) return undefined;
    const own = this.#order.slice(start);
    const numbers = isDirect ? own : own.map((number) => this.#numbers.indirectOf(number));
    const factAt = remember((position: number) => {
      const fact = this.#facts[start + position] as EffectFact;
      const effect = isDirect ? fact : asIndirect(fact);
      return { ...effect, via: through === undefined ? effect.via : [through, ...effect.via] };
    });
    return { numbers, factAt, batch: makeBatch(numbers) };
  }

  /** True if any of them is new here as well. */
  addNews(news: EffectNews | undefined): boolean {
    if (!news || !this.#known.lacksAnyOf(news.batch)) return false;
    for (const [at, number] of news.numbers.entries()) {
      if (!this.#known.has(number)) this.#put(number, news.factAt(at));
    }
    return true;
  }

  #put(number: number, effect: EffectFact): void {
    this.#facts.push(effect);
    this.#order.push(number);
    this.#known.add(number);
  }
}
