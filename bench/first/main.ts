/** Prints the milliseconds from the moment at which its code begins to load until the first reply of a function is there. */
export async function ratio(a: number, b: number): Promise<number> {
  const sum = a + b;
  return a / sum;
}

if ((await ratio(1, 3)) !== 0.25) throw new Error('wrong reply');
console.log(performance.now() - performance.nodeTiming.bootstrapComplete);
process.exit();
