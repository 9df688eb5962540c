/** Calls the functions of another unit: with `--nested remote`, over the wire. */
import { refuse, sum } from './work.ts';

/** @faas */
export function average(values: number[]): number {
  return sum(values) / values.length;
}

/** @faas */
export async function check(values: number[]): Promise<string> {
  try {
    return `${refuse(sum(values))} is fine`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
