import fc from 'fast-check';

/** One thing that must hold whatever comes. */
export interface Fuzzer {
  name: string;
  property: fc.IRawProperty<unknown>;
  /** How often it is tried by `npm test`; 0 for what only `npm run fuzz` has the time for. */
  runs: number;
  /** What once went wrong: tried first, always. */
  found?: unknown[];
  /** Of those that take seconds each: the same ones in every `npm test`, and an end to making what fails smaller. */
  limits?: fc.Parameters<unknown>;
}

/** `fc.property`, or `fc.asyncProperty` for what has to be waited for, with the values that once failed. */
export function fuzz<T>(
  name: string,
  runs: number,
  values: fc.Arbitrary<T>,
  check: (value: T) => void | Promise<void>,
  found: T[] = [],
): Fuzzer {
  const property = fc.asyncProperty(values, async (value) => check(value));
  return { name, property, runs, found: found.map((value) => [value]) };
}

/** Throws with seed, path and the smallest value that fails. */
export async function runFuzzer(
  { property, found = [], limits }: Fuzzer,
  given: fc.Parameters<unknown>,
): Promise<void> {
  const details = await fc.check(property as fc.IAsyncProperty<unknown>, { examples: found, ...limits, ...given });
  if (details.failed && details.counterexample !== null)
    throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}
