import { Arithmetic } from '../arithmetic/arithmetic.js';

const arithmetic = new Arithmetic();

export function mean(values: readonly number[]): number {
  const total = values.reduce((sum, value) => arithmetic.sum(sum, value), 0);
  return arithmetic.quotient(total, values.length);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : mean(sorted.slice(middle - 1, middle + 1));
}
