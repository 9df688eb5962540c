import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { createShapes } from '../../src/1-analyze/shapes/shapes.ts';
import type { Shape } from '../../src/types.ts';
import { writeFiles } from './write-files.ts';

/** One line: `{a: p, b: f}`; `p` primitive, `f` function, `.` nothing more. */
function format(shape: Shape): string {
  switch (shape.kind) {
    case 'primitive':
      return 'p';
    case 'function':
      return 'f';
    case 'array':
      return `${format(shape.of)}[]`;
    case 'object':
      return `{${Object.entries(shape.fields)
        .map(([name, of]) => `${name}: ${format(of)}`)
        .join(', ')}}`;
    case 'union':
      return shape.of.length === 0 ? '.' : `(${shape.of.map(format).join(' | ')})`;
    case 'builtin':
      return shape.of.length === 0 ? shape.name : `${shape.name}<${shape.of.map(format).join(', ')}>`;
    case 'class':
      return shape.id;
    case 'external':
      return `${shape.package}:${shape.name}`;
    case 'any':
      return 'any';
    case 'unsupported':
      return `!${shape.type}`;
  }
}

const PACKAGE = {
  'node_modules/pkg/package.json': '{ "name": "pkg", "types": "index.d.ts" }',
  'node_modules/pkg/index.d.ts': `
    export class Decimal { plus(other: Decimal): Decimal }
    export interface Moment { add(n: number): Moment }
    export interface Options { a: number; b?: string }`,
};

/** The shapes of the type aliases of a module. */
function shapesOf(text: string, awaited = false): Record<string, string> {
  const cwd = writeFiles({
    ...PACKAGE,
    'tsconfig.json': `{ "compilerOptions": { "strict": true, "moduleResolution": "bundler", "module": "esnext", "target": "es2023", "lib": ["es2023", "dom"],
      "typeRoots": [${JSON.stringify(`${process.cwd()}/node_modules/@types`)}], "types": ["node"] } }`,
    'm.ts': `import type { Decimal, Moment, Options } from 'pkg';\n${text}\nexport type Imports = Decimal | Moment | Options;`,
  });
  const { program, files } = loadProgram({ path: '.', cwd });
  const checker = program.getTypeChecker();
  const statements = files.flatMap((file) => [...file.statements]);
  const classes = statements.filter(ts.isClassDeclaration);
  const shapes = createShapes({
    checker,
    program,
    classIdOf: (symbol) => classes.find((node) => node === symbol.valueDeclaration)?.name?.text,
    listClasses: () => classes.map((node) => ({ id: `${node.name?.text}`, type: checker.getTypeAtLocation(node) })),
  });
  const aliases = statements.filter(ts.isTypeAliasDeclaration).filter((alias) => alias.name.text !== 'Imports');
  const read = awaited ? shapes.awaitedShapeOf : shapes.shapeOf;
  return Object.fromEntries(
    aliases.map((alias) => [alias.name.text, format(read(checker.getTypeAtLocation(alias.name)))]),
  );
}

describe('shapes', () => {
  it('of primitives', () => {
    const shapes = shapesOf(`
      enum Color { Red, Green }
      export const mark: unique symbol = Symbol();
      type A = number | 'x' | null | undefined | 12n | boolean; type B = Color; type C = string & { brand: 'Id' };
      type D = typeof mark; type E = symbol; type F = void; type G = \`a\${string}\`; type H = Color.Red; type I = never;`);
    expect(shapes).toEqual({ A: 'p', B: 'p', C: 'p', D: 'p', E: 'any', F: 'p', G: 'p', H: 'p', I: '.' });
  });

  it('of plain data', () => {
    const shapes = shapesOf(`
      interface Row { id: number; tags: readonly string[]; note?: string; pair: [number, Date?] }
      type A = Row; type B = Record<string, number[]>; type C = Partial<Pick<Row, 'id'>>; type D = { [key: string]: Row };
      type E = { a: 1 } & { b: 2 }; type F = { a: 1 } | { b: 2 }; type G = { [k in 'x' | 'y']: boolean };`);
    const row = '{id: p, note: p, pair: (Date | p)[], tags: p[]}';
    expect(shapes).toEqual({
      A: row,
      B: '{[string]: p[]}',
      C: '{id: p}',
      D: `{[string]: ${row}}`,
      E: '{a: p, b: p}',
      F: '({a: p} | {b: p})',
      G: '{x: p, y: p}',
    });
  });

  it('of recursive types end where they repeat, also when asked for from the inside', () => {
    const shapes = shapesOf(`
      interface Tree { value: number; children: Tree[]; parent: Tree | null }
      interface Even { odd: Odd } interface Odd { even: Even; run(): void }
      type Deep<T> = { value: T; next: Deep<T[]> };
      type Json = string | number | Json[] | { [key: string]: Json };
      type A = Tree; type B = Even; type C = Odd; type E = Json;`);
    expect(shapes).toMatchObject({
      A: '{children: .[], parent: p, value: p}',
      B: '{odd: {even: ., run: f}}',
      C: '{even: {odd: {even: ., run: f}}, run: f}',
      E: '(.[] | {[string]: .} | p)',
    });
    expect(shapes.Deep).toContain('any');
  });

  it('of functions, classes and what is open', () => {
    const shapes = shapesOf(`
      class P { x = 1; y = 2 } class Q extends P { #z = 3; run() {} }
      interface Point { x: number } interface Runner { run(): void }
      enum E { A }
      type A = () => void; type B = Function; type C = typeof P; type D = P; type F = Q | null; type G = Point; type H = Runner;
      type I = any; type J = unknown; type K = object; type L = {}; type M = Iterable<number>; type N = typeof E;
      type O<T extends string> = T; type P1<T extends { a: 1 }> = T; type Q1<T extends P> = T[];`);
    expect(shapes).toEqual({
      A: 'f',
      B: 'f',
      C: 'f',
      D: 'P',
      F: '(Q | p)',
      G: '(P | Q | {x: p})',
      H: '(Q | {run: f})',
      I: 'any',
      J: 'any',
      K: 'any',
      L: 'any',
      M: 'any',
      N: 'any',
      O: 'p',
      P1: 'any',
      Q1: 'P[]',
    });
  });

  it('of what crosses with its class', () => {
    const shapes = shapesOf(`
      class Own extends Error {} interface Coded extends Error { code: string } interface Rows extends Array<{ a: 1 }> {}
      type A = Map<string, Date[]>; type B = ReadonlySet<number>; type C = Uint8Array; type D = Buffer; type E = URL;
      type F = TypeError; type G = NodeJS.ErrnoException; type H = Coded; type I = Rows; type J = RegExp; type K = Own;
      type L = ArrayBuffer; type M = TemplateStringsArray; type N = URLSearchParams; type O = String;`);
    expect(shapes).toEqual({
      A: 'Map<p, Date[]>',
      B: 'Set<p>',
      C: 'Uint8Array',
      D: 'Buffer',
      E: 'URL',
      F: 'TypeError',
      G: 'Error',
      H: 'Error',
      I: '{a: p}[]',
      J: 'RegExp',
      K: 'Own',
      L: 'ArrayBuffer',
      M: 'p[]',
      N: 'URLSearchParams',
      O: 'String',
    });
  });

  it('of what cannot cross', () => {
    const shapes = shapesOf(`
      type A = Promise<number>; type B = Generator<number>; type C = AsyncIterable<number>; type D = WeakMap<object, number>;
      type E = AbortSignal; type F = NodeJS.ReadableStream; type G = import('node:http').Server; type H = HTMLElement;
      type I = typeof globalThis; type J = import('node:events').EventEmitter; type K = NodeJS.Timeout; type L = Intl.NumberFormat;
      type M = { signal?: AbortSignal; n: number }; type N = Promise<number>[]; type O = typeof Math; type P = import('node:path').ParsedPath;
      type Q = import('node:fs').Stats; type R = Proxy; interface Proxy { x: number }`);
    expect(shapes).toEqual({
      A: '!Promise',
      B: '!Generator',
      C: '!AsyncIterable',
      D: '!WeakMap',
      E: 'AbortSignal',
      F: '!ReadableStream',
      G: '!Server',
      H: '!HTMLElement',
      I: '!globalThis',
      J: '!EventEmitter',
      K: '!Timeout',
      L: '!NumberFormat',
      M: '{n: p, signal: (AbortSignal | p)}',
      N: '!Promise[]',
      O: '!Math',
      P: '{base: p, dir: p, ext: p, name: p, root: p}',
      Q: '!Stats',
      R: '{x: p}',
    });
  });

  it('of types of packages', () => {
    const shapes = shapesOf('type A = Decimal; type B = Moment; type C = Options;');
    expect(shapes).toEqual({ A: 'pkg:Decimal', B: 'pkg:Moment', C: '{a: p, b: p}' });
  });

  it('of what is awaited', () => {
    const shapes = shapesOf(
      'type A = Promise<Promise<number[]>>; type B = number; type C = Promise<void> | string;',
      true,
    );
    expect(shapes).toEqual({ A: 'p[]', B: 'p', C: 'p' });
  });
});
