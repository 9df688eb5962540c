/** Modules in whose place the tests of a project put something else: what has crossed would use the real ones. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { getClosure } from '../2-plan/collections.ts';
import { getFact, getQualifiedName, type Program, readProgram } from '../2-plan/program.ts';
import { findReached } from '../2-plan/reached.ts';
import type { Analysis, FunctionFacts, FunctionId, ModuleFacts, Reason } from '../types.ts';

export interface Mock {
  /** As the test writes it. */
  specifier: string;
  /** Absolute, without extension, for one that is named by a path. */
  path?: string;
  /** `test/cart.test.ts:3`. */
  at: string;
}

const SOURCE = /\.[cm]?[jt]sx?$/;
/** `vi.mock('./b', …)`, `jest.doMock("b")`, `vi.mock(import('./b'))`, `mock.module('b', …)` of node:test. */
const MOCK =
  /\b(?:(?:vi|vitest|jest)\.(?:mock|doMock|setMock|unstable_mockModule)|mock\.module)\(\s*(?:import\(\s*)?(['"`])([^'"`\n]+)\1/g;
/** `import * as b from './b'`, whose functions `vi.spyOn(b, 'f')` watches or replaces. */
const NAMESPACE = /\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*(['"])([^'"\n]+)\2/g;

/** All of a folder, packages aside. */
export function findMocks(dir: string): Mock[] {
  return listSources(dir).flatMap((file) => readMocks(dir, file, readFileSync(file, 'utf8')));
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listSources(path);
    return entry.isFile() && SOURCE.test(entry.name) ? [path] : [];
  });
}

function readMocks(dir: string, file: string, text: string): Mock[] {
  const describe = (specifier: string, index: number): Mock => {
    const line = text.slice(0, index).split('\n').length;
    const path = specifier.startsWith('.') ? withoutExtension(resolve(dirname(file), specifier)) : undefined;
    return { specifier, at: `${relative(dir, file)}:${line}`, ...(path !== undefined && { path }) };
  };
  const replaced = [...text.matchAll(MOCK)].map(({ 2: specifier = '', index }) => describe(specifier, index));
  const watched = [...text.matchAll(NAMESPACE)].flatMap(({ 1: name = '', 3: specifier = '' }) => {
    const index = text.search(new RegExp(`\\bspyOn\\(\\s*${name.replaceAll('$', '\\$')}\\s*,`));
    return index < 0 ? [] : [describe(specifier, index)];
  });
  return [...replaced, ...watched];
}

function withoutExtension(path: string): string {
  return path.replace(SOURCE, '').replace(/\/index$/, '');
}

/** Functions that may use such a module, or call one that does. `root`: the source root. */
export function findMocked(analysis: Analysis, root: string, mocks: readonly Mock[]): Map<FunctionId, Reason> {
  const found = new Map<FunctionId, Reason>();
  if (mocks.length === 0) return found;
  const program = readProgram(analysis);
  const find = createLookup(program, root, mocks);
  for (const fn of analysis.functions) {
    const mock = findReached(program, [fn])
      .map((reached) => find(reached, fn))
      .find((one) => one !== undefined);
    if (mock) found.set(fn.id, reasonMocked(fn, mock));
  }
  return found;
}

function createLookup(
  program: Program,
  root: string,
  mocks: readonly Mock[],
): (reached: FunctionFacts, from: FunctionFacts) => Mock | undefined {
  const findReplaced = (module: ModuleFacts): Mock | undefined => {
    const path = withoutExtension(resolve(root, module.file));
    return mocks.find((mock) => mock.path === path);
  };
  const imports = new Map(
    [...program.modules.values()].map((module) => [module.id, listImported(program, module, mocks, findReplaced)]),
  );
  return (reached, from) => {
    const module = getFact(program.modules, reached.module);
    const own = reached.module === from.module ? undefined : findReplaced(module);
    const imported = imports.get(module.id) ?? [];
    if (own || imported.length === 0) return own;
    const names = listNames(module, reached);
    return imported.find(({ local }) => names.has(local))?.mock;
  };
}

/** Names under which a module has what is replaced. */
function listImported(
  program: Program,
  { statements }: ModuleFacts,
  mocks: readonly Mock[],
  findReplaced: (module: ModuleFacts) => Mock | undefined,
): { local: string; mock: Mock }[] {
  return statements.flatMap(({ specifier, target, bindings = [] }) => {
    const module = target === undefined ? undefined : program.modules.get(target);
    const mock = (module && findReplaced(module)) ?? mocks.find((one) => !one.path && one.specifier === specifier);
    return mock ? bindings.filter(({ typeOnly }) => !typeOnly).map(({ local }) => ({ local, mock })) : [];
  });
}

/** What the code around a function mentions of its module's scope, directly or through what stands behind those names. */
function listNames({ statements }: ModuleFacts, fn: FunctionFacts): Set<string> {
  const [name = ''] = getQualifiedName(fn.id).split(/[.~]/, 1);
  const about = (one: string) => statements.filter(({ declares }) => declares.includes(one));
  const start = about(name).length > 0 ? [name] : statements.flatMap(({ mentions }) => mentions);
  return getClosure(start, (one) => about(one).flatMap(({ mentions }) => mentions));
}

function reasonMocked(fn: FunctionFacts, { specifier, at }: Mock): Reason {
  return { code: 'mocked', message: `may use ${specifier}, which a test replaces at ${at}`, at: fn.at };
}
