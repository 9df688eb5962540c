/** Running programs and keeping time. */

import { spawn } from 'node:child_process';

export interface Timed {
  /** Lines of stdout. */
  lines: string[];
  /** Milliseconds from the start of the process to its first line, and to its end. */
  first: number;
  total: number;
}

export function timeProgram(args: string[], cwd: string): Promise<Timed> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let first = Number.NaN;
  let text = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (Number.isNaN(first)) first = performance.now() - begin;
    text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const total = performance.now() - begin;
      if (code === 0) resolve({ lines: text.trimEnd().split('\n'), first, total });
      else reject(new Error(`node ${args.join(' ')} ended with exit code ${code}\n${text}${errors}`));
    });
  });
}

/** Runs the contenders in turn, so that all meet the same weather, and returns the median of each. */
export function medians<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  return measure(rounds, contenders, median);
}

async function measure<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => Promise<number>>,
  choose: (values: number[]) => number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const found = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) found.get(name)?.push(await contenders[name]());
  }
  return Object.fromEntries(names.map((name) => [name, choose(found.get(name) ?? [])])) as Record<Name, number>;
}

/** As `medians`, but the least of each, where what disturbs can only add to it. */
export function minima<Name extends string>(
  rounds: number,
  contenders: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  return measure(rounds, contenders, (values) => Math.min(...values));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
