/** How many are under way at once: enough to keep a processor or a connection busy while others wait. */
const LIMIT = 10;

/** `run` for all items, so many at once; after the first failure no more are begun, and it is thrown when the others have ended. */
export async function mapLimit<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const failures: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results.set(index, await run(items[index] as T));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LIMIT, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return items.map((_, index) => results.get(index) as R);
}
