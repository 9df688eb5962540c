/**
 * A program of any size, always the same: modules of functions, a class and types that build on one another. About as
 * many functions a line as in TheAlgorithms/TypeScript (one in twenty).
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LINES_PER_MODULE = 100;
/** So many modules in a row build on one another. */
const CHAIN = 4;

/** Writes about `lines` lines of TypeScript with a tsconfig below `folder`. */
export function writeProgram(folder: string, lines: number): void {
  const count = Math.ceil(lines / LINES_PER_MODULE);
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (let index = 0; index < count; index++) writeFileSync(join(folder, 'src', `part${index}.ts`), emitModule(index));
  writeFileSync(join(folder, 'src', 'main.ts'), emitMain(count));
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true, "type": "module" }\n');
  writeFileSync(join(folder, 'tsconfig.json'), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
}

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
  },
  include: ['src'],
};

function emitMain(count: number): string {
  const imports = Array.from({ length: count }, (_, index) => `import { total${index} } from './part${index}.ts';`);
  const calls = Array.from({ length: count }, (_, index) => `total${index}([1, 2, ${index}])`);
  return `${imports.join('\n')}\n\nexport const result = [\n  ${calls.join(',\n  ')},\n];\n`;
}

function emitModule(n: number): string {
  const isFirst = n % CHAIN === 0;
  const imported = isFirst ? '' : `import { type Item${n - 1}, total${n - 1} } from './part${n - 1}.ts';\n\n`;
  const base = isFirst ? '' : ` extends Item${n - 1}`;
  const start = isFirst ? 'items.length' : `total${n - 1}(items.map((item) => item.weight))`;
  return `${imported}/** A thing that is weighed in part ${n}. */
export interface Item${n}${base} {
  name${n}: string;
  weight: number;
  tags: Map<string, number[]>;
}

/** Weights above these are cut off, one limit after the other. */
const LIMITS${n}: readonly number[] = [1, 2, 4, 8, ${n}];
let seen${n} = 0;

/**
 * Holds named weights.
 * @example new Basket${n}().add('a', 1).weigh() = 1
 */
export class Basket${n} {
  #items: { name: string; weight: number }[] = [];

  add(name: string, weight: number): this {
    if (!Number.isFinite(weight)) {
      throw new RangeError(\`\${name} has no weight\`);
    }
    const known = this.#items.find((item) => item.name === name);
    if (known) {
      known.weight += weight;
    } else {
      this.#items.push({ name, weight });
    }
    return this;
  }

  weigh(): number {
    let sum = 0;
    for (const item of this.#items) {
      sum += item.weight;
    }
    return sum;
  }
}

/**
 * Weighs all values, each cut off at its limit.
 * @param values The weights, in any order.
 * @returns Their sum.
 */
export function total${n}(values: number[]): number {
  const basket = new Basket${n}();
  for (const [index, value] of values.entries()) {
    seen${n} += 1;
    const limit = LIMITS${n}[seen${n} % LIMITS${n}.length] ?? 1;
    basket.add(\`v\${index}\`, value > limit ? limit : value);
  }
  const sum = basket.weigh();
  if (sum < 0) {
    return 0;
  }
  return Math.round(sum * 100) / 100;
}

/**
 * Sorts items into groups by their first letter.
 * @param items Anything with a name and a weight.
 */
export function group${n}<T extends { name: string; weight: number }>(items: T[]): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  const size = ${start};
  if (size < 0) {
    return groups;
  }
  for (const item of items) {
    const key = item.name.slice(0, 1).toUpperCase();
    const list = groups[key] ?? [];
    list.push(item);
    groups[key] = list;
  }
  return groups;
}

/** Finds the place of a weight in a sorted list; -1 if it is not there. */
export function find${n}(sorted: number[], weight: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === weight) {
      return middle;
    }
    if (found < weight) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return -1;
}
`;
}
