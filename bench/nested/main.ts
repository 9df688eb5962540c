/** With `--nested remote` one function calls the other over the network. */
export async function ratio(a: number, b: number): Promise<number> {
  const sum = a + b;
  return a / sum;
}

export async function percent(a: number, b: number): Promise<number> {
  const part = await ratio(a, b);
  return part * 100;
}
