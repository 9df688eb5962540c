import { describe, expect, test } from 'vitest';
import { transform } from '../../src/3-transform/transform.ts';
import { loadProvider } from '../../src/providers/index.ts';
import type { UnitPlan } from '../../src/types.ts';
import { analyseSyntax, cutOf, modulePlanOf, planOf, sourcesOf, syntaxErrorsOf, unitOf } from './facts.ts';

const lambda = await loadProvider('lambda');

/** The unit's files without maps, each checked to parse. */
function cutUnit(files: Record<string, string>, unit: Partial<UnitPlan> & { functions: string[] }) {
  const analysis = analyseSyntax(files);
  const cuts = unit.functions.map((fn) => cutOf(fn, { unit: 'u' }));
  const modules = analysis.modules.map(({ id }) => modulePlanOf(id));
  const plan = planOf([unitOf('u', unit.functions, unit)], cuts, modules);
  const run = () => transform(sourcesOf(files), analysis, plan, { providers: [lambda], out: '/project/faas' });
  const output = run();
  expect(run()).toEqual(output);
  expect(output.app).toEqual([]);
  const result: Record<string, string> = {};
  for (const { path, text } of [...(output.units[0]?.files ?? []), ...output.slices]) {
    if (path.endsWith('.map')) continue;
    if (path.endsWith('.ts')) expect(syntaxErrorsOf(path, text), path).toEqual([]);
    result[path] = text.replace(/\/\/# sourceMappingURL.*\n$/, '');
  }
  return result;
}

test('the handler and the needed statements of one module', () => {
  const files = {
    'trig.ts': `#!/usr/bin/env node
/*! Licence */

import { sin, cos as cosine } from 'mathlib';
import * as fs from 'node:fs';

/** A step. */
const STEP = 0.1; // per turn

// Not needed.
const OTHER = fs.readFileSync('x');

type Values = number[];

/** Adds up. */
export function calculate(values: Values): number {
  return values.map(complextrig).reduce(add, 0);
}

function complextrig(v: number) { return sin(v) * STEP; }
function add(a: number, b: number) { return a + b; }
function unused() { return cosine(OTHER); }

console.log(calculate([1, 2]));
`,
  };
  expect(cutUnit(files, { functions: ['trig#calculate'] })).toEqual({
    'handler.ts': `// made by faasify from src/trig.ts: calculate(values: Values)
import { handle } from '../../lambda/handler.ts';
import { calculate } from '../../slices/trig.ts';
export const handler = handle({
  'trig#calculate': { run: calculate, contract: 'c0ffee' },
});
`,
    'slices/trig.ts': `#!/usr/bin/env node
/*! Licence */

import { sin } from 'mathlib';

/** A step. */
const STEP = 0.1; // per turn

type Values = number[];

/** Adds up. */
export function calculate(values: Values): number {
  return values.map(complextrig).reduce(add, 0);
}

function complextrig(v: number) { return sin(v) * STEP; }
function add(a: number, b: number) { return a + b; }
`,
  });
});

describe('imports', () => {
  test('through barrels, stars, defaults, aliases, with other extensions', () => {
    const files = {
      'main.ts': `import run, { a as x, b } from './lib';
import { helper } from '@/lib/helper.js';
import './lib/effects';
import './nowhere';
import 'reflect-metadata';
import data from './data.json';
import legacy from './legacy.js';
function entry() { return run(x) + helper() + data.size + legacy; }
`,
      'lib/index.ts': `export { default, b } from './run';
export * from './one';
export * from './a';
export * as all from './one';
`,
      'lib/run.ts': `export default function () { return 1; }\nexport const b = 2;\n`,
      'lib/one.ts': `export const one = 1;\n`,
      'lib/a.ts': `const local = 1;\nconst more = 2;\nexport { local as a, more };\n`,
      'lib/helper.ts': `import { entry } from '../main.js';\nexport const helper = () => 1, other = () => entry;\n`,
      'lib/effects.ts': `console.log(1);\n`,
      'nowhere.ts': `console.log(2);\n`,
      'data.json': `{ "size": 1 }`,
    };
    expect(cutUnit(files, { functions: ['main#entry'] })).toMatchObject({
      'slices/data.json': `{ "size": 1 }`,
      'slices/main.ts': `import run, { a as x } from './lib/index.ts';
import { helper } from './lib/helper.ts';
import 'reflect-metadata';
import data from './data.json';
import legacy from './legacy.js';
function entry() { return run(x) + helper() + data.size + legacy; }
export { entry };
`,
      'slices/lib/index.ts': `export { default } from './run.ts';\nexport * from './a.ts';\n`,
      'slices/lib/run.ts': `export default function () { return 1; }\n`,
      'slices/lib/a.ts': `const local = 1;\nexport { local as a };\n`,
      'slices/lib/helper.ts': `import { entry } from '../main.ts';\nexport const helper = () => 1, other = () => entry;\n`,
    });
  });

  test('namespaces: the members that are named, or all', () => {
    const files = {
      'm.ts': `import * as ns from './n';\nimport * as whole from './w';\nexport function f(x: ns.T) { return ns.g(whole); }\n`,
      'n.ts': `export type T = 1;\nexport function g(x: unknown) {}\nexport function h() {}\n`,
      'w.ts': `export const a = 1;\nconst b = 2;\nexport { b };\nconst c = 3;\n`,
    };
    expect(cutUnit(files, { functions: ['m#f'] })).toMatchObject({
      'slices/n.ts': `export type T = 1;\nexport function g(x: unknown) {}\n`,
      'slices/w.ts': `export const a = 1;\nconst b = 2;\nexport { b };\n`,
    });
  });

  test('export = and import = require', () => {
    const files = {
      'm.ts': `import x = require('./x');\nimport y = require('./y');\nimport * as z from './x';\nimport fs = require('fs');\nexport function f() { return x() + y.a + z() + fs.constants; }\n`,
      'x.ts': `function x() { return 1; }\nexport = x;\n`,
      'y.ts': `export const a = 1, b = 2;\nexport const c = 3;\n`,
    };
    expect(cutUnit(files, { functions: ['m#f'] })).toMatchObject({
      'slices/m.ts': `import x from './x.ts';\nimport * as y from './y.ts';\nimport z from './x.ts';\nimport fs = require('fs');\nexport function f() { return x() + y.a + z() + fs.constants; }\n`,
      'slices/x.ts': `function x() { return 1; }\nexport default x;\n`,
      'slices/y.ts': `export const a = 1, b = 2;\n`,
    });
  });

  test('dynamic imports bring the whole module', () => {
    const files = {
      'm.ts': `export async function f() { return (await import('./n.js')).a; }\n`,
      'n.ts': `export const a = 1;\nexport const b = 2;\nconst c = 3;\n`,
    };
    expect(cutUnit(files, { functions: ['m#f'] })).toMatchObject({
      'slices/m.ts': `export async function f() { return (await import('./n.ts')).a; }\n`,
      'slices/n.ts': `export const a = 1;\nexport const b = 2;\n`,
    });
  });

  test('modules above the source root', () => {
    const files = {
      'm.ts': `import { a } from '../shared/a';\nexport function f() { return a; }\n`,
      '../shared/a.ts': `export const a = 1;\n`,
    };
    const unit = cutUnit(files, { functions: ['m#f'] });
    expect(unit['slices/m.ts']).toContain(`from './_up/shared/a.ts'`);
    expect(unit['slices/_up/shared/a.ts']).toBe('export const a = 1;\n');
  });
});

test('effects that set what is needed come along, also from modules that nobody imports', () => {
  const files = {
    'm.ts': `import { registry } from './registry';\nexport function f() { return registry[0]; }\n`,
    'registry.ts': `export const registry: string[] = [];\nregistry.push('own');\nconst other: string[] = [];\nother.push('x');\n`,
    'plugin.ts': `import { registry } from './registry';\nimport { name, more } from './names';\nconst text = name;\nregistry.push(text);\nconsole.log(more);\n`,
    'names.ts': `export const name = 'n', more = 2;\nexport const rest = 3;\n`,
  };
  expect(cutUnit(files, { functions: ['m#f'] })).toMatchObject({
    'slices/registry.ts': `export const registry: string[] = [];\nregistry.push('own');\n`,
    'slices/plugin.ts': `import { registry } from './registry.ts';\nimport { name } from './names.ts';\nconst text = name;\nregistry.push(text);\n`,
    'slices/names.ts': `export const name = 'n', more = 2;\n`,
    'handler.ts': expect.stringContaining(
      `\nimport '../../slices/plugin.ts';\nimport { f } from '../../slices/m.ts';\n`,
    ),
  });
});

test('overloads, merged declarations, enums, decorators, namespaces', () => {
  const files = {
    'm.ts': `declare const VERSION: string;
declare const UNUSED: string;
enum Colour { Red }
const enum Size { S }
namespace N { export const x = 1; }
class Box { static y = N.x; }
namespace Box { export type Z = 1; }
function log(target: unknown) {}
@log
class Logged { box = new Box(); colour = Colour.Red; size = Size.S }
function make(x: string): Logged;
function make(x: number): Logged;
function make(x: any): Logged { return new Logged(VERSION); }
class Unused {}
export { make as default, Unused };
`,
  };
  const unit = cutUnit(files, { functions: ['m#make'] });
  expect(unit['slices/m.ts']).toBe(
    files['m.ts']
      .replace('declare const UNUSED: string;\n', '')
      .replace('class Unused {}\n', '')
      .replace(', Unused', ''),
  );
  expect(unit['handler.ts']).toContain(`import make from '../../slices/m.ts';`);
});

test('a unit that calls others has stubs, which its slices import', () => {
  const files = {
    'lib/m.ts': `import { sin } from 'mathlib';
export function f(n: number): number { return n > 0 ? f(n - 1) : helper(sin(n)); }
function helper(n: number): number { return n + 1; }
`,
  };
  const unit = cutUnit(files, { functions: ['lib/m#f'], nested: ['lib/m#f'] });
  expect(unit).toEqual({
    'handler.ts': `// made by faasify from src/lib/m.ts: f(n: number)
import { handle } from '../../lambda/handler.ts';
import { nested } from './stubs.ts';
import { f } from '../../slices/lib/m.ts';
export const handler = handle({
  'lib/m#f': { run: f, contract: 'c0ffee' },
}, nested);
`,
    'stubs.ts': `import { connect } from '../../runtime/nested.ts';
export const { cut, cutAsync, cutPromise, nested } = connect(import.meta.url, {
  first: 'lib/m#f',
  cuts: [
    {"fn":"lib/m#f","unit":"u","arity":null,"changes":{"args":[],"self":false},"stateIn":[],"stateOut":[],"env":[],"takes":[],"exits":false,"ambient":[],"isAsync":false,"waits":false,"repeatable":true,"contract":"c0ffee"},
  ],
  units: [
    {"name":"u","bundle":"../u/handler.mjs","settings":{"memory":128,"timeout":30},"rich":false,"tables":false,"classes":[],"sites":[],"variables":[]},
  ],
});
`,
    'slices/lib/m.ts': `import { cut } from '../../units/u/stubs.ts';
import { sin } from 'mathlib';
export function f(n: number): number { const $ = cut('lib/m#f', arguments); if ($) return $.ret; return n > 0 ? f(n - 1) : helper(sin(n)); }
function helper(n: number): number { return n + 1; }
`,
  });
});

test('what both sides can name, and guarded classes', () => {
  const files = {
    'm.ts': `import { x } from 'x';
let counter = 0;
class Cart { #items = x(); total() { return counter++; } }
const by = (a: Cart) => a.total();
export function f(carts: Cart[]) { return carts.length; }
`,
  };
  const unit = cutUnit(files, {
    functions: ['m#f', 'm#Cart.total'],
    classes: ['m#Cart'],
    variables: ['m#counter'],
    sites: ['m#by'],
    features: {
      rich: true,
      tables: false,
      output: false,
      restore: true,
      weak: false,
      generators: false,
      surroundings: false,
      zone: false,
      platform: false,
      exit: false,
      late: false,
      texts: false,
      lent: false,
      signals: false,
    },
  });
  expect(unit).toEqual({
    'handler.ts': `// made by faasify from src/m.ts: 2 functions
import { handle, restore, rich } from '../../lambda/handler.ts';
import { Cart, f } from '../../slices/m.ts';
export const handler = handle({
  'm#f': { run: f, contract: 'c0ffee' },
  'm#Cart.total': { run: Cart.prototype.total, contract: 'c0ffee' },
}, rich, restore);
`,
    'slices/m.ts': `import { privates, restoring, share } from '../runtime/registry.ts';
import { x } from 'x';
share({ 'm#Cart': [() => Cart], 'm#by': [() => by], 'm#counter': [() => counter, (v) => { counter = v; }] });
let counter = 0;
class Cart { static { privates('m#Cart', this, { '#items': [(o) => o.#items, (o, v) => { o.#items = v; }] }); } #items = restoring() ? undefined! : x(); total() { return counter++; } }
const by = (a: Cart) => a.total();
export function f(carts: Cart[]) { return carts.length; }
export { Cart };
`,
  });
});

test('many functions have a file of their own; names do not meet', () => {
  const lines = Array.from({ length: 4 }, (_, index) => `export function f${index}() {}`).join('\n');
  const files = { 'a.ts': lines, 'b.ts': lines, 'read-it.ts': 'export default () => 1;' };
  const ids = ['a', 'b'].flatMap((module) => [0, 1, 2, 3].map((index) => `${module}#f${index}`));
  const unit = cutUnit(files, { functions: [...ids, 'read-it#default'] });
  expect(unit['handler.ts']).toBe(`// made by faasify from src/a.ts, src/b.ts, src/read-it.ts: 9 functions
import { handle } from '../../lambda/handler.ts';
import { functions } from './functions.ts';
export const handler = handle(functions);
`);
  expect(unit['functions.ts']).toContain(
    `import { f0 as f0$, f1 as f1$, f2 as f2$, f3 as f3$ } from '../../slices/b.ts';`,
  );
  expect(unit['functions.ts']).toContain(`import readIt from '../../slices/read-it.ts';`);
});

test('slices map back to the sources', () => {
  const files = { 'lib/m.ts': `const unused = 1;\n\nexport function f() {\n  return 1;\n}\n` };
  const analysis = analyseSyntax(files);
  const plan = planOf([unitOf('u', ['lib/m#f'])], [cutOf('lib/m#f')], []);
  const output = transform(sourcesOf(files), analysis, plan, { providers: [lambda], out: '/project/faas' });
  const slice = output.slices.find(({ path }) => path === 'slices/lib/m.ts');
  expect(slice?.text).toMatch(/\n\/\/# sourceMappingURL=m\.ts\.map\n$/);
  const file = output.slices.find(({ path }) => path === 'slices/lib/m.ts.map');
  const map = JSON.parse(file?.text ?? '{}') as { sources: string[]; mappings: string };
  expect(map.sources).toEqual(['../../../src/lib/m.ts']);
  expect(map.mappings).toMatch(/^AAEA/);
});

test('units share the parts of modules that are the same with all they lead to', () => {
  const files = {
    'a.ts': `import { x, y } from './b.ts';\nexport const f = () => x();\nexport const g = () => y();\nexport const h = () => x();\n`,
    'b.ts': `import { z } from './c.ts';\nexport const x = () => z;\nexport const y = () => 2;\n`,
    'c.ts': `import './b.ts';\nexport const z = 1;\n`,
    'a-2.ts': `export const two = 2;\n`,
  };
  const analysis = analyseSyntax(files);
  const ids = ['a#f', 'a#g', 'a#h'];
  const units = ids.map((id) => unitOf(id.replace('#', '-'), [id]));
  const cuts = ids.map((id) => cutOf(id, { unit: id.replace('#', '-') }));
  const output = transform(sourcesOf(files), analysis, planOf(units, cuts, []), {
    providers: [],
    out: '/project/faas',
  });
  expect(output.units.map((unit) => unit.slices.filter((path) => path.endsWith('.ts')))).toEqual([
    ['slices/a.ts', 'slices/b.ts', 'slices/c.ts'],
    ['slices/a-3.ts', 'slices/b-2.ts'],
    ['slices/a-4.ts', 'slices/b.ts', 'slices/c.ts'],
  ]);
  const texts = new Map(output.slices.map(({ path, text }) => [path, text]));
  expect(texts.get('slices/a-3.ts')).toContain("import { y } from './b-2.ts';");
  expect(texts.get('slices/c.ts')).toContain("import './b.ts';");
  expect(output.slices.map(({ path }) => path).filter((path) => !path.endsWith('.map'))).toEqual(
    ['a-3', 'a-4', 'a', 'b-2', 'b', 'c'].map((name) => `slices/${name}.ts`),
  );
});

test('a licence in a line of its own keeps its end', () => {
  const files = {
    'm.ts': `// Copyright (c) 2022 Somebody. All rights reserved.\n// More about it.\n\ntype Gone = 1;\nlet n = 1;\nexport const f = () => n++;\n`,
  };
  const unit = cutUnit(files, { functions: ['m#f'], variables: ['m#n'] });
  const lines = unit['slices/m.ts']?.split('\n') ?? [];
  expect(lines[0]).toBe('// Copyright (c) 2022 Somebody. All rights reserved.');
  expect(lines.filter((line) => /^(import|share|export|let)/.test(line))).toHaveLength(4);
});
