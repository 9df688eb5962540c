export interface Change {
  key: string;
  before: unknown;
  after: unknown;
}

export class KeyValueStore<V> {
  readonly #entries = new Map<string, V>();
  readonly #log: Change[] = [];

  set(key: string, value: V): this {
    this.#log.push({ key, before: this.#entries.get(key), after: value });
    this.#entries.set(key, value);
    return this;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  delete(key: string): boolean {
    if (!this.#entries.has(key)) {
      return false;
    }
    this.#log.push({ key, before: this.#entries.get(key), after: undefined });
    return this.#entries.delete(key);
  }

  find(predicate: (value: V) => boolean): string[] {
    const keys: string[] = [];
    for (const [key, value] of this.#entries) {
      if (predicate(value)) {
        keys.push(key);
      }
    }
    return keys;
  }

  changes(): readonly Change[] {
    return this.#log;
  }

  get size(): number {
    return this.#entries.size;
  }
}
