import { describe, expect, test } from 'vitest';
import { prepareApp, rewriteModule } from '../../src/3-transform/app.ts';
import { indexFacts } from '../../src/3-transform/facts-index.ts';
import { indexModule } from '../../src/3-transform/parsed.ts';
import { parseModule } from '../../src/3-transform/syntax.ts';
import type { CutPlan, ShareSet } from '../../src/types.ts';
import { analyseSyntax, cutOf, modulePlanOf, planOf, spansOf, syntaxErrorsOf } from './facts.ts';

interface Fragment {
  /** Functions of `m.ts` to cut, with what their plan has besides the usual. */
  cut?: Record<string, Partial<CutPlan>>;
  colour?: string[];
  /** Texts of the expressions to await. */
  await?: string[];
  loop?: { text: string; mode: 'parallel' | 'sequence' };
  share?: Partial<ShareSet>;
  file?: string;
}

function rewrite(input: string, fragment: Fragment): string {
  const file = fragment.file ?? 'm.ts';
  const analysis = analyseSyntax({ [file]: input });
  const ids = Object.keys(fragment.cut ?? {}).map((name) => `m#${name}`);
  const cuts = Object.entries(fragment.cut ?? {}).map(([name, more]) => cutOf(`m#${name}`, more));
  const module = modulePlanOf('m', {
    cuts: ids,
    coloured: (fragment.colour ?? []).map((name) => `m#${name}`),
    awaits: (fragment.await ?? []).flatMap((words) => spansOf(input, words)),
    loops: fragment.loop ? [loopOf(input, fragment.loop)] : [],
    shares: { variables: [], classes: [], functions: [], ...fragment.share },
  });
  const index = indexFacts(analysis);
  const app = prepareApp(index, planOf([], cuts, [module]));
  const parts = index.modules.get('m');
  if (!parts) throw new Error('no module');
  const parsed = indexModule(parseModule(file, input));
  const edited = rewriteModule(app, parts, parsed, module, `../../src/${file}`);
  const again = rewriteModule(app, parts, parsed, module, `../../src/${file}`);
  expect(again).toEqual(edited);
  const text = edited?.text ?? input;
  expect(syntaxErrorsOf(file, text)).toEqual([]);
  return text;
}

/** `values.map(f)`: receiver, method and callback by the punctuation. */
function loopOf(input: string, loop: { text: string; mode: 'parallel' | 'sequence' }) {
  const start = input.indexOf(loop.text);
  const [receiver = '', method = '', callback = ''] = loop.text.split(/\.(?=\w+\()|\(|[,)]/);
  const callbackStart = start + loop.text.indexOf(callback, receiver.length + method.length);
  return {
    span: { start, end: start + loop.text.length },
    receiver: { start, end: start + receiver.length },
    callback: { start: callbackStart, end: callbackStart + callback.length },
    method,
    mode: loop.mode,
  };
}

/** The output without its first line, which is the import. */
function body(input: string, fragment: Fragment): string {
  const [first, ...rest] = rewrite(input, fragment).split('\n');
  expect(first).toMatch(/^import .* from 'faasify\/runtime';$/);
  return rest.join('\n');
}

describe('cut lines', () => {
  test.each<[string, string, Fragment, string]>([
    [
      'declaration',
      `function f(x: number): number {\n  return x;\n}`,
      { cut: { f: {} } },
      `function f(x: number): number {\n  const $ = cut('m#f', arguments); if ($) return $.ret;\n  return x;\n}`,
    ],
    [
      'one line',
      `export function f(x: number) { return x; }`,
      { cut: { f: {} } },
      `export function f(x: number) { const $ = cut('m#f', arguments); if ($) return $.ret; return x; }`,
    ],
    [
      'empty body',
      `function f() {}`,
      { cut: { f: {} } },
      `function f() { const $ = cut('m#f', arguments); if ($) return; }`,
    ],
    [
      'empty body over lines, tabs',
      `{\n\tfunction f() {\n\t}\n}`,
      { cut: { f: {} } },
      `{\n\tfunction f() {\n\t  const $ = cut('m#f', arguments); if ($) return;\n\t}\n}`,
    ],
    [
      'comment behind the brace',
      `function f() { // why\n    // more\n    return 1;\n}`,
      { cut: { f: {} } },
      `function f() { // why\n    const $ = cut('m#f', arguments); if ($) return $.ret;\n    // more\n    return 1;\n}`,
    ],
    [
      'directive',
      `function f() {\n  'use strict';\n  return 1;\n}`,
      { cut: { f: {} } },
      `function f() {\n  'use strict';\n  const $ = cut('m#f', arguments); if ($) return $.ret;\n  return 1;\n}`,
    ],
    [
      'method with this, accessor, setter',
      `class C {\n  static s() { return 1 }\n  total() { return this.x }\n  set x(v: number) { this.y = v }\n}`,
      { cut: { 'C.total': { self: true }, 'C.s': {}, 'C.x': { self: true } } },
      `class C {\n  static s() { const $ = cut('m#C.s', arguments); if ($) return $.ret; return 1 }\n  total() { const $ = cut('m#C.total', arguments, this); if ($) return $.ret; return this.x }\n  set x(v: number) { const $ = cut('m#C.x', arguments, this); if ($) return; this.y = v }\n}`,
    ],
    [
      'async',
      `async function f() { return 1 }`,
      { cut: { f: { form: 'async' } } },
      `async function f() { const $ = cutAsync('m#f', arguments); if ($ && (await $)) return $.ret; return 1 }`,
    ],
    [
      'async without value',
      `async function f() { await g(); }`,
      { cut: { f: { form: 'async' } } },
      `async function f() { const $ = cutAsync('m#f', arguments); if ($ && (await $)) return; await g(); }`,
    ],
    [
      'never comes to an end',
      `const f = () => { throw 1; };\nfunction g() { throw 1; }`,
      { cut: { f: {}, g: {} } },
      `const f = () => { const $ = cut('m#f', []); if ($) return $.ret; throw 1; };\nfunction g() { const $ = cut('m#g', arguments); if ($) return; throw 1; }`,
    ],
    [
      'overloads',
      `function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: any) { return x; }`,
      { cut: { f: {} } },
      `function f(x: string): string;\nfunction f(x: number): number;\nfunction f(x: any) { const $ = cut('m#f', arguments); if ($) return $.ret; return x; }`,
    ],
    [
      'arrow with block',
      `const f = <T,>(x: T, y = 2, ...rest: T[]): T => {\n  return x;\n};`,
      { cut: { f: {} } },
      `const f = <T,>(x: T, y = 2, ...rest: T[]): T => {\n  const $ = cut('m#f', [x, y, ...rest]); if ($) return $.ret;\n  return x;\n};`,
    ],
    [
      'arrow with expression',
      `const f = (x: number) => x * 2;`,
      { cut: { f: {} } },
      `const f = (x: number) => { const $ = cut('m#f', [x]); if ($) return $.ret; return x * 2; };`,
    ],
    [
      'arrow with one bare parameter, comment',
      `const f: F = x => /* twice */ x * 2, g = 1;`,
      { cut: { f: {} } },
      `const f: F = x => /* twice */ { const $ = cut('m#f', [x]); if ($) return $.ret; return x * 2; }, g = 1;`,
    ],
    [
      'arrow with object literal',
      `const f = () => ({ a: 1 });`,
      { cut: { f: {} } },
      `const f = () => { const $ = cut('m#f', []); if ($) return $.ret; return ({ a: 1 }); };`,
    ],
    [
      'arrow with expression on its own line',
      `export const f = (x: string) =>\n  x\n    .trim();\n`,
      { cut: { f: {} } },
      `export const f = (x: string) => {\n  const $ = cut('m#f', [x]); if ($) return $.ret;\n  return x\n    .trim();\n};\n`,
    ],
    [
      'arrow in a class field',
      `class C { f = (x: number) => this.y + x; }`,
      { cut: { 'C.f': { self: true } } },
      `class C { f = (x: number) => { const $ = cut('m#C.f', [x], this); if ($) return $.ret; return this.y + x; }; }`,
    ],
    [
      'arrow in arrow',
      `const f = (x: number) => (g: G) => g(x);`,
      { cut: { f: {} }, colour: ['at24'], await: ['g(x)'] },
      `const f = (x: number) => { const $ = cut('m#f', [x]); if ($) return $.ret; return async (g: G) => await g(x); };`,
    ],
    [
      'destructured arrow parameters',
      `const f = ({ a, b = 2 }: T, [c]: number[] = [], ...[d]: D) => { a = b; return c; };`,
      { cut: { f: { params: ['options', '1', 'rest'] } } },
      `const f = (options: T, $2: number[] = [], ...rest: D) => { const $ = cut('m#f', [options, $2, ...rest]); if ($) return $.ret; let { a, b = 2 } = options; const [c] = $2; const [d] = rest; return c; };`.replace(
        'return c;',
        'a = b; return c;',
      ),
    ],
    [
      'destructured declaration stays',
      `function f({ a }: T) { return a; }`,
      { cut: { f: {} } },
      `function f({ a }: T) { const $ = cut('m#f', arguments); if ($) return $.ret; return a; }`,
    ],
    [
      'default with an effect',
      `function f(x: number = next(), y = next(), { z = next() }: Z = {}) {\n  return x;\n}`,
      { cut: { f: {} } },
      `function f(x: number = undefined!, y = false ? next() : undefined!, $3: Z = {}) {\n  const $ = cut('m#f', arguments); if ($) return $.ret;\n  if (x === undefined) x = next();\n  if (y === undefined) y = next();\n  const { z = next() } = $3;\n  return x;\n}`,
    ],
    [
      'defaults that lean on one with an effect',
      `const f = ({ a }: A, b = next(), c = 2 * b, d: number = 1, e: number = a) => c;`,
      { cut: { f: {} } },
      `const f = ($1: A, b = false ? next() : undefined!, c = false ? 2 * b : undefined!, d: number = 1, e: number = undefined!) => { const $ = cut('m#f', [$1, b, c, d, e]); if ($) return $.ret; const { a } = $1; if (b === undefined) b = next(); if (c === undefined) c = 2 * b; if (e === undefined) e = a; return c; };`,
    ],
    [
      'inferred type predicate',
      `const f = (x) => typeof x === 'string', g = x => typeof x === 'string';`,
      { cut: { f: {}, g: {} } },
      `const f = (x): x is string => { const $ = cut('m#f', [x]); if ($) return $.ret; return typeof x === 'string'; }, g = (x): x is string => { const $ = cut('m#g', [x]); if ($) return $.ret; return typeof x === 'string'; };`,
    ],
    [
      'generators',
      `function* f(x: number): Generator<number, string> { yield x; return ''; }\nfunction* g() { yield 1; }`,
      { cut: { f: {}, g: {} } },
      `function* f(x: number): Generator<number, string> { const $ = cutGenerator('m#f', arguments); if ($) return yield* $; yield x; return ''; }\nfunction* g() { const $ = cutGenerator('m#g', arguments); if ($) { yield* $; return; } yield 1; }`,
    ],
    [
      'generators that take their parameters apart',
      `function* f(n: number, { a, b: { c = 1, ...d }, 'e-f': e }: T, [g, , ...h]: U, ...i: V) { yield a; }`,
      { cut: { f: {} } },
      `function* f(n: number, { a, b: { c = 1, ...d }, 'e-f': e }: T, [g, , ...h]: U, ...i: V) { const $ = cutGenerator('m#f', [n, { a, b: { c, ...d }, 'e-f': e }, [g, , ...h], ...i]); if ($) { yield* $; return; } yield a; }`,
    ],
    [
      'names that are taken',
      `const cut = 1, $ = 2, $$ = 3;\nfunction f() { return cut; }`,
      { cut: { f: {} } },
      `const cut = 1, $ = 2, $$ = 3;\nfunction f() { const _$ = cut$('m#f', arguments); if (_$) return _$.ret; return cut; }`,
    ],
  ])('%s', (_name, input, fragment, expected) => {
    expect(body(input, fragment)).toBe(expected);
  });
});

describe('colour', () => {
  test.each<[string, string, Fragment, string]>([
    [
      'default export with cut',
      `export default function f(x: number): number { return x; }`,
      { cut: { f: { form: 'coloured' } }, colour: ['f'] },
      `import { cutAsync } from 'faasify/runtime';\nexport default async function f(x: number): Promise<number> { const $ = cutAsync('m#f', arguments); if ($ && (await $)) return $.ret; return x; }`,
    ],
    [
      'methods',
      `class C {\n  @log static m(): void {}\n  private override n(): this { return this; }\n  ['o']() {}\n}`,
      { colour: ['C.m', 'C.n', "C.['o']"] },
      `class C {\n  @log static async m(): Promise<void> {}\n  private override async n(): Promise<this> { return this; }\n  async ['o']() {}\n}`,
    ],
    [
      'arrows',
      `const f = <T>(x: T): T => x, g = y => y;`,
      { colour: ['f', 'g'] },
      `const f = async <T>(x: T): Promise<T> => x, g = async y => y;`,
    ],
    [
      'object method',
      `const o = { m() { return 1 }, n: function () {} };`,
      { colour: ['m', 'n'] },
      `const o = { async m() { return 1 }, n: async function () {} };`,
    ],
    [
      'already a promise',
      `const f = (): Promise<T> => g();`,
      { colour: ['f'] },
      `const f = async (): Promise<T> => g();`,
    ],
    [
      'type of the variable',
      `const f: (x: X) => Y = x => g(x);`,
      { colour: ['f'] },
      `const f: (x: X) => Promise<Y> = async x => g(x);`,
    ],
    [
      'overloads',
      `function f(x: string): string;\nfunction f(x: any) { return x; }`,
      { colour: ['f'] },
      `function f(x: string): Promise<string>;\nasync function f(x: any) { return x; }`,
    ],
  ])('%s', (_name, input, fragment, expected) => {
    expect(rewrite(input, fragment)).toBe(expected);
  });
});

describe('awaits', () => {
  test.each<[string, string, string]>([
    ['plain', `const x = f(1);`, `const x = await f(1);`],
    ['member', `const x = f(1).length + f(1)[0];`, `const x = (await f(1)).length + (await f(1))[0];`],
    ['callee', `f(1)(); new (f(1))(); f(1)\`x\`;`, `(await f(1))(); new (await f(1))(); (await f(1))\`x\`;`],
    [
      'operators',
      `const x = !f(1) && -f(1) + f(1) ** 2 ** f(1);`,
      `const x = !await f(1) && -await f(1) + (await f(1)) ** 2 ** await f(1);`,
    ],
    [
      'non-null, as, satisfies',
      `const x = f(1)! as T, y = f(1) as T satisfies U;`,
      `const x = (await f(1))! as T, y = await f(1) as T satisfies U;`,
    ],
    [
      'ternary, spread, template',
      `const x = f(1) ? [...f(1)] : \`\${f(1)}\`;`,
      `const x = await f(1) ? [...await f(1)] : \`\${await f(1)}\`;`,
    ],
    ['optional chain', `const x = f(1)?.y;`, `const x = (await f(1))?.y;`],
    ['heritage', `class C extends f(1) {}`, `class C extends (await f(1)) {}`],
    [
      'no semicolon',
      `const a = b\nf(1).c\nif (a) f(1).d\nelse { f(1).e }\nf(1).g`,
      `const a = b\n;(await f(1)).c\nif (a) (await f(1)).d\nelse { (await f(1)).e }\n(await f(1)).g`,
    ],
    [
      'no semicolon, first and after block',
      `f(1).c;\nfor (;;) {}\nf(1).c\n(g)`,
      `(await f(1)).c;\nfor (;;) {}\n(await f(1)).c\n(g)`,
    ],
  ])('%s', (_name, input, expected) => {
    const wrap = (text: string) => `async function top(){\n${text}\n}`;
    expect(rewrite(wrap(input), { await: ['f(1)'] })).toBe(wrap(expected));
  });

  test('short circuit of a chain', () => {
    expect(rewrite('const x = a?.f().b; const y = a?.f()[0];', { await: ['a?.f()'] })).toBe(
      'const x = (await a?.f())?.b; const y = (await a?.f())?.[0];',
    );
  });

  test('one in the other', () => {
    expect(rewrite('f(f(1).a).b\n', { await: ['f(1)', 'f(f(1).a)'] })).toBe('(await f((await f(1)).a)).b\n');
  });

  test('body of an arrow that is cut', () => {
    expect(body('const g = (x: X) => f(x)', { await: ['f(x)'], colour: ['g'], cut: { g: { form: 'coloured' } } })).toBe(
      `const g = async (x: X) => { const $ = cutAsync('m#g', [x]); if ($ && (await $)) return $.ret; return await f(x); }`,
    );
  });
});

describe('loops', () => {
  test.each<[string, string, Fragment, string]>([
    [
      'parallel',
      `const x = values.map(f);`,
      { loop: { text: 'values.map(f)', mode: 'parallel' } },
      `const x = await parallel(values, 'map', f);`,
    ],
    [
      'sequence with further arguments and member',
      `const x = values.reduce(f, 0).y;`,
      { loop: { text: 'values.reduce(f, 0)', mode: 'sequence' } },
      `const x = (await sequence(values, 'reduce', f, 0)).y;`,
    ],
  ])('%s', (_name, input, fragment, expected) => {
    expect(body(input, fragment)).toBe(expected);
  });
});

describe('import line', () => {
  const cut = { cut: { f: {} } };
  const f = `function f() { return 1; }`;
  const line = `import { cut } from 'faasify/runtime';`;
  const done = `function f() { const $ = cut('m#f', arguments); if ($) return $.ret; return 1; }`;
  test.each<[string, string, string]>([
    [
      'behind shebang and license',
      `#!/usr/bin/env node\n/* Copyright me */\n${f}`,
      `#!/usr/bin/env node\n/* Copyright me */\n${line}\n${done}`,
    ],
    ['behind directives', `// x\n'use strict'; // y\n${f}`, `// x\n'use strict'; // y\n${line}\n${done}`],
    [
      'before the doc comment of a function',
      `// about the file\n\n/** Doc. */\n${f}`,
      `// about the file\n\n${line}\n/** Doc. */\n${done}`,
    ],
    ['first import', `// file\nimport a from 'a';\n${f}`, `// file\n${line}\nimport a from 'a';\n${done}`],
    [
      'before a comment for the next line',
      `// @ts-ignore\nimport a from 'a';\n${f}`,
      `${line}\n// @ts-ignore\nimport a from 'a';\n${done}`,
    ],
    ['behind references', `/// <reference types="node" />\n${f}`, `/// <reference types="node" />\n${line}\n${done}`],
    ['line breaks of the file', `import a from 'a';\r\n${f}\r\n`, `${line}\r\nimport a from 'a';\r\n${done}\r\n`],
  ])('%s', (_name, input, expected) => {
    expect(rewrite(input, cut)).toBe(expected);
  });

  test('file with require syntax', () => {
    expect(rewrite(`import a = require('a');\n${f}\nexport = f;`, { ...cut, file: 'm.cts' })).toBe(
      `import faasify = require('faasify/runtime');\nimport a = require('a');\n${done.replace('cut(', 'faasify.cut(')}\nexport = f;`,
    );
  });

  test('nothing to do', () => {
    expect(rewrite(`#!/usr/bin/env node\n${f}`, {})).toBe(`#!/usr/bin/env node\n${f}`);
  });
});

describe('share line', () => {
  test('behind the imports', () => {
    const input = `import a from 'a'; // a\nimport b from 'b'\n\nlet v = 0;\nconst NIL = {};\nenum E { A }\nclass Cart { total() {} }\nfunction add() {}\n`;
    const share = {
      variables: ['m#v', 'm#NIL', 'm#E'],
      classes: ['m#Cart'],
      functions: ['m#add', 'm#Cart.total'],
    };
    expect(rewrite(input, { share })).toBe(
      `import { share } from 'faasify/runtime';\nimport a from 'a'; // a\nimport b from 'b'\nshare({\n  'm#Cart': [() => Cart],\n  'm#Cart.total': [() => Cart.prototype['total']],\n  'm#E': [() => E],\n  'm#NIL': [() => NIL],\n  'm#add': [() => add],\n  'm#v': [() => v, (value) => { v = value; }],\n});\n\n${input.slice(input.indexOf('let'))}`,
    );
  });

  test('without imports', () => {
    expect(rewrite(`/** x */\nlet x = 0;\n`, { share: { variables: ['m#x'] } })).toBe(
      `import { share } from 'faasify/runtime';\nshare({ 'm#x': [() => x, (v) => { x = v; }] });\n/** x */\nlet x = 0;\n`,
    );
  });
});

describe('class guards', () => {
  test('fields, super arguments, constructor', () => {
    const input = `class Base {
  #items: Map<string, number> = new Map();
  readonly name: string;
  count = 0;
  note?: string;
  constructor(name: string, size = next()) {
    this.name = name;
  }
}
class Cart extends Base {
  readonly #x;
  id = next();
  constructor({ a }: A, ...rest: [number]) {
    const key = a.key;
    log(key);
    super(a.name, ...rest);
    this.id = 1;
  }
}
class Plain extends Cart { y = next(); }
`;
    const share = { classes: ['m#Cart', 'm#Plain'] };
    const edited = body(input, { share });
    expect(edited.slice(edited.indexOf('class Base'))).toBe(`class Base {
  static { privates('m#Base', this, { '#items': [(o) => o.#items, (o, v) => { o.#items = v; }] }); }
  #items: Map<string, number> = restoring() ? undefined! : new Map();
  readonly name!: string;
  count = 0;
  note?: string;
  constructor(name: string, size = restoring() ? undefined! : next()) {
    if (restoring()) return;
    this.name = name;
  }
}
class Cart extends Base {
  static { privates('m#Cart', this, { '#x': [(o) => o.#x, (o: any, v) => { o.#x = v; }] }); }
  readonly #x;
  id = restoring() ? undefined! : next();
  constructor({ a }: A = restoring() ? ({} as never) : undefined!, ...rest: [number]) {
    const key = restoring() ? undefined! : a.key;
    if (!restoring()) { log(key); }
    super(restoring() ? undefined! : a.name, ...rest);
    if (restoring()) { this.#x = undefined!; return; }
    this.id = 1;
  }
}
class Plain extends Cart { y = next(); }
`);
  });
});
