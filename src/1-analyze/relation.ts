/** Pairs, asked for from both sides. */
export class Relation<K, V> {
  readonly #values = new Map<K, Set<V>>();
  readonly #keys = new Map<V, K[]>();
  /** Which key was added first, which second … */
  readonly #places = new Map<K, number>();

  /** True if it is new. */
  add(key: K, value: V): boolean {
    const values = this.#values.get(key);
    if (values?.has(value)) return false;
    if (values) values.add(value);
    else {
      this.#places.set(key, this.#places.size);
      this.#values.set(key, new Set([value]));
    }
    const keys = this.#keys.get(value);
    if (keys) keys.push(key);
    else this.#keys.set(value, [key]);
    return true;
  }

  valuesOf(key: K): ReadonlySet<V> | undefined {
    return this.#values.get(key);
  }

  /** In the order in which the keys came, not the pairs. */
  keysOf(value: V): K[] {
    const place = (key: K) => this.#places.get(key) ?? 0;
    return [...(this.#keys.get(value) ?? [])].sort((a, b) => place(a) - place(b));
  }
}
