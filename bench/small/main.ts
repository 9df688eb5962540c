export function ratio(a: number, b: number): number {
  const sum = a + b;
  return a / sum;
}
