import { BitSet } from './bit-set.ts';

/** Numbers for what is asked about, in the order of asking. */
export class Numbering<T> {
  readonly #numbers = new Map<T, number>();
  readonly #items: T[] = [];

  of(item: T): number {
    const known = this.#numbers.get(item);
    if (known !== undefined) return known;
    this.#numbers.set(item, this.#items.length);
    return this.#items.push(item) - 1;
  }

  itemOf(number: number): T {
    return this.#items[number] as T;
  }
}

/** A set that can be asked for what has come to it lately. All that have to do with each other use the same numbers. */
export class NumberedSet<T> extends Set<T> {
  readonly #numbering: Numbering<T>;
  readonly #bits = new BitSet();
  /** In the order in which they came. */
  readonly #order: number[] = [];

  constructor(numbering: Numbering<T>, members: Iterable<T>) {
    super();
    this.#numbering = numbering;
    for (const member of members) this.add(member);
  }

  override add(member: T): this {
    this.#put(this.#numbering.of(member), member);
    return this;
  }

  /** Those of `other` that came when it had `start` members already; true if any of them is new here. */
  addSince(other: NumberedSet<T>, start: number): boolean {
    const before = this.#order.length;
    const order = other.#order;
    for (let at = start; at < order.length; at++) {
      const number = order[at] as number;
      if (!this.#bits.has(number)) this.#put(number, this.#numbering.itemOf(number));
    }
    return this.#order.length > before;
  }

  #put(number: number, member: T): void {
    if (this.#bits.has(number)) return;
    this.#bits.add(number);
    this.#order.push(number);
    super.add(member);
  }
}
