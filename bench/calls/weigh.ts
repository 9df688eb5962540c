export function weigh(values: number[], factor: number): number {
  let sum = 0;
  for (const value of values) sum += value * factor;
  return sum;
}
