export function empty(): void {}

export async function importInTheMiddle(text: string): Promise<string> {
  const trimmed = text.trim();
  const { createHash } = await import('node:crypto');
  const digest = createHash('sha256').update(trimmed).digest('hex');
  return digest.slice(0, 16);
}

function average(values: number[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum / values.length;
}

export function withHelper(values: number[]): string {
  const mean = average(values);
  const spread = average(values.map((value) => (value - mean) ** 2));
  return `mean ${mean.toFixed(2)}, variance ${spread.toFixed(2)}`;
}

export function insertionSort(values: number[]): number[] {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let j = i - 1;
    while (j >= 0 && values[j]! > value) {
      values[j + 1] = values[j]!;
      j--;
    }
    values[j + 1] = value;
  }
  return values;
}

export async function longSleep(milliseconds: number): Promise<string> {
  const half = milliseconds / 2;
  await new Promise((resolve) => setTimeout(resolve, half));
  await new Promise((resolve) => setTimeout(resolve, half));
  return 'rested';
}

export function longLoop(rounds: number): number {
  let hash = 7;
  for (let i = 1; i <= rounds; i++) {
    hash = (hash * 31 + i) % 1_000_003;
    if (i % 20_000 === 0) {
      console.log(`round ${i}: ${hash}`);
    }
  }
  return hash;
}
