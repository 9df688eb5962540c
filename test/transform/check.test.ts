import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { checkRewritten } from '../../src/3-transform/check.ts';
import { transform } from '../../src/3-transform/transform.ts';
import type { CutPlan, ModulePlan } from '../../src/types.ts';
import { writeFiles } from '../analyze/write-files.ts';
import { cutOf, modulePlanOf, planOf, spansOf } from './facts.ts';

const RUNTIME_TYPES = join(import.meta.dirname, '../../templates/package/index.d.ts');
const OPTIONS = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'Bundler',
  strict: true,
  types: [],
  lib: ['ES2022'],
};

/** Checks `files` rewritten as the fragments say. */
function check(files: Record<string, string>, modules: ModulePlan[], forms: Record<string, CutPlan['form']> = {}) {
  const cwd = writeFiles({ 'tsconfig.json': JSON.stringify({ compilerOptions: OPTIONS }), ...files });
  const loaded = loadProgram({ path: '.', cwd });
  const analysis = analyze(loaded);
  const cuts = modules.flatMap((module) => module.cuts).map((id) => cutOf(id, { form: forms[id] ?? 'blocking' }));
  const plan = planOf([], cuts, modules);
  const { app } = transform(loaded, analysis, plan, { providers: [], out: join(cwd, 'faas') });
  return checkRewritten(loaded, analysis, plan, app, RUNTIME_TYPES);
}

const F = 'export function f(x: number) {\n  return x;\n}\n';

test('a rewriting that compiles', async () => {
  const use = `import { f } from './m';\nexport const y: number = f(1);\n`;
  const result = await check({ 'm.ts': F, 'use.ts': use }, [modulePlanOf('m', { cuts: ['m#f'] })]);
  expect(result).toMatchObject({ broken: [], problems: [] });
});

test('errors that were there before are nobody’s fault', async () => {
  const files = { 'm.ts': `${F}const bad: string = 1;\n` };
  expect(await check(files, [modulePlanOf('m', { cuts: ['m#f'] })])).toMatchObject({ broken: [], problems: [] });
});

test('an error in another file is blamed on the function that it uses', async () => {
  const use = `import { f, g } from './m';\n\nexport const z = g();\nexport const y: number =\n  f(1);\n`;
  const files = { 'm.ts': `${F}export const g = () => 1;\n`, 'use.ts': use };
  const module = modulePlanOf('m', { cuts: ['m#f', 'm#g'], coloured: ['m#f'] });
  const { broken } = await check(files, [module, modulePlanOf('use', { awaits: [] })], { 'm#f': 'coloured' });
  expect(broken).toMatchObject([{ fn: 'm#f', mayPin: true, at: { file: 'use.ts', line: 5 } }]);
});

test('a promise where anything goes is found too, in a file whose lines have moved', async () => {
  const text = `${F}export function show(): string {\n  return \`\${f(1)} \${f(2)}\`;\n}\n`;
  const module = modulePlanOf('m', { cuts: ['m#f', 'm#show'], coloured: ['m#f'], awaits: spansOf(text, 'f(1)') });
  const { broken } = await check({ 'm.ts': text }, [module], { 'm#f': 'coloured' });
  expect(broken[0]).toMatchObject({
    fn: 'm#f',
    message: 'a call of it would not be awaited',
    at: { line: 5, column: 21 },
  });
});

test('with a package that is installed twice', async () => {
  const twin = (folder: string) => ({
    [`${folder}/node_modules/twin/package.json`]: '{ "name": "twin", "version": "1.0.0", "types": "index.d.ts" }',
    [`${folder}/node_modules/twin/index.d.ts`]: 'export declare const kind: number;\n',
    [`${folder}/use.ts`]: `import { kind } from 'twin';\nexport const own${folder} = kind;\n`,
  });
  const use = "import { f } from './m';\nimport './a/use';\nimport './b/use';\nexport const z: number = f(1);\n";
  const files = { 'm.ts': F, 'use.ts': use, ...twin('a'), ...twin('b') };
  const module = modulePlanOf('m', { cuts: ['m#f'], coloured: ['m#f'] });
  const { broken } = await check(files, [module], { 'm#f': 'coloured' });
  expect(broken).toMatchObject([{ fn: 'm#f', at: { file: 'use.ts', line: 4 } }]);
});

test('a function that is borrowed', async () => {
  const text = `${F}console.log(f.call(null, 1));\n`;
  const module = modulePlanOf('m', { cuts: ['m#f'], coloured: ['m#f'] });
  expect((await check({ 'm.ts': text }, [module], { 'm#f': 'coloured' })).broken).toMatchObject([
    { fn: 'm#f', at: { line: 4 } },
  ]);
});

test('classes under guard compile under strict', async () => {
  const text = `class Base<T> {
  readonly #items: T[] = [];
  #rate;
  label: string;
  constructor({ rate, label }: { rate: number; label: string }, ...items: T[]) {
    this.#rate = rate;
    this.label = label;
    this.#items = items;
  }
  total() { return this.#items.length * this.#rate; }
}
export class Cart extends Base<string> {
  #tax = new Map<string, number>();
  readonly note: string;
  constructor(...names: [string, ...string[]]) {
    const rate = names.length;
    super({ rate, label: 'x' }, ...names.slice(1));
    this.note = \`\${this.#tax.size}\`;
  }
}
`;
  const shares = { variables: [], classes: ['m#Cart'], functions: [] };
  expect(
    await check({ 'm.ts': text.replace('#rate;', '#rate: number;') }, [modulePlanOf('m', { shares })]),
  ).toMatchObject({
    broken: [],
    problems: [],
  });
});
