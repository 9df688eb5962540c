import { type Batch, BitSet, makeBatch } from './bit-set.ts';

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

/** What has come to a set lately. */
export interface News {
  numbers: readonly number[];
  batch: Batch;
}

/** A set that keeps the order in which things came. All that have to do with each other use the same numbers. */
export class NumberedSet<T> {
  readonly #numbering: Numbering<T>;
  readonly #bits = new BitSet();
  readonly #order: number[] = [];

  constructor(numbering: Numbering<T>, members: Iterable<T>) {
    this.#numbering = numbering;
    for (const member of members) this.add(member);
  }

  get size(): number {
    return this.#order.length;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const number of this.#order) yield this.#numbering.itemOf(number);
  }

  has(member: T): boolean {
    return this.#bits.has(this.#numbering.of(member));
  }

  add(member: T): void {
    this.#put(this.#numbering.of(member));
  }

  /** What came when it had `start` members already. */
  since(start: number): News | undefined {
    if (start === this.#order.length) return undefined;
    const numbers = this.#order.slice(start);
    return { numbers, batch: makeBatch(numbers) };
  }

  /** True if any of them is new here as well. */
  addNews(news: News | undefined): boolean {
    if (!news || !this.#bits.lacksAnyOf(news.batch)) return false;
    for (const number of news.numbers) this.#put(number);
    return true;
  }

  #put(number: number): void {
    if (this.#bits.has(number)) return;
    this.#bits.add(number);
    this.#order.push(number);
  }
}
