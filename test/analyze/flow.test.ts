/** Where functions go that are used as values. */

import { expect, test } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { writeFiles } from './write-files.ts';

/** Ids of the functions that code outside may call. */
function findEscaping(files: Record<string, string>): string[] {
  const path = writeFiles({ 'tsconfig.json': '{ "compilerOptions": { "strict": true } }', ...files });
  const { functions } = analyze(loadProgram({ path, cwd: path }));
  return functions.flatMap(({ id, escapes }) => (escapes ? [id] : []));
}

/** Those that are used as values, whoever calls them then. */
function findValues(files: Record<string, string>): string[] {
  const path = writeFiles({ 'tsconfig.json': '{ "compilerOptions": { "strict": true } }', ...files });
  const { functions } = analyze(loadProgram({ path, cwd: path }));
  return functions.flatMap(({ id, valueUses }) => (valueUses.some(({ kind }) => kind === 'value') ? [id] : []));
}

const WALK = `
interface Visitor { onItem(path: () => string): void }
export function walk(items: string[], visitor: Visitor): void {
  for (const item of items) visitor.onItem(() => item.trim() + '/');
}
`;
const OWN = `import { walk } from './walk.js';
export { walk };
export function list(items: string[]): string[] {
  const found: string[] = [];
  walk(items, { onItem: (path) => { found.push(path()); } });
  return found;
}
`;

test('what a visitor of somebody else is handed may be called by them, whoever else visits', () => {
  expect(findEscaping({ 'walk.ts': WALK, 'list.ts': OWN })).toContain('walk#walk.$1');
  const alone = `${OWN.replaceAll(/^export (\{ walk \};)?/gm, '')}console.log(list(['a']));\n`;
  expect(findEscaping({ 'walk.ts': WALK, 'list.ts': alone })).not.toContain('walk#walk.$1');
});

const TABLES = `
export const children = { map: (by: (n: number) => number) => [by(1)], get: (key: string) => key };
export const KEY = Symbol('key');
const keyed = { [KEY]: (text: string) => text, plain: (text: string) => text + '!' };
declare const headers: Record<string, string>;
export const doubles = (list: number[]) => list.map((n) => n * 2);
export const find = (map: Map<string, string>, key: string) => (map.get(key) ?? '') + headers[key];
export const say = (text: string) => keyed['plain'](text);
export const mapAll = (list: { map: (by: (n: number) => number) => number[] }) => list.map((n) => n * 3);
`;

test('what tables hold under the names of methods of lists, texts and maps is not called through those', () => {
  const path = writeFiles({
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "ES2022" } }',
    'a.ts': TABLES,
  });
  const { functions } = analyze(loadProgram({ path, cwd: path }));
  const reached = functions.map(({ id, calls }) => [id, calls.flatMap(({ targets }) => targets)]);
  expect(
    reached.filter(([, targets]) => targets?.includes('a#children.map') || targets?.includes('a#children.get')),
  ).toEqual([['a#mapAll', ['a#children.map']]]);
});

const SWAPS = `
export const handlers = { seen: 0, a: (n: number) => [n, 1], b: (n: number) => [n, 2] };
const all: unknown[] = [];
export const begin = () => all.push(handlers);
export function swap(list: number[], i: number): void { [list[i], list[i + 1]] = [list[i + 1]!, list[i]!]; }
export function count(counts: Record<string, number>, key: string): void { counts[key]!++; }
export function call(n: number): number[] { return handlers.a(n); }
`;

test('what numbers are put into by their place is no place for functions', () => {
  const listLoose = (text: string) => {
    const path = writeFiles({
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "ES2022" } }',
      'a.ts': text,
    });
    return analyze(loadProgram({ path, cwd: path })).functions.flatMap(({ id, effects }) =>
      effects.some(({ kind }) => kind === 'replaced') ? [id] : [],
    );
  };
  expect(listLoose(SWAPS)).toEqual([]);
  const open = `${SWAPS}export function put(list: any, i: string): void { [list[i]] = [call]; }\n`;
  expect(listLoose(open)).not.toEqual([]);
});

const UNTYPED = `
const state = { handler: null, later: undefined };
function bump(n: number): number[] { return [n]; }
export function set(): void { (state as any).handler = bump; (state as any).later = bump; }
export function fire(n: number): unknown { const { handler } = state; return (state.handler as any)(n) ?? handler; }
`;

test('what is written down as null may be a function later', () => {
  const path = writeFiles({
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "ES2022" } }',
    'a.ts': UNTYPED,
  });
  const { functions } = analyze(loadProgram({ path, cwd: path }));
  const fire = functions.find(({ id }) => id === 'a#fire');
  expect(fire?.calls.flatMap(({ targets }) => targets)).toContain('a#bump');
});

const MODULE = `
export function build(n: number): { n: number } { return { n }; }
export const mark = (what: { n: number }): void => { what.n++; };
export { build as make };
`;
const HELD = `
type Tools = { build(n: number): { n: number }; mark(what: { n: number }): void };
`;

test('a module that is handed on as a whole may be called by whoever has it; one whose members are named may not', () => {
  const named = `import * as tools from './tools';\nconst made = tools.build(1);\ntools.mark(made);\n`;
  const loaded = `const tools = await import('./tools');\ntools.mark(tools.build(1));\nexport {};\n`;
  const handed = `${HELD}import * as tools from './tools';\nfunction use(all: Tools) { all.mark(all.build(1)); }\nuse(tools);\n`;
  const stored = `${HELD}let held: Tools | null = null;\nheld = await import('./tools');\nheld.mark(held.build(1));\nexport {};\n`;
  const first = `${HELD}export const tools: Tools = await import('./tools');\ntools.mark(tools.build(1));\n`;
  for (const main of [named, loaded]) expect(findValues({ 'tools.ts': MODULE, 'main.ts': main })).toEqual([]);
  for (const main of [handed, stored, first]) {
    expect(findValues({ 'tools.ts': MODULE, 'main.ts': main })).toEqual(['tools#build', 'tools#mark']);
  }
});
