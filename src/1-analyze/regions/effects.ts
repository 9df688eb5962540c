/** The effects of a region with everything it may call: each once, with the place that it first came from. */

import type { EffectFact } from '../../types.ts';
import { BitSet, makeBatch } from '../flow/bit-set.ts';
import { type News, Numbering } from '../flow/numbered-set.ts';
import { remember } from '../names/remember.ts';

type EffectKey = Pick<EffectFact, 'kind' | 'subject' | 'seen' | 'late'>;

function keyOf({ kind, subject = '', seen, late }: EffectKey): string {
  const how = seen ?? (late && 'late');
  return how ? `${kind} ${subject} ${how}` : `${kind} ${subject}`;
}

/** How effects come to callers. `isDirect`: the call is of that function alone. `isLate`: it gives a promise, whatever happens. */
export interface Passage {
  through: string | undefined;
  isDirect: boolean;
  isLate: boolean;
}

/** What is surely seen of a function that is called is maybe seen where it may be another one that is called. */
function asIndirect<E extends EffectKey>(effect: E): E {
  return effect.seen === 'surely' ? { ...effect, seen: 'maybe' } : effect;
}

/** What an async function throws rejects its promise. */
function asLate<E extends EffectKey>(effect: E): E {
  return effect.kind === 'throws' ? { ...effect, late: true } : effect;
}

/** Numbers for what effects are, the same in all regions of a program. */
export class EffectNumbers {
  readonly #numbers = new Numbering<string>();
  /** By the number of an effect: that of the same one as it comes to a caller that may call something else. */
  readonly #indirect: number[] = [];
  readonly #late: number[] = [];

  of(effect: EffectKey): number {
    const number = this.#numbers.of(keyOf(effect));
    this.#indirect[number] ??= this.#numbers.of(keyOf(asIndirect(effect)));
    this.#late[number] ??= this.#numbers.of(keyOf(asLate(effect)));
    return number;
  }

  /** That of the effect as it comes to callers. */
  pass(number: number, { isDirect, isLate }: Passage): number {
    const passed = isDirect ? number : (this.#indirect[number] ?? number);
    return isLate ? (this.#late[passed] ?? passed) : passed;
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

  /** What came when there were `start` of them already, as it comes to callers. */
  since(start: number, passage: Passage): EffectNews | undefined {
    if (start === this.#facts.length) return undefined;
    const { through, isDirect, isLate } = passage;
    const own = this.#order.slice(start);
    const numbers = isDirect && !isLate ? own : own.map((number) => this.#numbers.pass(number, passage));
    const factAt = remember((position: number) => {
      const fact = this.#facts[start + position] as EffectFact;
      const passed = isDirect ? fact : asIndirect(fact);
      const effect = isLate ? asLate(passed) : passed;
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
