import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';

export async function askNumber(question: string): Promise<number> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  console.log();
  return Number(answer);
}

export async function readColumn(file: URL, column: number): Promise<number[]> {
  const text = await readFile(file, 'utf8');
  return parseColumn(text, column);
}

export function parseColumn(text: string, column: number): number[] {
  const [, ...rows] = text.trim().split(/\r?\n/);
  return rows.map((row) => Number(row.split(',')[column]));
}
