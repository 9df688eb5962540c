/** What has been proven of each provider on its own runtime, and the table of it in README. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson } from '../../src/4-package/files.ts';

export const ROWS = ['call', 'values', 'errors', 'output', 'async', 'streaming', 'nested', 'large', 'limits'] as const;

export type Row = (typeof ROWS)[number];

/** As plainly, not, or only for calls that are awaited. */
export type Mark = boolean | 'awaited';

export interface Proof {
  /** Of the runtime: its package, or the repository with commit and date. */
  version: string;
  rows: Partial<Record<Row, Mark>>;
  /** Those that did the same. */
  examples: string[];
}

/** By the name of the runtime, sorted: `lambda`, `lambda@serverless-offline`. */
export type Proofs = Record<string, Proof>;

const FILE = join(import.meta.dirname, 'matrix.json');

export function readProofs(): Proofs {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Proofs) : {};
}

/** What was not run again keeps what is known of it. */
export function writeProof(name: string, { version, rows, examples: passed }: Proof): void {
  const proofs = readProofs();
  const known = proofs[name];
  const proof: Proof = {
    version: version || (known?.version ?? ''),
    rows: { ...known?.rows, ...rows },
    examples: [...new Set([...(known?.examples ?? []), ...passed])].sort(),
  };
  const all: Proofs = { ...proofs, [name]: proof };
  writeFileSync(FILE, formatJson(Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))));
}

const TITLES: Record<Row, string> = {
  call: 'call',
  values: 'rich values',
  errors: 'error, class and cause',
  output: 'output',
  async: 'async',
  streaming: 'generators',
  nested: 'unit to unit',
  large: 'large payload',
  limits: 'limits',
};

const SYMBOLS = new Map<Mark | undefined, string>([
  [true, '●'],
  [false, '○'],
  ['awaited', '◐'],
]);

/** Markdown. */
export function formatMatrix(proofs: Proofs): string {
  const head = ['target', ...ROWS.map((row) => TITLES[row]), 'examples', 'runtime'];
  const lines = Object.entries(proofs).map(([name, { version, rows, examples }]) => {
    const marks = ROWS.map((row) => SYMBOLS.get(rows[row]) ?? '');
    return [`\`${name.replace(/@.*$/, '')}\``, ...marks, `${examples.length}`, version];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
