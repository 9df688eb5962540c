/** A program of any size, always the same: modules of functions, a class and types that build on one another. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LINES_PER_MODULE = 50;

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
  const before = Math.max(0, n - 1);
  const imported = n === 0 ? '' : `import { type Item${before}, total${before} } from './part${before}.ts';\n\n`;
  const base = n === 0 ? '' : ` extends Item${before}`;
  const chained = n % 10 === 0 ? 'items.length' : `total${before}(items.map((item) => item.weight))`;
  return `${imported}export interface Item${n}${base} {
  name${n}: string;
  weight: number;
  tags: Map<string, number[]>;
}

const LIMITS${n}: readonly number[] = [1, 2, 4, 8, ${n}];
let seen${n} = 0;

export class Basket${n} {
  #items: { name: string; weight: number }[] = [];

  add(name: string, weight: number): this {
    this.#items.push({ name, weight });
    return this;
  }

  weigh(): number {
    return this.#items.reduce((sum, item) => sum + item.weight, 0);
  }

  heaviest(): { name: string; weight: number } | undefined {
    return [...this.#items].sort((a, b) => b.weight - a.weight)[0];
  }
}

export function total${n}(values: number[]): number {
  const basket = new Basket${n}();
  for (const [index, value] of values.entries()) basket.add(\`v\${index}\`, clamp${n}(value));
  return basket.weigh() + (basket.heaviest()?.weight ?? 0);
}

function clamp${n}(value: number): number {
  seen${n} += 1;
  const limit = LIMITS${n}[seen${n} % LIMITS${n}.length] ?? 1;
  return value > limit ? limit : value;
}

export function group${n}<T extends { name: string; weight: number }>(items: T[]): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const item of items) {
    const key = item.name.slice(0, 1).toUpperCase();
    (groups[key] ??= []).push(item);
  }
  const size = ${chained};
  return size < 0 ? {} : groups;
}
`;
}
