/**
 * A program as people have them, always the same: the tsconfig that `tsc --init` writes, `@types/node`, modules of about 100 lines
 * that read files, emit events, keep things in classes and compute. It was measured against TheAlgorithms/TypeScript (5,292 lines,
 * 272 functions: one in 19 lines, a third of the lines comments) until it had as many functions and comments a line; one module in
 * three imports modules of Node, as in json-server. Constructs are not exchanged for those that make a better figure.
 */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const NODE_TYPES = dirname(createRequire(import.meta.url).resolve('@types/node/package.json'));

/** On average. */
const LINES_PER_MODULE = 100;
const KINDS = [emitStore, emitStatistics, emitText];

/** Writes about `lines` lines of TypeScript with a tsconfig below `folder`. */
export function writeOrdinaryProgram(folder: string, lines: number): void {
  const count = Math.ceil(lines / LINES_PER_MODULE);
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(NODE_TYPES, join(folder, 'node_modules/@types/node'), 'dir');
  for (let n = 0; n < count; n++) {
    writeFileSync(join(folder, 'src', `${nameOf(n)}.ts`), KINDS[n % KINDS.length]?.(n) ?? '');
  }
  writeFileSync(join(folder, 'src', 'main.ts'), emitMain(count));
  writeFileSync(join(folder, 'package.json'), '{ "name": "ordinary", "private": true, "type": "module" }\n');
  writeFileSync(join(folder, 'tsconfig.json'), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
}

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    esModuleInterop: true,
    forceConsistentCasingInFileNames: true,
    strict: true,
    skipLibCheck: true,
  },
  include: ['src'],
};

function nameOf(n: number): string {
  return `${['store', 'statistics', 'text'][n % KINDS.length]}${n}`;
}

function emitMain(count: number): string {
  const names = Array.from({ length: count }, (_, n) => nameOf(n));
  const imports = names.map((name) => `import * as ${name} from './${name}.js';`);
  return `${imports.join('\n')}\n\nconst parts = [\n  ${names.join(',\n  ')},\n];\nconsole.log(parts.length);\n`;
}

/** Files, events and a class. */
function emitStore(n: number): string {
  return `import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** An entry of the store, as it is in the file. */
export interface Entry${n} {
  key: string;
  value: number;
  created: string;
  tags?: string[];
}

/** What a search is limited to. */
export interface Query${n} {
  prefix?: string;
  tag?: string;
  limit: number;
}

/**
 * Entries of one file. Whoever listens to \`change\` hears of every entry that is added
 * or replaced, before the file is written.
 *
 * @example
 * const store = new Store${n}('./data')
 * store.on('change', (entry) => console.log(entry.key))
 */
export class Store${n} extends EventEmitter {
  private readonly entries = new Map<string, Entry${n}>();
  private readonly file: string;

  constructor(folder: string) {
    super();
    this.file = join(resolve(folder), 'store${n}.json');
  }

  /**
   * Reads what is there. A store that was never saved is empty, and one whose
   * file is broken says where it lies.
   * @returns the number of entries
   */
  load(): number {
    if (!existsSync(this.file)) return 0;
    const text = readFileSync(this.file, 'utf8');
    try {
      for (const entry of JSON.parse(text) as Entry${n}[]) {
        this.entries.set(entry.key, entry);
      }
    } catch (error) {
      throw new Error(\`cannot read \${this.file} in \${dirname(this.file)}\`, { cause: error });
    }
    return this.entries.size;
  }

  /**
   * Adds an entry, or replaces the one of that key.
   * @param entry the entry, which is kept as it is
   */
  put(entry: Entry${n}): void {
    this.entries.set(entry.key, entry);
    this.emit('change', entry);
    writeFileSync(this.file, JSON.stringify([...this.entries.values()], null, 2));
  }

  /**
   * Entries that a query asks for, in the order of their keys.
   * @param query what they have in common
   * @returns at most as many as its limit
   */
  find(query: Query${n}): Entry${n}[] {
    const { prefix, tag, limit } = query;
    const found: Entry${n}[] = [];
    for (const key of [...this.entries.keys()].sort()) {
      const entry = this.entries.get(key);
      if (!entry || found.length >= limit) break;
      if (prefix !== undefined && !key.startsWith(prefix)) continue;
      if (tag !== undefined && !entry.tags?.includes(tag)) continue;
      found.push(entry);
    }
    return found;
  }
}

/**
 * Opens the store of a folder.
 * @param folder where its file lies, or will
 */
export async function open${n}(folder: string): Promise<Store${n}> {
  const store = new Store${n}(folder);
  await Promise.resolve(store.load());
  return store;
}
`;
}

/** Numbers and lists of them. */
function emitStatistics(n: number): string {
  return `/**
 * The mean of a list of numbers.
 *
 * @param values - the numbers
 * @return the mean, 0 for an empty list
 * @see https://en.wikipedia.org/wiki/Mean
 * @example mean${n}([1, 2, 4, 5]) = 3
 */
export const mean${n} = (values: number[]): number => {
  if (values.length === 0) {
    return 0;
  }
  // All of them together first, so that only one division rounds.
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum / values.length;
};

/**
 * How far apart numbers are.
 *
 * @param values - the numbers, at least two
 * @return their variance
 * @example variance${n}([1, 2, 3]) = 1
 */
export const variance${n} = (values: number[]): number => {
  if (values.length < 2) {
    throw new TypeError('at least two numbers are needed');
  }
  const middle = mean${n}(values);
  let sum = 0;
  for (const value of values) {
    sum += (value - middle) ** 2;
  }
  return sum / (values.length - 1);
};

/**
 * The means of all windows of a size over a list: the first one is that of the
 * first \`size\` numbers.
 *
 * @param values - the numbers in their order
 * @param size - how many of them are in a window
 * @return a mean for each place where a window fits
 * @example moving${n}([1, 2, 3, 4], 2) = [1.5, 2.5, 3.5]
 */
export function moving${n}(values: number[], size = ${(n % 5) + 2}): number[] {
  const means: number[] = [];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    if (i >= size) {
      sum -= values[i - size];
    }
    if (i >= size - 1) {
      means.push(sum / size);
    }
  }
  return means;
}

/**
 * Sorts a list in place by merging halves of it.
 *
 * @param values - the numbers, which are changed
 * @param low - the first place that is sorted
 * @param high - the place behind the last one
 */
export function mergeSort${n}(values: number[], low = 0, high = values.length): void {
  if (high - low < 2) {
    return;
  }
  const middle = Math.floor((low + high) / 2);
  mergeSort${n}(values, low, middle);
  mergeSort${n}(values, middle, high);
  const left = values.slice(low, middle);
  const right = values.slice(middle, high);
  for (let i = low; i < high; i++) {
    const takesLeft = right.length === 0 || (left.length > 0 && left[0] <= right[0]);
    values[i] = (takesLeft ? left.shift() : right.shift()) ?? 0;
  }
}
`;
}

/** Texts, maps and generic functions. */
function emitText(n: number): string {
  return `/** Words that are not counted. */
const IGNORED${n} = new Set(['a', 'an', 'and', 'in', 'of', 'or', 'the', 'to']);

/** How often a word is in a text, and where it is first. */
export interface Count${n} {
  word: string;
  count: number;
  first: number;
}

/** What a table is made of. */
export type Row${n} = Record<string, string | number | undefined>;

/**
 * Counts the words of a text, whatever their case.
 *
 * @param text - the text, in any language with letters
 * @return one entry a word, the most frequent first
 * @example countWords${n}('to be or not to be')[0].word = 'be'
 */
export function countWords${n}(text: string): Count${n}[] {
  const counts = new Map<string, Count${n}>();
  const words = text.toLowerCase().match(/\\p{L}+/gu) ?? [];
  for (const [place, word] of words.entries()) {
    if (IGNORED${n}.has(word)) continue;
    const known = counts.get(word);
    if (known) {
      known.count += 1;
    } else {
      counts.set(word, { word, count: 1, first: place });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.first - b.first);
}

/**
 * Puts things into groups.
 *
 * @param items - the things in their order
 * @param keyOf - what the things of a group have in common
 * @return the groups by their key, in the order in which they begin
 */
export function groupBy${n}<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}

/**
 * Writes rows as a table whose columns are as wide as what is in them.
 *
 * @param rows - the rows; what they have no value for stays empty
 * @param columns - the names of the columns, from left to right
 * @return the lines of the table, with its head
 */
export function formatTable${n}(rows: readonly Row${n}[], columns: readonly string[]): string {
  const lines: string[][] = [[...columns]];
  for (const row of rows) {
    const cells: string[] = [];
    for (const name of columns) {
      cells.push(String(row[name] ?? ''));
    }
    lines.push(cells);
  }
  let table = '';
  for (const line of lines) {
    for (const [column, cell] of line.entries()) {
      const width = Math.max(...lines.map((other) => other[column].length));
      table += cell.padEnd(width + 2);
    }
    table = \`\${table.trimEnd()}\\n\`;
  }
  return table;
}

/**
 * Reads a text of values with commas between them. A value in quotes may hold
 * commas and ends of lines, and \`""\` there stands for one quote.
 *
 * @param text - the text, whose first line has the names of the columns
 * @return a row for each of the other lines
 * @throws SyntaxError where a quote is not closed
 */
export function parseRows${n}(text: string): Row${n}[] {
  const lines: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character !== '"') {
        cell += character;
      } else if (text[i + 1] === '"') {
        cell += character;
        i++;
      } else {
        isQuoted = false;
      }
    } else if (character === '"') {
      isQuoted = true;
    } else if (character === ',' || character === '\\n') {
      lines[lines.length - 1].push(cell);
      cell = '';
      if (character === '\\n') lines.push([]);
    } else {
      cell += character;
    }
  }
  if (isQuoted) {
    throw new SyntaxError('a quote is not closed');
  }
  lines[lines.length - 1].push(cell);
  const [names, ...values] = lines;
  return values.map((line) => Object.fromEntries(names.map((name, column) => [name, line[column]])));
}
`;
}
