/** Calls functions of other units: with `--nested remote`, over the wire. Nobody else calls `divide` and `reject`. */
import { divide, reject } from './inner.ts';
import { sum } from './work.ts';

/** @faas */
export function average(values: number[]): number {
  return divide(sum(values), values.length);
}

/** @faas */
export async function check(values: number[]): Promise<string> {
  try {
    return `${await reject(sum(values))} is fine`;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
