/** What only other units call: one that sleeps until it has the answer, and one that waits. */
import { refuse } from './work.ts';

/** @faas */
export function divide(total: number, by: number): number {
  return total / by;
}

/** @faas */
export async function reject(value: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return refuse(value);
}
