/**
 * Functions that change the object they belong to, and ways to call them that do not name it. In the texts `a` is the object, `up` the
 * function; every name of more than one program is made its own.
 */

/** Text of a module that exports `a`, with `a.n` and `a.up(k = 1)`. */
export const HOLDERS: readonly string[] = [
  'class A { n = 1; constructor() { this.up = this.up.bind(this); } up(k = 1): number { this.n += k; return this.n; } }\nexport const a = new A();',
  'class A { n = 1; constructor() { for (const key of ["up"] as const) this[key] = this[key].bind(this); } up(k = 1): number { this.n += k; return this.n; } }\nexport const a = new A();',
  'class A { n = 1; up = (k = 1): number => { this.n += k; return this.n; }; }\nexport const a = new A();',
  'class Base { n = 1; up = (k = 1): number => { this.n += k; return this.n; }; }\nclass A extends Base { other = 1; }\nexport const a = new A();',
  'class A { #n = 1; get n(): number { return this.#n; } up = (k = 1): number => { this.#n += k; return this.#n; }; }\nexport const a = new A();',
  'class A { inner = { list: [1] }; get n(): number { return this.inner.list.length; } up = (k = 1): number => this.inner.list.push(k); }\nexport const a = new A();',
  'function makeA() { let n = 1; return { get n() { return n; }, up(k = 1): number { n += k; return n; } }; }\nexport const a = makeA();',
  'function makeA() { const self = { n: 1, up: (k = 1): number => { self.n += k; return self.n; } }; return self; }\nexport const a = makeA();',
  'export const a = { n: 1, up: (k = 1): number => { a.n += k; return a.n; } };',
  'class A { n = 1; readonly up: (k?: number) => number; constructor() { const self = this; this.up = function (k = 1): number { self.n += k; return self.n; }; } }\nexport const a = new A();',
  'class A { n = 1; readonly up: (k?: number) => number; constructor() { this.up = (k = 1): number => { this.n += k; return this.n; }; } }\nexport const a = new A();',
  'class A { static n = 1; static up = (k = 1): number => { A.n += k; return A.n; }; }\nexport const a = A;',
  'class A { static n = 1; static up(k = 1): number { A.n += k; return A.n; } }\nexport const a = A;',
  'class A { n = 1; get up(): (k?: number) => number { return (k = 1) => { this.n += k; return this.n; }; } }\nexport const a = new A();',
  'class A { n = 1; handlers = { up: (k = 1): number => { this.n += k; return this.n; } }; get up() { return this.handlers.up; } }\nexport const a = new A();',
  'class A { n = 1; make(): (k?: number) => number { return (k = 1) => { this.n += k; return this.n; }; } up = this.make(); }\nexport const a = new A();',
];

/** What stands at the top level of the module that calls it, and the statements that do. */
export const CALLS: readonly (readonly [declares: string, statements: string])[] = [
  ['const up = a.up;', 'up();'],
  ['const { up } = a;', 'up();'],
  ['let up = a.up; up = a.up;', 'up();'],
  ['const { up: other } = a;', 'other(2);'],
  ['const list = [a.up];', 'list[0]!();'],
  ['const list = [a.up];', 'for (const f of list) f();'],
  ['const list = [a.up];', 'list.forEach((f) => f());'],
  ['const table = { f: a.up };', 'table.f();'],
  ['const table: Record<string, typeof a.up> = { f: a.up };', 'const key = "f"; table[key]!();'],
  ['const map = new Map([["f", a.up]]);', 'map.get("f")!();'],
  ['const set = new Set([a.up]);', 'for (const f of set) f(3);'],
  ['const make = () => a.up;', 'make()();'],
  ['function make() { return a.up; }', 'const f = make(); f();'],
  ['function run(f: (k?: number) => number) { return f(); }', 'run(a.up);'],
  ['function run(f = a.up) { return f(); }', 'run();'],
  ['const up = a.up;', '[1, 2].forEach((k) => up(k));'],
  ['const up = a.up;', '[1, 2].map((k) => k).forEach(up);'],
  ['', '[1, 2].forEach(a.up);'],
  ['', '[1, 2].map(a.up);'],
  ['', '(0, a.up)();'],
  ['const up = a.up;', 'up?.(2);'],
  ['const up = Math.random() < 2 ? a.up : undefined;', 'up?.();'],
  ['const up = a.up ?? (() => 0);', 'up();'],
  ['const up = a.up;', 'up.call(undefined, 2);'],
  ['const up = a.up;', 'up.apply(undefined, [2]);'],
  ['const up = a.up.bind(a);', 'up(2);'],
  ['const up = (k: number) => a.up(k);', 'up(2);'],
  ['const up = a.up;', 'Reflect.apply(up, undefined, [2]);'],
  ['const up = a.up;', '"ab".replace(/[ab]/g, () => String(up()));'],
  ['const up = a.up;', 'Array.from([1, 2], (k) => up(k));'],
  ['const up = a.up;', 'Array.from([1, 2], up);'],
  ['const partial = (f: (k?: number) => number, k: number) => () => f(k);\nconst up = partial(a.up, 4);', 'up();'],
  [
    'const compose = (f: (k?: number) => number, g: (k?: number) => number) => (k: number) => f(g(k));\nconst up = compose(a.up, a.up);',
    'up(1);',
  ],
  [
    'class Runner { constructor(readonly f: (k?: number) => number) {} run() { return this.f(); } }\nconst runner = new Runner(a.up);',
    'runner.run();',
  ],
  ['class Runner { f: (k?: number) => number = a.up; }\nconst runner = new Runner();', 'runner.f();'],
  ['class Runner { f: (k?: number) => number = a.up; }\nconst runner = new Runner();', 'const { f } = runner; f();'],
  [
    'const handlers: ((k?: number) => number)[] = [];\nfunction on(f: (k?: number) => number) { handlers.push(f); }\non(a.up);',
    'for (const h of handlers) h(2);',
  ],
  ['const any: any = a.up;', 'any();'],
  ['const obj = { ...a };', '(obj as any).up?.();'],
  ['const nested = { deep: { up: a.up } };', 'const { deep: { up } } = nested; up();'],
  ['const [up] = [a.up];', 'up();'],
  ['const up = a.up;\nconst again = up;', 'again();'],
  ['const up = a["up"];', 'up();'],
  ['const get = (o: { up: typeof a.up }) => o.up;', 'get(a)();'],
  ['const memo = new WeakMap<object, typeof a.up>([[a, a.up]]);', 'memo.get(a)!(2);'],
  ['function* all() { yield a.up; }', 'for (const f of all()) f();'],
  ['const up = a.up;\nfunction inner() { return up(); }', 'inner();'],
  ['const tag = (s: TemplateStringsArray, k: number) => a.up(k);', 'tag`x${2}`;'],
  ['const any: unknown = a.up;', '(any as () => void)();'],
  ['const any: object = a.up;', '(any as () => void)();'],
  ['const any: Function = a.up;', 'any();'],
  ['const any: {} = a.up;', '(any as () => void)();'],
  ['const table: any = { f: a.up };', 'table.f();'],
  ['const table: any = { deep: { f: a.up } };', 'table.deep.f();'],
  ['const table: any = { f: a.up };', 'const { f } = table; f();'],
  ['const table: Record<string, unknown> = { f: a.up };', '(table["f"] as () => void)();'],
  ['const table: object = { f: a.up };', '(table as { f: () => void }).f();'],
  ['const list: any[] = [a.up];', 'list[0]();'],
  ['const list: unknown[] = [a.up];', 'for (const f of list) (f as () => void)();'],
  ['const list: any = [a.up];', 'for (const f of list) f();'],
  ['const list: any = [a.up];', 'list.forEach((f: any) => f());'],
  ['const map: Map<string, any> = new Map([["f", a.up]]);', 'map.get("f")();'],
  ['const map: any = new Map([["f", a.up]]);', 'map.get("f")();'],
  ['const map = new Map<string, unknown>([["f", a.up]]);', '(map.get("f") as () => void)();'],
  ['let any: any; any = a.up;', 'any();'],
  ['let any: any; export function init() { any = a.up; }\ninit();', 'any();'],
  ['const table: any = {}; table.f = a.up;', 'table.f();'],
  ['const list: any[] = []; list.push(a.up);', 'list[0]();'],
  ['const run = (f: any) => f();', 'run(a.up);'],
  ['const run = (o: any) => o.f();', 'run({ f: a.up });'],
  ['class Box { constructor(readonly f: any) {} }\nconst box = new Box(a.up);', 'box.f();'],
  ['class Box<T> { constructor(readonly value: T) {} }\nconst box = new Box(a.up);', 'box.value();'],
  ['class Box { f: any = a.up; }\nconst box: any = new Box();', 'box.f();'],
  ['const any: any = a;', 'any.up();'],
  ['const any: any = a;', 'const f = any.up; f();'],
  ['const any: any = { a };', 'any.a.up();'],
  ['const any: unknown = a;', '(any as { up(): number }).up();'],
  ['const any: any = () => a.up();', 'any();'],
  ['const any: any = { f: () => a.up() };', 'any.f();'],
  ['const any: any = { f() { return a.up(); } };', 'any.f();'],
  ['function wrap(f: any): any { return (...x: any[]) => f(...x); }\nconst any = wrap(a.up);', 'any();'],
  ['function wrap(f: any) { return { call: f }; }\nconst any = wrap(a.up);', 'any.call();'],
  ['const any: any = a.up;', '[1, 2].forEach(any);'],
  ['const any: any = a.up;', 'const run = (f: any) => f(); run(any);'],
  ['const any: any = a.up;', 'any.call(undefined, 2);'],
  ['const any: any = a.up; const g: any = any;', 'g();'],
  ['const any: any = [{ f: a.up }];', 'any[0].f();'],
  ['const set: Set<any> = new Set([a.up]);', 'for (const f of set) f();'],
  ['const any = a.up as any;', 'any();'],
  ['const any = JSON.parse("{}"); any.f = a.up;', 'any.f();'],
  [
    'const table: { [key: string]: any } = { f: a.up, g: 1 };',
    'for (const key of Object.keys(table)) if (typeof table[key] === "function") table[key]();',
  ],
  ['const any: any = a.up;', 'if (typeof any === "function") any();'],
  ['type Handler = (...x: any[]) => unknown; const handler: Handler = a.up as Handler;', 'handler();'],
  ['const any: any = a.up ?? 1;', 'any();'],
  ['const { up: any }: any = a;', 'any();'],
  ['class H { static handler: any = a.up; }', 'H.handler();'],
  ['namespace N { export const h: any = a.up; }', 'N.h();'],
  ['const run = (o: { f: () => void }) => o.f();', 'run({ f: a.up });'],
  ['const run = (o: { f: () => void }) => { const { f } = o; f(); };', 'run({ f: a.up });'],
  ['const run = (o: (() => void)[]) => o[0]!();', 'run([a.up]);'],
  ['const run = (o: any) => o[0]();', 'run([a.up]);'],
  ['const run = (o: Map<string, () => void>) => o.get("f")!();', 'run(new Map([["f", a.up]]));'],
  ['const run = (o: any) => o.f();\nconst given = { f: a.up };', 'run(given);'],
  ['const run = (o: any) => o.f();', 'const given = { f: a.up }; run(given);'],
  ['const run = (o: { f: () => void }) => o.f();', 'const given = { f: a.up }; run(given);'],
  ['const run = ({ f }: { f: () => void }) => f();', 'run({ f: a.up });'],
  ['const run = ({ f }: any) => f();', 'run({ f: a.up });'],
  ['const run = (...fs: (() => void)[]) => fs.forEach((f) => f());', 'run(a.up, a.up);'],
  ['const run = (...fs: any[]) => { for (const f of fs) f(); };', 'run(a.up, a.up);'],
  ['class H { handler: any = a.up; run() { this.handler(); } }\nconst h = new H();', 'h.run();'],
  [
    'class H { constructor(private readonly options: { f?: () => void }) {} run() { this.options.f?.(); } }',
    'new H({ f: a.up }).run();',
  ],
  [
    'class H { constructor(private readonly options: any) {} run() { this.options.f(); } }',
    'new H({ f: a.up }).run();',
  ],
  ['const table = new Map<any, any>(); table.set("f", a.up);', 'for (const [, f] of table) f();'],
  ['const table: any = { get: () => a.up };', 'table.get()();'],
  ['const table: any = new Set([a.up]);', 'for (const f of table.values()) f();'],
  ['const table: any = [a.up];', 'table.at(0)();'],
  ['const table: any = [a.up];', 'table.slice().pop()();'],
  ['const table: any = { f: a.up };', 'Object.values(table).forEach((f: any) => f());'],
  ['const table = { f: a.up };', 'for (const f of Object.values(table)) f();'],
  ['const table = [{ f: a.up }];', 'for (const { f } of table) f();'],
  ['const table: any = [[a.up]];', 'table[0][0]();'],
  [
    `class Bus { readonly #handlers = new Map<string, Set<(k?: number) => void>>(); on(name: string, handler: (k?: number) => void) { const set = this.#handlers.get(name) ?? new Set(); set.add(handler); this.#handlers.set(name, set); return this; } emit(name: string, k: number) { for (const handler of this.#handlers.get(name) ?? []) handler(k); } }
const bus = new Bus().on('x', a.up);`,
    `bus.emit('x', 2);`,
  ],
  [
    `class Bus { readonly handlers: Record<string, ((k?: number) => void)[]> = {}; on(name: string, handler: (k?: number) => void) { (this.handlers[name] ??= []).push(handler); } emit(name: string, k: number) { this.handlers[name]?.forEach((handler) => handler(k)); } }
const bus = new Bus(); bus.on('x', a.up);`,
    `bus.emit('x', 2);`,
  ],
  [
    'const bus = (() => { const all: ((k?: number) => void)[] = []; return { on: (h: (k?: number) => void) => { all.push(h); }, emit: (k: number) => all.forEach((h) => h(k)) }; })();\nbus.on(a.up);',
    'bus.emit(2);',
  ],
  [
    'class Bus { readonly handlers: ((k?: number) => void)[] = []; emit(k: number) { this.handlers.forEach((handler) => handler(k)); } }',
    'const bus = new Bus(); bus.handlers.push(a.up); bus.emit(2);',
  ],
  [
    'class Bus { handlers: ((k?: number) => void)[] = []; on(h: (k?: number) => void) { this.handlers = [...this.handlers, h]; return this; } emit(k: number) { for (const h of this.handlers) h(k); } }',
    'new Bus().on(a.up).on((k) => void k).emit(2);',
  ],
  [
    'type Next = () => void; type Middleware = (next: Next) => void;\nconst chain: Middleware[] = [(next) => { next(); }, (next) => { a.up(); next(); }];\nfunction dispatch(list: Middleware[], at = 0): void { list[at]?.(() => dispatch(list, at + 1)); }',
    'dispatch(chain);',
  ],
  [
    'function pipe<T>(...fs: ((x: T) => T)[]) { return (x: T) => fs.reduce((y, f) => f(y), x); }',
    'pipe<number>(a.up, (x) => x)(2);',
  ],
  [
    'const pipe = <T,>(...fs: ((x: T) => T)[]) => (x: T): T => { let y = x; for (const f of fs) y = f(y); return y; };\nconst piped = pipe<number>(a.up);',
    'piped(2);',
  ],
  [
    `interface Options { onChange?: (k?: number) => void; label?: string }
const defaults: Options = { label: 'x' };
function work(options: Options = {}): void { const all = { ...defaults, ...options }; all.onChange?.(2); }`,
    'work({ onChange: a.up });',
  ],
  [
    `interface Options { onChange?: (k?: number) => void; label?: string }
const defaults: Options = { label: 'x', onChange: a.up };
function work(options: Options = {}): void { const all = { ...defaults, ...options }; all.onChange?.(2); }`,
    'work();',
  ],
  [
    `interface Options { onChange?: (k?: number) => void; label?: string }
const defaults: Options = { label: 'x' };
function work(options: Options = {}): void { const all = Object.assign({}, defaults, options); all.onChange?.(2); }`,
    'work({ onChange: a.up });',
  ],
  [
    'interface Options { on: { change(k?: number): void } }\nfunction work({ on: { change } }: Options): void { change(2); }',
    'work({ on: { change: a.up } });',
  ],
  [
    `class Widget { options: { onChange: (k?: number) => void }; constructor(options: Partial<Widget['options']> = {}) { this.options = { onChange: () => {}, ...options }; } click() { this.options.onChange(2); } }`,
    'new Widget({ onChange: a.up }).click();',
  ],
  [
    `class Widget { options: { onChange: (k?: number) => void }; constructor(options: Partial<Widget['options']> = {}) { this.options = { onChange: () => {}, ...options }; } click() { this.options.onChange(2); } }
const widget = new Widget({ onChange: a.up });`,
    'widget.click();',
  ],
  [
    'abstract class Base2 { protected abstract act(): void; run() { this.act(); } }\nclass Sub extends Base2 { protected act = () => { a.up(2); }; }',
    'new Sub().run();',
  ],
  [
    'interface Command { execute(): void; undo(): void }\nclass History { readonly done: Command[] = []; run(command: Command) { command.execute(); this.done.push(command); } back() { this.done.pop()?.undo(); } }\nconst history = new History();',
    'history.run({ execute: () => a.up(3), undo: a.up }); history.back();',
  ],
  [
    'interface Command { execute(): void }\nclass Step implements Command { constructor(readonly execute: () => void) {} }\nconst queue: Command[] = [new Step(a.up)];',
    'for (const command of queue) command.execute();',
  ],
  [
    'interface Command { execute(): void }\nclass Step implements Command { readonly #f: () => void; constructor(f: () => void) { this.#f = f; } execute() { this.#f(); } }\nconst queue: Command[] = [new Step(a.up)];',
    'queue.forEach((command) => command.execute());',
  ],
  [
    'const strategies = { plain: a.up, twice: (k = 1) => { a.up(k); return a.up(k); } } as const;',
    `strategies['plain'](2);`,
  ],
  [
    'const strategies = { plain: a.up, twice: (k = 1) => { a.up(k); return a.up(k); } } as const;\nfunction pick(name: keyof typeof strategies) { return strategies[name]; }',
    `pick('twice')(2);`,
  ],
  [
    `const registry = new Map<string, { run: (k?: number) => void }>();
registry.set('x', { run: a.up });`,
    `registry.get('x')?.run(2);`,
  ],
  [
    `const registry = new Map<string, { run: (k?: number) => void }>();
function register(name: string, run: (k?: number) => void) { registry.set(name, { run }); }
register('x', a.up);`,
    'for (const { run } of registry.values()) run(2);',
  ],
  [
    `class Container { static readonly parts = new Map<string, () => unknown>(); static add(name: string, make: () => unknown) { this.parts.set(name, make); } static get(name: string) { return this.parts.get(name)!(); } }
Container.add('up', () => a.up);`,
    `(Container.get('up') as (k?: number) => void)(2);`,
  ],
  [
    'function once<T>(f: () => T): () => T { let done = false; let value: T; return () => { if (!done) { done = true; value = f(); } return value!; }; }\nconst up1 = once(a.up);',
    'up1();',
  ],
  [
    'function memo<T>(f: (k: number) => T): (k: number) => T { const known = new Map<number, T>(); return (k) => { if (!known.has(k)) known.set(k, f(k)); return known.get(k)!; }; }\nconst up1 = memo(a.up);',
    'up1(2); up1(2); up1(3);',
  ],
  [
    'function spy<F extends (...x: any[]) => any>(f: F) { const calls: unknown[][] = []; const spied = (...x: Parameters<F>): ReturnType<F> => { calls.push(x); return f(...x); }; return Object.assign(spied, { calls }); }\nconst up1 = spy(a.up);',
    'up1(2);',
  ],
  ['const curry = (f: (k?: number) => number) => (k: number) => () => f(k);', 'curry(a.up)(2)();'],
  ['const tap = <T,>(x: T, f: (x: T) => void): T => { f(x); return x; };', 'tap(2, a.up);'],
  [
    'const retry = (f: () => number, times: number): number => { try { return f(); } catch (e) { if (times > 0) return retry(f, times - 1); throw e; } };',
    'retry(() => a.up(2), 2);',
  ],
  [
    'class Builder { private fs: (() => void)[] = []; add(f: () => void) { this.fs.push(f); return this; } build() { return () => this.fs.forEach((f) => f()); } }',
    'new Builder().add(a.up).add(() => a.up(2)).build()();',
  ],
  [`const task = { name: 'x', steps: [a.up, a.up] };`, 'for (const step of task.steps) step();'],
  [`const task = { name: 'x', get step() { return a.up; } };`, 'task.step();'],
  ['const task = Object.freeze({ step: a.up });', 'task.step();'],
  ['const task = Object.create({ step: a.up }) as { step(): void };', 'task.step();'],
  [
    `const entries: [string, (k?: number) => void][] = [['x', a.up]];
const task = Object.fromEntries(entries);`,
    'task.x!(2);',
  ],
  [
    'const tree = { value: a.up, children: [{ value: a.up, children: [] as any[] }] };\nfunction visit(node: { value: () => void; children: any[] }): void { node.value(); node.children.forEach(visit); }',
    'visit(tree);',
  ],
  [
    'interface Visitor { number(k: number): void; other?(): void }\nfunction walk(list: number[], visitor: Visitor) { for (const k of list) visitor.number(k); }',
    'walk([1, 2], { number: a.up });',
  ],
  [
    'interface Visitor { number(k: number): void; other?(): void }\nfunction walk(list: number[], visitor: Visitor) { for (const k of list) visitor.number(k); }\nclass Summing implements Visitor { number = a.up; }',
    'walk([1, 2], new Summing());',
  ],
  [
    'interface Visitor { number(k: number): void }\nclass Node2 { constructor(readonly k: number) {} accept(visitor: Visitor) { visitor.number(this.k); } }',
    'new Node2(2).accept({ number: (k) => { a.up(k); } });',
  ],
  [
    'interface Visitor { number(k: number): void }\nclass Node2 { constructor(readonly k: number) {} accept(visitor: Visitor) { visitor.number(this.k); } }',
    'new Node2(2).accept({ number: a.up });',
  ],
  ['function* steps() { yield () => a.up(1); yield a.up; }', 'for (const step of steps()) step();'],
  [
    'function each<T>(list: Iterable<T>, f: (x: T) => void) { for (const x of list) f(x); }',
    'each(new Set([1, 2]), a.up);',
  ],
  [
    'const reduce = (list: number[], f: (x: number, y: number) => number, start: number) => list.reduce(f, start);',
    'reduce([1, 2], (x, y) => x + a.up(y), 0);',
  ],
  [
    `const tuple = ['x', a.up] as const;
function use(pair: readonly [string, () => void]) { const [, f] = pair; f(); }`,
    'use(tuple);',
  ],
  [
    `type State = { tag: 'on'; act: () => void } | { tag: 'off' };
const states: State[] = [{ tag: 'on', act: a.up }, { tag: 'off' }];`,
    `for (const state of states) if (state.tag === 'on') state.act();`,
  ],
  [
    `type State = { tag: 'on'; act: () => void } | { tag: 'off' };
function go(state: State) { switch (state.tag) { case 'on': state.act(); } }`,
    `go({ tag: 'on', act: a.up });`,
  ],
  [
    'class Lazy<T> { constructor(private readonly make: () => T) {} get value(): T { return this.make(); } }\nconst lazy = new Lazy(() => a.up(2));',
    'void lazy.value;',
  ],
  [
    'class Lazy<T> { constructor(private readonly make: () => T) {} get value(): T { return this.make(); } }',
    'void new Lazy(a.up).value;',
  ],
  [
    'class Lazy<T> { constructor(private readonly make: () => T) {} get value(): T { return this.make(); } }\nconst lazy = new Lazy(() => a.up);',
    'lazy.value(2);',
  ],
  [
    'class Maybe<T> { constructor(readonly value: T | undefined) {} map<U>(f: (x: T) => U): Maybe<U> { return new Maybe(this.value === undefined ? undefined : f(this.value)); } }',
    'new Maybe(2).map(a.up);',
  ],
  [
    'class Maybe<T> { constructor(readonly value: T | undefined) {} map<U>(f: (x: T) => U): Maybe<U> { return new Maybe(this.value === undefined ? undefined : f(this.value)); } }',
    'new Maybe(a.up).map((f) => f(2));',
  ],
  ['const lens = { get: () => a, set: (k: number) => { a.up(k); } };', 'lens.set(2);'],
  [
    'const lens = { get: () => a, set: a.up };\nfunction over(l: typeof lens, f: (k: number) => number) { l.set(f(1)); }',
    'over(lens, (k) => k + 1);',
  ],
  [
    'const store = ((reducer: (k: number) => number) => { let state = 0; return { dispatch: (k: number) => { state = reducer(k); }, get state() { return state; } }; })(a.up);',
    'store.dispatch(2);',
  ],
  [
    'let current: { act: () => void } | undefined;\nfunction install(act: () => void) { current = { act }; }\ninstall(a.up);',
    'current?.act();',
  ],
  [
    'let current: (() => void) | undefined;\nfunction install(act: () => void) { current = act; }',
    'install(a.up); current?.();',
  ],
  [
    'const hooks = { before: [] as (() => void)[], after: [] as (() => void)[] };\nhooks.before.push(a.up);',
    'hooks.before.forEach((hook) => hook());',
  ],
  ['const hooks: { before?: () => void } = {};\nhooks.before = a.up;', 'hooks.before?.();'],
  [
    `const hooks: { [key: string]: () => void } = {};
for (const key of ['x']) hooks[key] = a.up;`,
    'hooks.x!();',
  ],
  [
    'const swap = { f: a.up as (k?: number) => void };',
    'const before = swap.f; swap.f = () => {}; before(2); swap.f = before;',
  ],
  [
    'const wm = new WeakMap<object, { act: () => void }>();\nconst key = {};\nwm.set(key, { act: a.up });',
    'wm.get(key)!.act();',
  ],
  [
    `const sym = Symbol('act');
const obj = { [sym]: a.up };`,
    'obj[sym]();',
  ],
  [
    `class Acts { [key: string]: () => void; }
const acts = new Acts(); acts['x'] = a.up;`,
    `acts['x']!();`,
  ],
  [
    'class Timer { #tick: () => void = () => {}; set tick(f: () => void) { this.#tick = f; } run() { this.#tick(); } }',
    'const timer = new Timer(); timer.tick = a.up; timer.run();',
  ],
  [
    'class Timer { #tick: () => void = () => {}; set tick(f: () => void) { this.#tick = f; } run() { this.#tick(); } }\nconst timer = new Timer(); timer.tick = a.up;',
    'timer.run();',
  ],
  [
    'class Rec { constructor(readonly f: () => void, readonly next?: Rec) {} run(): void { this.f(); this.next?.run(); } }',
    'new Rec(a.up, new Rec(a.up)).run();',
  ],
  [
    'class P { act?(): void; }\nclass Q extends P { override act = a.up as () => void; }\nconst q: P = new Q();',
    'q.act?.();',
  ],
  ['const proxy = new Proxy({ act: a.up }, {});', 'proxy.act();'],
  [
    `const handler = { handleEvent: a.up };
function fire(h: { handleEvent(k?: number): void } | ((k?: number) => void)) { if (typeof h === 'function') h(2); else h.handleEvent(2); }`,
    'fire(handler); fire(a.up);',
  ],
  ['const fns = [a.up, (k = 1) => k];', 'const picked = fns.filter((_, i) => i === 0); picked.map((f) => f(2));'],
  ['const fns = [a.up, (k = 1) => k];', 'const [first, ...rest] = fns; first!(2); rest.length;'],
  ['const fns = [a.up, (k = 1) => k];', 'fns.reduce((x, f) => f(x), 1);'],
  ['const fns = new Map([[1, a.up]]);', 'fns.forEach((f, k) => f(k));'],
  ['const fns = [a.up];', '[...fns].reverse().at(-1)!(2);'],
  ['const fns = [a.up];', 'fns.map((f) => ({ f })).forEach(({ f }) => f(2));'],
  ['const fns = [[a.up]];', 'fns.flat()[0]!(2);'],
  ['const fns = [{ a: 1, f: a.up }];', 'fns.find((x) => x.a === 1)?.f(2);'],
  ['const fns = [{ a: 1, f: a.up }];', 'fns.map((x) => x.f).forEach((f) => f(2));'],
  [
    'const fns = [{ a: 1, f: a.up }];',
    'structuredCloneLike(fns)[0]!.f(2); function structuredCloneLike<T extends object>(list: T[]): T[] { return list.map((x) => ({ ...x })); }',
  ],
];
