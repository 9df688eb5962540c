/**
 * Ways to get hold of an object, to change it, and places to do that at. In the texts `$` stands for an expression of type `Part`,
 * `@` for a number that no other state of the program has.
 */

/** An expression for the object that `$` gives, or one that shares its parts. */
export interface Alias {
  text: string;
  /** Stands at the top level of the module that the alias is used in. */
  declares?: string;
  isAsync?: true;
}

/** One statement of the program, with `$` for those that change. */
export interface Place {
  /** Body of the function that is called; `$` is the change, a statement. */
  text: string;
  declares?: string;
  isAsync?: true;
}

const plain = (...texts: string[]): Alias[] => texts.map((text) => ({ text }));
const waited = (...texts: string[]): Alias[] => texts.map((text) => ({ text, isAsync: true }));
const declared = (...pairs: [string, string][]): Alias[] => pairs.map(([declares, text]) => ({ declares, text }));

export const ALIASES: readonly Alias[] = [
  ...plain(
    '$',
    '[$][0]!',
    '({ p: $ }).p',
    "new Map([['k', $]]).get('k')!",
    'same($)',
    '(() => $)()',
    'Object.assign({}, { p: $ }).p',
    '[...[$]].at(-1)!',
    'new Holder($).part',
    'new Holder($).read()',
    'new Holder($).shown',
    '[$].find(() => true)!',
    'Object.values({ a: $ })[0]!',
    'Object.entries({ a: $ })[0]![1]',
    '(void 0, $)',
    '({ get p() { return $; } }).p',
    'new (class { get p() { return $; } })().p',
    'new (class { p = $; })().p',
    'new (class { #p = $; get() { return this.#p; } })().get()',
    'new (class { static p = $; }).constructor.p',
    '[$].map((x) => x)[0]!',
    '[$].filter(() => true)[0]!',
    '[$].flatMap((x) => [x])[0]!',
    '[0].map(() => $)[0]!',
    '[$, $].reduce((x) => x)',
    '[0].reduce((x) => x, $ as Part)',
    '((function* () { yield $; })().next().value as Part)',
    '((function* () { return $; })().next().value as Part)',
    '[...(function* () { yield* [$]; })()][0]!',
    "(Reflect.get({ p: $ }, 'p') as Part)",
    'new Proxy($, {})',
    '(Object.create({ p: $ }).p as Part)',
    '(Object.setPrototypeOf({}, { p: $ }).p as Part)',
    '($ as Part | undefined)!',
    '[$].slice()[0]!',
    '[$].concat()[0]!',
    '[[$]].flat()[0]!',
    '[$].toReversed()[0]!',
    '[$].with(0, $)[0]!',
    'Array.from([$])[0]!',
    'Array.from([0], () => $)[0]!',
    'Array.of($)[0]!',
    "Object.fromEntries([['p', $]]).p!",
    '({ ...{ p: $ } }).p',
    '({ ...$ })',
    '[...new Set([$])][0]!',
    'pick.call(null, $)',
    'pick.apply(null, [$])',
    'pick.bind(null, $)()',
    'pick(...([$] as const))',
    'Reflect.apply(pick, null, [$]) as Part',
    'Reflect.construct(Holder, [$]).part as Part',
    'tag`${$}`',
    '(() => { try { throw $; } catch (e) { return e as Part; } })()',
    '(() => { try { return $; } finally { void 0; } })()',
    '(() => { const { p } = { p: $ }; return p; })()',
    '(() => { let p!: Part; ({ p } = { p: $ }); return p; })()',
    '(() => { let p!: Part; [p] = [$]; return p; })()',
    '(() => { const [p] = new Set([$]); return p!; })()',
    '(() => { const { ...rest } = { p: $ }; return rest.p; })()',
    '(() => { for (const p of [$]) return p; throw 0; })()',
    '(() => { for (const [, p] of Object.entries({ p: $ })) return p; throw 0; })()',
    '(() => { let p: Part | undefined; p ??= $; return p; })()',
    '(() => { let p!: Part; [$].forEach((x) => { p = x; }); return p; })()',
    '(() => { let p!: Part; each($, (x) => { p = x; }); return p; })()',
    '(() => { const all: Part[] = []; all.push($); return all.pop()!; })()',
    "(() => { const all = new Map<string, Part>(); all.set('a', $); return [...all.values()][0]!; })()",
    '(() => { const o = {} as { p: Part }; o.p = $; return o.p; })()',
    '(() => { const o = { q: {} as { p?: Part } }; o.q.p = $; return o.q.p!; })()',
    '(() => { switch (1) { default: return $; } })()',
    '((p = $) => p)()',
    '(({ p = $ }: { p?: Part }) => p)({})',
    '((...ps: Part[]) => ps[0]!)($)',
    '(function (_p: Part): Part { return arguments[0]; })($)',
    '[$].entries().next().value![1]',
    '([$][Symbol.iterator]().next().value as Part)',
    'new WeakRef($).deref()!',
    'new WeakMap([[KEYS, $]]).get(KEYS)!',
    "Object.defineProperty({} as { p: Part }, 'p', { value: $ }).p",
    "Object.defineProperty({} as { p: Part }, 'p', { get: () => $ }).p",
    "(Object.getOwnPropertyDescriptor({ p: $ }, 'p')!.value as Part)",
    '({ p: () => $ }).p()',
    '({ p() { return $; } }).p()',
    '(isOdd(3) ? $ : $)',
    '($ && $)',
    '($ ?? $)',
    'new Failure($).part',
    "(new Error('x', { cause: $ }).cause as Part)",
    'new List($)[0]!',
    'new List($).first()',
    "new Table($).get('p')!",
    'registry.add($).last()',
    'registry.hold($)()',
    'curry($)()()',
    '({ [KEY]: $ })[KEY]',
    '(({ p: $ } as { p?: Part })?.p)!',
    '({ p: { q: $ } }).p.q',
    '(new Special($) as Holder).part',
    '(new Special($) as Holder).read()',
    '(new Lazy(() => $) as Having).part',
    '({ part: $ } as Having).part',
    '({ get part() { return $; } } as Having).part',
    'readOf({ part: $ })',
    'readOf(new Lazy(() => $))',
    'readOf({ get part() { return $; } })',
    'first([$])',
    'compose((x: Part) => x, pick)($)',
    'new Node2(new Node2($)).get().get() as Part',
    '(new Function("return arguments[0]")($) as Part)',
    'emitted($)',
    'ownerOf($).value',
    'structuredClone($)',
  ).filter(({ text }) => !text.startsWith('new (class { static')),
  ...waited(
    '(await Promise.resolve($))',
    '(await Promise.all([$]))[0]!',
    '(await Promise.race([$]))',
    '(await new Promise<Part>((resolve) => resolve($)))',
    '(await (async () => $)())',
    '(await Promise.reject($).catch((x: Part) => x))',
    '(await Promise.resolve($).then((x) => x))',
    '(await Promise.resolve().then(() => $))',
    '(await { then(done: (p: Part) => void) { done($); } } as Part)',
    '((await (async function* () { yield $; })().next()).value as Part)',
    '(await (async () => { for await (const p of [$]) return p; throw 0; })())',
    '(await new Promise<Part>((resolve) => { setTimeout(resolve, 0, $); }))',
    '(await later($))',
    '((await Promise.allSettled([$]))[0] as PromiseFulfilledResult<Part>).value',
  ),
  ...declared(
    ['const alias@ = $;', 'alias@'],
    ['let alias@ = $;', 'alias@'],
    ['const { p: alias@ } = { p: $ };', 'alias@'],
    ['const [alias@] = [$];', 'alias@'],
    ['let alias@!: Part;\nalias@ = $;', 'alias@'],
    ['let alias@!: Part;\n[alias@] = [$];', 'alias@'],
    ['let alias@!: Part;\n({ p: alias@ } = { p: $ });', 'alias@'],
    ['let alias@: Part | undefined;\nfunction set@() { alias@ = $; }', '(set@(), alias@!)'],
    ['let alias@: Part | undefined;\nfunction set@() { return (alias@ ??= $); }', 'set@()'],
    ['const alias@ = { part: $ };', 'alias@.part'],
    ['const alias@ = { p: $ };\nconst { p: inner@ } = alias@;', 'inner@'],
    ['const alias@ = [$, $];', 'alias@[1]!'],
    ['const alias@ = new Map([[1, $]]);', 'alias@.get(1)!'],
    ['const alias@ = new Set([$]);', '[...alias@][0]!'],
    ['const alias@ = new Holder($);', 'alias@.part'],
    ['const alias@ = new Holder($);', 'alias@.read()'],
    ['const alias@ = new Holder($);', 'alias@.shown'],
    ['const alias@ = new Lazy(() => $);', 'alias@.part'],
    ['const alias@: Having = new Lazy(() => $);', 'alias@.part'],
    ['const alias@: Having = { get part() { return $; } };', 'alias@.part'],
    ['const alias@ = { get part() { return $; } };', 'alias@.part'],
    ['const alias@ = { read() { return $; } };', 'alias@.read()'],
    ['const alias@ = { read: () => $ };', 'alias@.read()'],
    ['const alias@ = [() => $];', 'alias@[0]!()'],
    ['const alias@ = new Map([[1, () => $]]);', 'alias@.get(1)!()'],
    ['const alias@ = () => $;', 'alias@()'],
    ['function alias@(): Part { return $; }', 'alias@()'],
    [
      'function alias@(deep: number): Part { return deep > 0 ? other@(deep - 1) : $; }\nfunction other@(deep: number): Part { return alias@(deep); }',
      'other@(2)',
    ],
    ['let see@!: () => Part;\n{ const p = $; see@ = () => p; }', 'see@()'],
    ['let see@!: () => Part;\n{ let p!: Part; p = $; see@ = () => p; }', 'see@()'],
    ['let see@!: () => Part;\n{ const { p } = { p: $ }; see@ = () => p; }', 'see@()'],
    ['const reads@: (() => Part)[] = [];\nfor (const p of [$]) reads@.push(() => p);', 'reads@[0]!()'],
    ['const see@ = (() => { const p = $; return () => p; })();', 'see@()'],
    ['const see@ = (() => { let p = $; return { get: () => p, set: (x: Part) => { p = x; } }; })();', 'see@.get()'],
    ['class Static@ { static part = $; }', 'Static@.part'],
    ['class Static@ { static #part = $; static get() { return Static@.#part; } }', 'Static@.get()'],
    ['class Static@ { static get part() { return $; } }', 'Static@.part'],
    ['class Static@ { static part: Part; static { Static@.part = $; } }', 'Static@.part'],
    ['class Static@ { static part: Part; static { this.part = $; } }', 'Static@.part'],
    ['class Static@ { static part: Part; }\nStatic@.part = $;', 'Static@.part'],
    ['class Field@ { part = $; }', 'new Field@().part'],
    ['class Field@ { part: Part; constructor() { this.part = $; } }', 'new Field@().part'],
    ['class Field@ { constructor(readonly part = $) {} }', 'new Field@().part'],
    ['class Field@ { get part() { return $; } }', 'new Field@().part'],
    [
      'class Field@ { get part(): Part { return $; } }\nclass Sub@ extends Field@ { override get part() { return super.part; } }',
      'new Sub@().part',
    ],
    ['class Field@ { accessor part = $; }', 'new Field@().part'],
    [
      'class Field@ { part(): Part { return $; } }\nclass Sub@ extends Field@ { override part() { return super.part(); } }',
      'new Sub@().part()',
    ],
    [
      'abstract class Base@ { abstract get part(): Part; read() { return this.part; } }\nclass Sub@ extends Base@ { get part() { return $; } }',
      '(new Sub@() as Base@).read()',
    ],
    ['function host@() {}\nhost@.part = $;', 'host@.part'],
    ['namespace Space@ { export const part = $; }', 'Space@.part'],
    ['namespace Space@ { export let part: Part; part = $; }', 'Space@.part'],
    ['namespace Space@ { const part = $; export const get = () => part; }', 'Space@.get()'],
    ['const later@ = {} as { p: Part };\nlater@.p = $;', 'later@.p'],
    ['const later@: Part[] = [];\nlater@.push($);', 'later@[0]!'],
    ['const later@ = new Map<string, Part>();\nlater@.set("p", $);', 'later@.get("p")!'],
    ['const later@ = new WeakMap<object, Part>();\nlater@.set(KEYS, $);', 'later@.get(KEYS)!'],
    ['const later@ = Object.assign({}, { p: $ });', 'later@.p'],
    ['const later@ = Object.create({ p: $ }) as { p: Part };', 'later@.p'],
    ['const later@ = { a: { b: { c: $ } } };\nconst { a: { b } } = { a: later@.a };\nvoid b;', 'later@.a.b.c'],
    ['const later@ = Object.freeze({ p: $ });', 'later@.p'],
    ['const later@ = new Proxy({ p: $ }, {});', 'later@.p'],
    ['const later@ = pick.bind(null, $);', 'later@()'],
    ['const later@ = curry($);', 'later@()()'],
    ['const later@ = (function* () { for (;;) yield $; })();', '(later@.next().value as Part)'],
    [
      'const later@ = [$].values();\nlet held@: Part | undefined;\nfunction step@() { return (held@ ??= later@.next().value as Part); }',
      'step@()',
    ],
    ['const later@ = { p: $, get q() { return this.p; } };', 'later@.q'],
    ['const later@ = { p: $, q() { return this.p; } };', 'later@.q()'],
    ['const later@ = [[$]];\nconst flat@ = later@.flat();', 'flat@[0]!'],
    ['const later@ = { ...{ p: $ } };', 'later@.p'],
    ['registry.named.set("@", $);', 'registry.named.get("@")!'],
    ['let chosen@ = [$, make()];\nchosen@ = chosen@.slice(0, 1);', 'chosen@[0]!'],
    ['var hoisted@ = $;', 'hoisted@'],
    ['export const shown@ = $;', 'shown@'],
  ),
  { declares: 'const soon@ = Promise.resolve($);', text: '(await soon@)', isAsync: true },
  {
    declares: 'async function soon@(): Promise<Part> { await null; return $; }',
    text: '(await soon@())',
    isAsync: true,
  },
  { declares: 'async function* soon@() { yield $; }', text: '((await soon@().next()).value as Part)', isAsync: true },
];

/** Statements that change the object that `$` gives, each once. */
export const CHANGES: readonly string[] = [
  '$.n = 5;',
  '$.n += 2;',
  '$.n++;',
  "$['n'] = 7;",
  '$.list.push(4);',
  '$.list[0] = 9;',
  '$.list.length = 0;',
  '$.list.sort((a, b) => b - a);',
  '$.list.splice(0, 1, 8, 9);',
  '$.list.copyWithin(0, 1);',
  'delete $.next;',
  '$.next = { n: 3 };',
  '$.next!.n = 6;',
  '$.next!.n++;',
  "$.map.set('x', 1);",
  "$.map.delete('a');",
  '$.set.add(5);',
  'Object.assign($, { n: 6 });',
  '({ n: $.n } = { n: 8 });',
  '[$.n] = [8];',
  'for ($.n of [1, 2, 3]);',
  "Object.defineProperty($, 'n', { value: 5 });",
  "Reflect.set($, 'n', 5);",
  "Reflect.deleteProperty($, 'next');",
  '$?.list.push(2);',
  '$.n &&= 5;',
  '$.next ??= { n: 5 }, $.next.n++;',
  '$.date.setTime(5);',
  "$.re.test('aaa');",
  "$.re.exec('aaa');",
  '$.re.lastIndex = 1;',
  'bump($);',
  '[$].forEach((x) => { x.n += 3; });',
  '[$].forEach(bump);',
  '[$].map((x) => x.list.reverse());',
  'Array.prototype.push.call($.list, 4);',
  '([] as number[]).push.apply($.list, [1, 2]);',
  'Reflect.apply(bump, null, [$]);',
  'bump.call(null, $);',
  'each($, bump);',
  'each($, (x) => bump(x));',
  '$.list.forEach((_x, i, all) => { all[i] = 5; });',
  '[$.list[0], $.list[1]] = [$.list[1]!, $.list[0]!];',
  'Object.freeze($);',
  'Object.setPrototypeOf($, null);',
  'Object.preventExtensions($.list);',
  'const { list } = $; list.pop();',
  'const { next, ...rest } = $; next!.n = 7; rest.list.push(6);',
  'const copy = { ...$ }; copy.list.push(6);',
  'const p = $; p.n = 4; p.list = [6];',
  'let p = $; p = p; p.n = 4;',
  'new Holder($).grow();',
  'new Holder($).part.n = 4;',
  'new Special($).grow();',
  'const h = new Holder($); h.grow();',
  'const h = new Holder(make()); h.part = $; h.part.n = 11;',
  'const hs = [new Holder($)]; hs.forEach((h) => h.grow());',
  'const hs = new Map([[1, new Holder($)]]); for (const h of hs.values()) h.grow();',
  'Holder.growAll([$]);',
  'growing.grow($);',
  'GROWERS.grow!($);',
  '$.list.fill(1);',
  'const { push } = Array.prototype; push.call($.list, 3);',
  'while ($.list.length > 0) $.list.pop();',
  "JSON.parse('[1]', (_k, v) => { $.n++; return v; });",
  '[1].some(() => { $.n = 12; return true; });',
  '$.list.unshift(...$.list);',
  'const it = [$].values(); for (const x of it) x.n = 8;',
  'for (const key in $) if (key === "n") $[key] = 9;',
  'for (const value of Object.values($)) if (Array.isArray(value)) value.push(1);',
  'Object.entries($).forEach(([, value]) => { if (value instanceof Map) value.clear(); });',
  'changeAny($);',
  'changeWith($, "n", 6);',
  '($ as unknown as Record<string, unknown>).extra = 3;',
  'const set = (k: "n", v: number) => { $[k] = v; }; set("n", 14);',
];

/** Where a change happens. */
export const PLACES: readonly Place[] = [
  { text: '$' },
  { text: '$' },
  { text: '$' },
  { text: '[1].forEach(() => { $ });' },
  { text: 'const act = () => { $ }; act();' },
  { text: 'const act = function () { $ }; act.call(undefined);' },
  { text: 'const o = { get x() { $ return 1; } }; void o.x;' },
  { text: 'const o: { x: number } = { get x() { $ return 1; } }; void o.x;' },
  { text: 'const o = { set x(_v: number) { $ } }; o.x = 1;' },
  { text: 'new (class { constructor() { $ } })();' },
  { text: 'class C { static { $ } } void C;' },
  { text: 'class C { x = (() => { $ return 1; })(); } new C();' },
  { text: 'try { throw 1; } catch { $ }' },
  { text: 'try { void 0; } finally { $ }' },
  { text: 'for (const _ of (function* () { $ yield 1; })());' },
  { text: 'const steps = (function* () { yield 1; $ yield 2; })(); steps.next(); steps.next();' },
  { text: 'const o = { toString() { $ return "x"; } }; void `${o}`;' },
  { text: 'const o = { valueOf() { $ return 1; } }; void (+o + 1);' },
  { text: 'const o = { [Symbol.toPrimitive]() { $ return 1; } }; void (Number(o));' },
  { text: 'const o = { toJSON() { $ return 1; } }; JSON.stringify([o]);' },
  { text: 'const o = { *[Symbol.iterator]() { $ yield 1; } }; void [...o];' },
  {
    text: 'const o = { [Symbol.iterator]: () => ({ next: () => { $ return { done: true, value: 1 }; } }) }; const [] = o; for (const _ of o);',
  },
  { text: '[2, 1].sort(() => { $ return 0; });' },
  { text: '((_x = (() => { $ return 1; })()) => 1)();' },
  { text: 'lost: for (;;) { for (;;) { $ break lost; } }' },
  { text: 'switch (1) { case 1: { $ } }' },
  { text: "void ({ [(() => { $ return 'k'; })()]: 1 });" },
  {
    text: 'class C { static [Symbol.hasInstance](_: unknown) { $ return true; } } void (({} as unknown) instanceof C);',
  },
  { text: 'const o = new Proxy({} as { x: number }, { get: () => { $ return 1; } }); void o.x;' },
  { text: "'a'.replace('a', () => { $ return 'b'; });" },
  { text: 'Array.from([1], () => { $ return 1; });' },
  { text: 'JSON.stringify({ a: 1 }, (_k, v) => { $ return v; });' },
  { text: 'run(() => { $ });' },
  { text: 'new Runner(() => { $ }).run();' },
  { text: 'runAll([() => { $ }]);' },
  { text: 'runNamed({ go: () => { $ } });' },
  { text: 'curry(() => { $ })()()();' },
  { text: 'new Map([[1, () => { $ }]]).forEach((act) => act());' },
  { text: 'const { act } = { act: () => { $ } }; act();' },
  { text: 'emitter(() => { $ }).emit("x");' },
  { text: 'act@();', declares: 'const act@ = () => { $ };' },
  { text: 'act@.go();', declares: 'const act@ = { go() { $ } };' },
  { text: 'new Act@().go();', declares: 'class Act@ { go() { $ } }' },
  { text: 'new Act@();', declares: 'class Act@ { constructor() { $ } }' },
  { text: 'Act@.go();', declares: 'class Act@ { static go() { $ } }' },
  { text: 'void Act@.go;', declares: 'class Act@ { static get go() { $ return 1; } }' },
  { text: 'Act@.go();', declares: 'namespace Act@ { export function go() { $ } }' },
  { text: 'acts@[0]!();', declares: 'const acts@ = [() => { $ }];' },
  { text: 'acts@.get("a")!();', declares: 'const acts@ = new Map([["a", () => { $ }]]);' },
  { text: 'act@!();', declares: 'let act@: (() => void) | undefined;\n{ act@ = () => { $ }; }' },
  {
    text: 'new Act@().go();',
    declares:
      'abstract class Base@ { go() { this.step(); } abstract step(): void; }\nclass Act@ extends Base@ { step() { $ } }',
  },
  { text: 'await null; $', isAsync: true },
  { text: 'await Promise.resolve().then(() => { $ });', isAsync: true },
  { text: 'await Promise.reject(1).catch(() => { $ });', isAsync: true },
  { text: 'await Promise.resolve().finally(() => { $ });', isAsync: true },
  { text: 'await (async () => { await null; $ })();', isAsync: true },
  { text: 'await Promise.all([1, 2].map(async (n) => { await null; if (n === 1) { $ } }));', isAsync: true },
  { text: 'for await (const _ of (async function* () { $ yield 1; })());', isAsync: true },
  { text: 'await new Promise<void>((done) => setTimeout(() => { $ done(); }, 0));', isAsync: true },
  { text: 'await new Promise<void>((done) => queueMicrotask(() => { $ done(); }));', isAsync: true },
  { text: 'await new Promise<void>((done) => process.nextTick(() => { $ done(); }));', isAsync: true },
  { text: 'await { then(done: () => void) { $ done(); } };', isAsync: true },
  { text: 'await (await import("./late.js")).perform(() => { $ });', isAsync: true },
];

/** Where the state is that holds the part. `$` is what makes it. */
export const STATES: readonly { declares: string; part: string }[] = [
  { declares: 'const state@ = { part: $, other: 1 };', part: 'state@.part' },
  { declares: 'const state@ = [$];', part: 'state@[0]!' },
  { declares: 'const state@ = new Map([["k", $]]);', part: 'state@.get("k")!' },
  { declares: 'const state@ = new Set([$]);', part: '[...state@][0]!' },
  { declares: 'const state@ = $;', part: 'state@' },
  { declares: 'let state@ = $;', part: 'state@' },
  { declares: 'const state@ = new Holder($);', part: 'state@.part' },
  { declares: 'const state@ = new Special($);', part: 'state@.read()' },
  { declares: 'class State@ { static part = $; }', part: 'State@.part' },
  { declares: 'class State@ { static #part = $; static get part() { return State@.#part; } }', part: 'State@.part' },
  { declares: 'namespace State@ { export const part = $; }', part: 'State@.part' },
  { declares: 'const state@ = { deep: [{ part: $ }] };', part: 'state@.deep[0]!.part' },
  { declares: 'const [state@] = [$] as const;', part: 'state@' },
  { declares: 'const state@ = Object.freeze({ part: $ });', part: 'state@.part' },
  { declares: 'const state@ = { get part() { return inner@; } };\nconst inner@ = $;', part: 'state@.part' },
  { declares: 'const state@ = (() => { const part = $; return () => part; })();', part: 'state@()' },
  { declares: 'const state@ = (() => { const part = $; return { read: () => part }; })();', part: 'state@.read()' },
  { declares: 'let see@!: () => Part;\n{ const part = $; see@ = () => part; }', part: 'see@()' },
  { declares: 'function state@() {}\nstate@.part = $;', part: 'state@.part' },
  { declares: 'const state@ = Object.create({ part: $ }) as { part: Part };', part: 'state@.part' },
  { declares: 'const state@ = { [KEY]: $ };', part: 'state@[KEY]' },
  { declares: 'let state@: Part | undefined;\nfunction init@() { return (state@ ??= $); }', part: 'init@()' },
];

/** What all of it has in common. */
export const SHARED = `import { EventEmitter } from 'node:events';

export const KEY = Symbol('key');
export const KEYS = {};

export interface Part {
  n: number;
  list: number[];
  map: Map<string, number>;
  set: Set<number>;
  date: Date;
  re: RegExp;
  next?: { n: number } | undefined;
}

export function make(): Part {
  return {
    n: 1,
    list: [3, 1, 2],
    map: new Map([['a', 1]]),
    set: new Set([1]),
    date: new Date(0),
    re: /a/g,
    next: { n: 2 },
  };
}

/** Everything that can be seen of it. */
export function describe({ n, list, map, set, date, re, next }: Part): string {
  const inside = \`\${map.size} \${map.get('a')} \${map.get('x')} \${set.size} \${set.has(5)}\`;
  return \`\${n} [\${list.join()}] \${inside} \${date.getTime()} \${re.lastIndex} \${next?.n}\`;
}

export interface Having { readonly part: Part }
export class Lazy implements Having {
  readonly #find: () => Part;
  constructor(find: () => Part) { this.#find = find; }
  get part(): Part { return this.#find(); }
}
export class Holder {
  part: Part;
  constructor(part: Part) { this.part = part; }
  read(): Part { return this.part; }
  get shown(): Part { return this.part; }
  grow(): void { this.part.n += 10; }
  static growAll(parts: Part[]): void { for (const part of parts) new Holder(part).grow(); }
}
export class Special extends Holder {
  override read(): Part { return super.read(); }
  override grow(): void { this.shown.list.push(77); }
}
export class Failure extends Error {
  constructor(readonly part: Part) { super('failure'); }
}
export class List extends Array<Part> {
  first(): Part { return this[0]!; }
  constructor(part: Part | number) {
    super();
    if (typeof part !== 'number') this.push(part);
  }
}
export class Table extends Map<string, Part> {
  constructor(part: Part) {
    super();
    this.set('p', part);
  }
}
export class Node2<T> {
  #value: T;
  constructor(value: T) { this.#value = value; }
  get(): T { return this.#value; }
}
export class Runner {
  constructor(private readonly act: () => void) {}
  run(): void { this.act(); }
}
class Registry {
  readonly #all: Part[] = [];
  readonly named = new Map<string, Part>();
  add(part: Part): this { this.#all.push(part); return this; }
  last(): Part { return this.#all.at(-1)!; }
  hold(part: Part): () => Part { return () => part; }
}
export const registry = new Registry();
export const growing = { grow(part: Part) { part.list.push(part.n); } };
export const GROWERS: Record<string, (part: Part) => void> = { grow: (part) => { part.n += 100; } };

export function same<T>(value: T): T { return value; }
export function pick(part: Part): Part { return part; }
export const tag = (_: TemplateStringsArray, part: Part): Part => part;
export const curry = <T>(value: T) => () => () => value;
export function each(part: Part, use: (part: Part) => void): void { use(part); }
export function bump(part: Part): void { part.n += 1; }
export function isOdd(n: number): boolean { return n % 2 === 1; }
export function readOf(having: Having): Part { return having.part; }
export function first<T>(list: readonly T[]): T { return list[0]!; }
export const compose = <A, B, C>(f: (a: A) => B, g: (b: B) => C) => (a: A): C => g(f(a));
export function ownerOf(value: Part): { value: Part } { return { value }; }
export async function later<T>(value: T): Promise<T> { await null; return value; }
export function run(act: () => void): void { act(); }
export function runAll(acts: (() => void)[]): void { for (const act of acts) act(); }
export function runNamed(acts: Record<string, () => void>): void { for (const name of Object.keys(acts)) acts[name]!(); }
export function changeAny(value: any): void { value.n = 21; }
export function changeWith<T, K extends keyof T>(value: T, key: K, to: T[K]): void { value[key] = to; }
export function emitter(act: () => void): EventEmitter { return new EventEmitter().on('x', act); }
export function emitted(part: Part): Part {
  let found!: Part;
  const events = new EventEmitter();
  events.on('x', (given: Part) => { found = given; });
  events.emit('x', part);
  return found;
}
`;
