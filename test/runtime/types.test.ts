import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';

const PROGRAM = `
import {
  cut, cutAsync, cutAsyncGenerator, cutGenerator, cutPromise, parallel, privates, restoring, sequence, share, site,
} from 'faasify/runtime';

let counter = 0;
const NIL = {};
share({ 'm#counter': [() => counter, (v) => { counter = v; }], 'm#NIL': [() => NIL], 'm#Cart': [() => Cart] });

export function calculate(values: number[]): number {
  const $ = cut('m#calculate', arguments); if ($) return $.ret;
  return values.length + counter;
}
export function inferred(text: string) {
  const $ = cut('m#inferred', arguments); if ($) return $.ret;
  return text.length;
}
const length: number = inferred('x');

export async function later(values: string[]) {
  const $ = cutAsync('m#later', arguments); if ($ && (await $)) return $.ret;
  return values.join();
}
const text: Promise<string> = later([]);
export function promised(values: string[]) {
  const $ = cutPromise('m#promised', arguments); if ($) return $;
  return Promise.resolve(values.join());
}
const promise: Promise<string> = promised([]);

export function* counted(count: number): Generator<string, number, boolean> {
  const $ = cutGenerator('m#counted', arguments); if ($) return yield* $;
  while (yield 'x') count++;
  return count;
}
export function* walked(text: string) {
  const $ = cutGenerator('m#walked', arguments); if ($) { yield* $; return; }
  yield text;
}
const walking: Generator<string, void, unknown> = walked('x');
export async function* streamed(text: string) {
  const $ = cutAsyncGenerator('m#streamed', arguments); if ($ && (await $)) return yield* $;
  const sent: number = yield text;
  return sent;
}
const streaming: AsyncGenerator<string, number, number> = streamed('x');
export async function* shared(text: string): AsyncIterable<string> {
  const $ = cutGenerator('m#shared', arguments); if ($) return yield* $;
  yield text;
}

export class Cart {
  #items: string[] = restoring() ? undefined! : [];
  private constructor(public name: string) {}
  static { privates('m#Cart', this, { '#items': [(o) => o.#items, (o, v) => { o.#items = v; }] }); }
  static create() { return new Cart('x'); }
  total() {
    const $ = cut('m#Cart.total', arguments, this); if ($) return $.ret;
    return this.#items.length;
  }
}

const rate = 2;
const scale = site('m#scale', (x: number) => x * rate, () => [rate]);
export async function loops(values: readonly number[]) {
  const mapped: string[] = await parallel(values, 'map', async (x, i) => String(x + i + scale(x)));
  const kept: number[] = await sequence(values, 'filter', async (x) => x > 1);
  const sum: number = await sequence(values, 'reduce', async (a, b) => a + b);
  const joined: string = await sequence(values, 'reduce', async (a, b) => a + b, '');
  const flat: number[] = await parallel(values, 'flatMap', async (x) => [x, x]);
  const found: number | undefined = await sequence(values, 'find', async (x) => x > 1);
  const any: boolean = await sequence(values, 'some', async (x) => x > 1);
  await sequence(values, 'forEach', async (x) => { counter += x; });
  return [mapped, kept, sum, joined, flat, found, any];
}
export default [length, text, promise, walking, streaming];
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-types-'));
  const runtime = join(folder, 'node_modules', 'faasify', 'runtime');
  mkdirSync(runtime, { recursive: true });
  cpSync(resolve(import.meta.dirname, '../../templates/package'), runtime, { recursive: true });
  const exports = { './runtime': { types: './runtime/index.d.ts', default: './runtime/index.cjs' } };
  writeFileSync(join(folder, 'node_modules', 'faasify', 'package.json'), JSON.stringify({ name: 'faasify', exports }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each<[string, ts.CompilerOptions]>([
  ['node10', { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 }],
  ['nodenext', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
])('rewritten code type-checks with module resolution %s', (_name, options) => {
  const program = ts.createProgram([join(folder, 'program.ts')], {
    ...options,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitReturns: true,
    noUnusedLocals: true,
    skipLibCheck: false,
    noEmit: true,
    types: [],
  });
  // The libraries of the language, which take nearly all the time, are others' business.
  const own = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file));
  const diagnostics = own.flatMap((file) => ts.getPreEmitDiagnostics(program, file));
  const messages = diagnostics.map(({ messageText, file, start = 0 }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(messages).toEqual([]);
});

it('does without the types of iterators', () => {
  const file = join(folder, 'old.ts');
  writeFileSync(file, "import { cut } from 'faasify/runtime';\nexport default cut;\n");
  const options = { lib: ['lib.es5.d.ts'], strict: true, skipLibCheck: false, noEmit: true, types: [] };
  const program = ts.createProgram([file], { ...options, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES5 });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
});

it('declares what there is', async () => {
  const declared: (keyof typeof import('../../templates/package/index.js'))[] = [
    'bound',
    'captured',
    'cell',
    'cut',
    'cutAsync',
    'cutAsyncGenerator',
    'cutGenerator',
    'cutPromise',
    'loaded',
    'parallel',
    'privates',
    'restoring',
    'sequence',
    'settled',
    'share',
    'site',
    'sites',
  ];
  const source = ts.sys.readFile(resolve(import.meta.dirname, '../../templates/runtime/index.ts')) ?? '';
  const exported = [...source.matchAll(/export \{(.*)\}/g)].flatMap(([, names = '']) => names.trim().split(', '));
  expect(exported.sort()).toEqual(declared);
});

it('has no labels in its tuples, which older compilers take for elements', () => {
  const text = ts.sys.readFile(resolve(import.meta.dirname, '../../templates/package/index.d.ts')) ?? '';
  expect(text.match(/readonly \[\w+\??:/g)).toBeNull();
});
