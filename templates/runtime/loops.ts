/**
 * `values.map(f)` and friends for a callback that has become async. Each gives what the array method would have given
 * for the settled results: holes are skipped or kept as the method does, elements are read when their turn comes, the
 * third argument is the array, and a subclass of Array gives an instance of that subclass.
 */

type Awaitable<T> = T | PromiseLike<T>;
type Callback<T, R> = (value: T, index: number, array: T[]) => Awaitable<R>;
type Reducer<T, A> = (sum: A, value: T, index: number, array: T[]) => Awaitable<A>;

export interface Loop {
  <T, R>(values: readonly T[], method: 'map', fn: Callback<T, R>, self?: unknown): Promise<R[]>;
  <T, R>(values: readonly T[], method: 'flatMap', fn: Callback<T, R | readonly R[]>, self?: unknown): Promise<R[]>;
  <T>(values: readonly T[], method: 'forEach', fn: Callback<T, unknown>, self?: unknown): Promise<void>;
  <T>(values: readonly T[], method: 'filter', fn: Callback<T, unknown>, self?: unknown): Promise<T[]>;
  <T>(values: readonly T[], method: 'some' | 'every', fn: Callback<T, unknown>, self?: unknown): Promise<boolean>;
  <T>(values: readonly T[], method: 'find', fn: Callback<T, unknown>, self?: unknown): Promise<T | undefined>;
  <T>(values: readonly T[], method: 'findIndex', fn: Callback<T, unknown>, self?: unknown): Promise<number>;
  <T>(values: readonly T[], method: 'reduce', fn: Reducer<T, T>): Promise<T>;
  <T, A>(values: readonly T[], method: 'reduce', fn: Reducer<T, A>, initial: A): Promise<A>;
}

/** One step of a loop; `result` is what the callback gave. True ends the loop. */
type Step = (result: unknown, value: unknown, index: number) => boolean | undefined;

/** What a method makes of the results, in order. */
interface Collector {
  /** `find` and `findIndex` visit holes. */
  visitsHoles: boolean;
  step: Step;
  end(): unknown;
}

type AnyCallback = (...args: unknown[]) => unknown;

/** Each callback is called when the one before has settled. */
export const sequence: Loop = async (values: readonly unknown[], method: string, fn: unknown, ...more: unknown[]) => {
  if (typeof fn !== 'function') throw new TypeError(`${describe(fn)} is not a function`);
  if (method === 'reduce') return reduce(values, fn as AnyCallback, more);
  const { visitsHoles, step, end } = createCollector(values, method);
  const { length } = values;
  for (let index = 0; index < length; index++) {
    if (!visitsHoles && !(index in values)) continue;
    const value = values[index];
    if (step(await fn.call(more[0], value, index, values), value, index)) break;
  }
  return end() as never;
};

/**
 * All callbacks are called at once; for those whose calls cannot notice each other. The error is that of the first
 * element that fails, as in a sequence.
 */
export const parallel: Loop = async (values: readonly unknown[], method: string, fn: unknown, ...more: unknown[]) => {
  if (typeof fn !== 'function') throw new TypeError(`${describe(fn)} is not a function`);
  if (method === 'reduce') return reduce(values, fn as AnyCallback, more);
  const { visitsHoles, step, end } = createCollector(values, method);
  const started: { value: unknown; index: number; result: Promise<unknown> }[] = [];
  for (let index = 0; index < values.length; index++) {
    if (!visitsHoles && !(index in values)) continue;
    const value = values[index];
    const result = callAsync(fn as AnyCallback, more[0], [value, index, values]);
    result.catch(() => {});
    started.push({ value, index, result });
  }
  for (const { value, index, result } of started) {
    if (step(await result, value, index)) break;
  }
  return end() as never;
};

async function callAsync(fn: AnyCallback, self: unknown, args: unknown[]): Promise<unknown> {
  return fn.apply(self, args);
}

function createCollector(values: readonly unknown[], method: string): Collector {
  switch (method) {
    case 'map':
      return collectMapped(values);
    case 'flatMap': {
      const parts: unknown[] = [];
      return collector(
        (result) => void parts.push(result),
        () => parts.flat(),
      );
    }
    case 'filter': {
      const kept = values.filter(() => false);
      return collector(
        (result, value) => void (result && kept.push(value)),
        () => kept,
      );
    }
    case 'forEach':
      return collector(
        () => false,
        () => undefined,
      );
    case 'some':
      return search(false, (result) => (result ? { found: true } : undefined));
    case 'every':
      return search(true, (result) => (result ? undefined : { found: false }));
    case 'find':
      return search(undefined, (result, value) => (result ? { found: value } : undefined), true);
    case 'findIndex':
      return search(-1, (result, _value, index) => (result ? { found: index } : undefined), true);
    default:
      throw new TypeError(`no asynchronous form of ${method}`);
  }
}

function collector(step: Step, end: () => unknown): Collector {
  return { visitsHoles: false, step, end };
}

/** Holes stay holes, and what is gone when its turn comes becomes one: the result begins as a copy. */
function collectMapped(values: readonly unknown[]): Collector {
  const mapped = values.map(() => undefined as unknown);
  const visited = new Set<number>();
  return collector(
    (result, _value, index) => {
      mapped[index] = result;
      visited.add(index);
      return false;
    },
    () => {
      for (const index of mapped.keys()) if (!visited.has(index)) delete mapped[index];
      return mapped;
    },
  );
}

type Found = { found: unknown } | undefined;

function search(
  otherwise: unknown,
  check: (result: unknown, value: unknown, index: number) => Found,
  visitsHoles = false,
): Collector {
  let answer = otherwise;
  const step: Step = (result, value, index) => {
    const hit = check(result, value, index);
    if (hit) answer = hit.found;
    return hit !== undefined;
  };
  return { visitsHoles, step, end: () => answer };
}

/** Cannot be parallel: each call needs the result of the one before. */
async function reduce(values: readonly unknown[], fn: AnyCallback, initial: unknown[]): Promise<never> {
  const { length } = values;
  let index = 0;
  let sum = initial[0];
  if (initial.length === 0) {
    while (index < length && !(index in values)) index++;
    if (index >= length) throw new TypeError('Reduce of empty array with no initial value');
    sum = values[index++];
  }
  for (; index < length; index++) {
    if (index in values) sum = await fn(sum, values[index], index, values);
  }
  return sum as never;
}

function describe(value: unknown): string {
  return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
}

/**
 * Calls a function that has become async and waits for it; what that gives ends as it did: `assert.throws(await settled(f))`.
 */
export async function settled<T>(fn: () => Awaitable<T>): Promise<() => T> {
  try {
    const value = await fn();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
