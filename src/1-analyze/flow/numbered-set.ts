import { BitSet } from './bit-set.ts';

/** Numbers for what is asked about, in the order of asking. */
export class Numbering<T> {
  readonly #numbers = new Map<T, number>();

  of(item: T): number {
    const number = this.#numbers.get(item) ?? this.#numbers.size;
    this.#numbers.set(item, number);
    return number;
  }
}

/** A set that sees at once, 32 members at a time, that another one has nothing to add. Both have to use the same numbers. */
export class NumberedSet<T> extends Set<T> {
  readonly #numbering: Numbering<T>;
  readonly #bits = new BitSet();

  constructor(numbering: Numbering<T>, members: Iterable<T>) {
    super();
    this.#numbering = numbering;
    for (const member of members) this.add(member);
  }

  override add(member: T): this {
    this.#bits.add(this.#numbering.of(member));
    return super.add(member);
  }

  addAll(other: NumberedSet<T>): void {
    if (this.#bits.lacksAnyOf(other.#bits)) for (const member of other) this.add(member);
  }
}
