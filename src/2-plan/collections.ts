/** Every key an item belongs to → the items, in their order. */
export function groupBy<T, K>(items: readonly T[], getKeys: (item: T) => readonly K[]): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    for (const key of new Set(getKeys(item))) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

/** Without repetition, in an order that does not depend on where they came from. */
export function sortUnique<T extends string>(items: Iterable<T>): T[] {
  return [...new Set(items)].sort();
}

/** Everything that can be reached from `start`, itself included. */
export function getClosure<T>(start: Iterable<T>, getNext: (item: T) => Iterable<T>): Set<T> {
  const seen = new Set(start);
  for (const item of seen) {
    for (const next of getNext(item)) seen.add(next);
  }
  return seen;
}
