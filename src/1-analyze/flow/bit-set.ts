/** Some small numbers, as the words of a set that holds any of them. */
export interface Batch {
  positions: readonly number[];
  words: readonly number[];
}

export function makeBatch(numbers: readonly number[]): Batch {
  const words = new Map<number, number>();
  for (const number of numbers) words.set(number >>> 5, (words.get(number >>> 5) ?? 0) | (1 << (number & 31)));
  return { positions: [...words.keys()], words: [...words.values()] };
}

/** A set of small numbers, one bit each: what two sets have in common with each other is found 32 numbers at a time. */
export class BitSet {
  #words = new Uint32Array(0);

  has(member: number): boolean {
    return (((this.#words[member >>> 5] ?? 0) >>> (member & 31)) & 1) !== 0;
  }

  add(member: number): void {
    const at = member >>> 5;
    this.#grow(at + 1);
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (member & 31));
  }

  /** Those of `other` that are not in it, or undefined if there is none; `known`: where more of them are already. */
  addAll(other: BitSet, known?: BitSet): BitSet | undefined {
    let added = known;
    const from = other.#words;
    this.#grow(from.length);
    for (let at = 0; at < from.length; at++) {
      const own = this.#words[at] ?? 0;
      const others = (from[at] ?? 0) & ~own;
      if (others === 0) continue;
      added ??= new BitSet();
      added.#grow(from.length);
      added.#words[at] = (added.#words[at] ?? 0) | others;
      this.#words[at] = own | others;
    }
    return added;
  }

  /** What is in both. */
  common(other: BitSet): BitSet {
    const found = new BitSet();
    found.#words = this.#words.slice(0, other.#words.length);
    for (const [at, word] of found.#words.entries()) found.#words[at] = word & (other.#words[at] ?? 0);
    return found;
  }

  lacksAnyOf({ positions, words }: Batch): boolean {
    const own = this.#words;
    for (let at = 0; at < words.length; at++) {
      if (((words[at] as number) & ~(own[positions[at] as number] ?? 0)) !== 0) return true;
    }
    return false;
  }

  /** The same for the same members. */
  key(): string {
    return this.#words.subarray(0, this.#words.findLastIndex((word) => word !== 0) + 1).join();
  }

  /** In ascending order. */
  list(): number[] {
    const found: number[] = [];
    for (const [at, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) found.push(at * 32 + 31 - Math.clz32(rest & -rest));
    }
    return found;
  }

  #grow(length: number): void {
    if (this.#words.length >= length) return;
    const words = new Uint32Array(length);
    words.set(this.#words);
    this.#words = words;
  }
}
