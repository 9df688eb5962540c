import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPackages } from '../../src/1-analyze/packages/facts.ts';
import { writeFiles } from './write-files.ts';

/** By name of what the first file exports: whether calling it may show that others were called before. */
function state(files: Record<string, string>, names: readonly string[]): Record<string, boolean> {
  const folder = writeFiles({ 'package.json': '{ "name": "made-up" }', ...files });
  const packages = createPackages();
  const entry = join(folder, Object.keys(files)[0] ?? '');
  return Object.fromEntries(names.map((name) => [name, packages.packageEffects(entry, name, []).state]));
}

const READERS = /\b((?:seen|fixed)\w*)(?= =)/g;

/** What is called `seen…` reads what changes, what is called `fixed…` does not. */
function expectTold(files: Record<string, string>): void {
  const names = [...new Set(Object.values(files).flatMap((text) => text.match(READERS) ?? []))];
  expect(state(files, names)).toEqual(Object.fromEntries(names.map((name) => [name, name.startsWith('seen')])));
}

describe('what a package keeps changes', () => {
  const CASES: Record<string, string> = {
    'through what another function keeps of it': `
      const table = new Map(); const other = new Map(); let kept; let last;
      function register(t) { kept = t; } function keep(t) { last = t; }
      register(table); keep(other);
      export function put(k, v) { kept.set(k, v); }
      export const seen = (k) => table.get(k); export const fixed = (k) => other.get(k);`,
    'through a closure made of it': `
      const table = {}; const other = {};
      const writer = (t) => ({ put(k, v) { t[k] = v; } }); const reader = (t) => (k) => t[k];
      const w = writer(table); const r = reader(other);
      export const put = (k, v) => w.put(k, v);
      export const seen = (k) => table[k]; export const fixed = (k) => other[k];`,
    'through a list that holds it': `
      const list = []; const other = [];
      function set(a, v) { a.push(v); } function show(a) { return a.length; }
      export const put = (v) => { [list].forEach((a) => set(a, v)); };
      export const look = () => [other].forEach((a) => show(a));
      export const seen = () => list.length; export const fixed = () => other.length;`,
    'through a table that holds it': `
      const list = []; const all = { list }; const byName = new Map([['list', all]]);
      export const put = (v) => { byName.get('list').list.push(v); };
      export const seen = () => list.length;`,
    'through a list of arguments': `
      const list = []; const o2 = {}; const o3 = {}; const o4 = {};
      function put(o, k, v) { o[k] = v; } function rest(...all) { all[0].x = 1; } function own() { arguments[0].x = 1; }
      export const putList = (k, v) => { put(...[o2], k, v); rest(o3); own(o4); };
      export const seen2 = (k) => o2[k]; export const seen3 = () => o3.x; export const seen4 = () => o4.x;`,
    'through call, apply, Reflect and bound functions': `
      const a = {}; const b = {}; const c = {}; const d = {}; const e = {}; const f = {}; const g = {}; const h = {};
      function put(o, k) { o[k] = 1; } function own(k) { this[k] = 1; } function show(o) { return o.x; }
      const bound = put.bind(null, d); const boundOwn = own.bind(f);
      export const write = (k) => {
        put.call(null, a, k); put.apply(null, [b, k]); Reflect.apply(put, null, [c, k]); bound(k); own.call(e, k); boundOwn(k);
        Array.prototype.push.call(g, k); show.call(null, h);
      };
      export const seenA = () => a.x; export const seenB = () => b.x; export const seenC = () => c.x;
      export const seenD = () => d.x; export const seenE = () => e.x; export const seenF = () => f.x;
      export const seenG = () => g.length; export const fixedH = () => h.x;`,
    'through a function that is given to another one': `
      const store = { n: 0 }; const withStore = (fn) => fn(store);
      export const seenInc = () => { withStore((s) => { s.n++; }); };
      export const seen = () => store.n;`,
    'through accessors': `
      const box = { n: 0, get next() { return ++this.n; } }; const put = { n: 0, set value(v) { this.n = v; } };
      let hidden = 0; const counter = { get value() { return hidden; }, set value(v) { hidden = v; } };
      const plain = { n: 0, get twice() { return this.n * 2; } };
      export const step = () => box.next; export const write = (v) => { put.value = v; counter.value = v; };
      export const seenBox = () => box.n; export const seenPut = () => put.n; export const seenCounter = () => counter.value;
      export const fixed = () => plain.n + plain.twice;`,
    'through Object and Reflect': `
      const a = {}; const b = {}; const c = {}; const d = {}; const e = {}; const f = { x: {} }; const g = {};
      const define = Object.defineProperty; const { assign } = Object;
      export const put = (v) => {
        define(a, 'x', { value: v }); assign(b, v); Reflect.set(c, 'x', v); Object.setPrototypeOf(d, v); e.__proto__ = v;
        Object.values(f)[0].y = v; Object.keys(g);
      };
      export const seenA = () => a.x; export const seenB = () => b.x; export const seenC = () => c.x;
      export const seenD = () => d.x; export const seenE = () => e.x; export const seenF = () => f.x.y; export const fixed = () => g.x;`,
    'behind a proxy': `
      const target = {}; const proxy = new Proxy(target, {});
      export const put = (v) => { proxy.x = v; }; export const seen = () => target.x; export const seenProxy = () => proxy.x;`,
    'as what a class keeps': `
      class Registry { static items = []; static add(x) { this.items.push(x); } }
      class Fixed { static list = [1]; } class Sub extends Registry {} class Single { constructor() { this.n = 0; } static get() { return (Single.one ??= new Single()); } }
      export const add = (x) => { Sub.add(x); }; export const bump = () => { Single.get().n++; };
      export const seen = () => Registry.items.length; export const fixed = () => Fixed.list.length;
      const only = new Single(); Single.one = only; export const seenOnly = () => only.n;`,
    'on a prototype': `
      class Shape { draw() { return 1; } } const proto = Shape.prototype; const made = { };
      export const patch = (fn) => { proto.draw = fn; }; export const extend = (x) => { Object.getPrototypeOf(inherits).x = x; };
      const inherits = Object.create(made);
      export const seen = () => new Shape().draw(); export const seenMade = () => made.x;`,
    'on functions': `
      function find(k) { return k; } find.cache = {}; const f = find; function plain() {} plain.LIST = [1];
      export const put = (k) => { f.cache[k] = 1; };
      export const seen = (k) => find.cache[k]; export const fixed = () => plain.LIST.length;`,
    'later, by itself': `
      const a = []; const b = []; const c = []; let d = 0; const e = {};
      setTimeout(() => a.push(1)); process.on('exit', () => { b.push(1); }); Promise.resolve().then(() => c.push(1));
      (async () => { await null; d = 1; })(); async function load() { await null; e.x = 1; } load();
      export const seenA = () => a.length; export const seenB = () => b.length; export const seenC = () => c.length;
      export const seenD = () => d; export const seenE = () => e.x;`,
    'by generators': `
      const list = []; const steps = (function* (to) { for (;;) { to.push(1); yield; } })(list);
      export const step = () => steps.next(); export const seen = () => list.length;`,
    'in what is weakly kept': `
      const KEY = {}; const cache = new WeakMap([[KEY, {}]]); const data = {}; cache.set(KEY, data);
      export const put = (v) => { cache.get(KEY).x = v; }; export const seen = () => data.x;`,
    'in an instance that holds it': `
      const items = []; const rows = [];
      class Bag { constructor(list) { this.list = list; } add(x) { this.list.push(x); } }
      class View { constructor(list) { this.list = list; } size() { return this.list.length; } }
      const bag = new Bag(items); const view = new View(rows);
      export const add = (x) => bag.add(x); export const size = () => view.size();
      export const seen = () => items.length;`,
    'by listeners': `
      import { EventEmitter } from 'node:events';
      const events = new EventEmitter(); const log = []; const shared = [];
      events.on('add', (x) => log.push(x)); events.on('all', (list) => list.push(1));
      export const emit = (x) => { events.emit('add', x); events.emit('all', shared); };
      export const seen = () => log.length; export const seenShared = () => shared.length;`,
    'through destructuring, choices and loops': `
      const a = { list: [] }; const b = []; const c = []; const d = { x: { n: 0 } }; const e = [{ n: 0 }];
      export const put = (v, k) => {
        const { list } = a; list.push(v); const [first] = [b]; first.push(v); (k ? c : []).push(v);
        for (const key in d) d[key].n = v; e.map((row) => row).forEach((row) => { row.n = v; });
      };
      export const seenA = () => a.list.length; export const seenB = () => b.length; export const seenC = () => c.length;
      export const seenD = () => d.x.n; export const seenE = () => e[0].n;`,
    'through what a function returns': `
      const table = {}; const other = {}; const own = () => table; const pick = (k) => (k ? own() : {}); const id = (x) => x;
      export const put = (k, v) => { pick(k).x = v; id(table).y = v; }; export const look = () => id(other).x;
      export const seen = () => table.x;`,
    'through what is thrown, awaited or yielded': `
      const a = {}; const b = {}; const c = {};
      async function later() { return b; } function* all() { yield c; }
      export const put = async (v) => { try { throw a; } catch (e) { e.x = v; } (await later()).x = v; for (const o of all()) o.x = v; };
      export const seenA = () => a.x; export const seenB = () => b.x; export const seenC = () => c.x;`,
    'through what the language sorts and fills': `
      const a = [2, 1]; const b = [1]; const c = new Uint8Array(4); const d = [{ n: 1 }]; const e = [3];
      export const put = () => { sort(a); b.copyWithin(0, 1); view(c)[0] = 1; d.find(Boolean).n++; e.slice().sort(); };
      const sort = (list) => list.sort(); const view = (x) => new Uint8Array(x.buffer);
      export const seenA = () => a[0]; export const seenB = () => b[0]; export const seenC = () => c[0]; export const seenD = () => d[0].n;
      export const fixed = () => e[0];`,
    'by increments and operators that assign': `
      const a = { n: 0 }; const b = { x: null }; const c = [0];
      const bump = (o) => { o.n++; }; const set = (o) => { o.x ||= 1; }; const swap = (o) => { [o[0]] = [1]; };
      export const put = () => { bump(a); set(b); swap(c); };
      export const seenA = () => a.n; export const seenB = () => b.x; export const seenC = () => c[0];`,
  };
  for (const [what, text] of Object.entries(CASES)) it(what, () => expectTold({ 'i.mjs': text }));
});

describe('what a package keeps changes by', () => {
  const CASES: Record<string, string> = {
    'what a tagged template is given': `const o = {}; function t(s, x) { x.n = 1; } export const put = () => t\`a\${o}b\`; export const seen = () => o.n;`,
    'a setter that is given it': `class A { set v(x) { x.n = 1; } } const o = {}; const a = new A(); export const put = () => { a.v = o; }; export const seen = () => o.n;`,
    'an iterator of its own': `const o = { n: 0, *[Symbol.iterator]() { this.n++; yield 1; } }; export const put = () => [...o]; export const seen = () => o.n;`,
    'a text made of it': `const o = { n: 0, toString() { this.n++; return ''; } }; export const put = () => \`\${o}\`; export const seen = () => o.n;`,
    'a defined accessor': `const s = { n: 0 }; const o = {}; Object.defineProperty(o, 'next', { get: () => s.n++ }); export const put = () => o.next; export const seen = () => s.n;`,
    'a default parameter': `const o = { n: 0 }; export const put = (x = o) => { x.n++; }; export const seen = () => o.n;`,
    'a function that returns a function': `const o = { n: 0 }; const get = () => () => o; export const put = () => { get()().n++; }; export const seen = () => o.n;`,
    'functions that are kept': `const o = { n: 0 }; const fns = []; fns.push(() => o.n++); export const put = () => fns.forEach((f) => f()); export const seen = () => o.n;`,
    'a listener that is set': `let cb; export const on = (f) => { cb = f; }; const o = { n: 0 }; on((x) => { x.n++; }); export const put = () => cb(o); export const seen = () => o.n;`,
    'a singleton': `let inst; function getInstance() { if (!inst) inst = { n: 0 }; return inst; } const mine = getInstance(); export const put = () => { getInstance().n++; }; export const seen = () => mine.n;`,
    'a private field': `const o = { n: 0 }; class C { #o; constructor(o) { this.#o = o; } inc() { this.#o.n++; } } const c = new C(o); export const put = () => c.inc(); export const seen = () => o.n;`,
    'a prototype': `function P() {} P.prototype.data = { n: 0 }; const d = P.prototype.data; export const put = () => { new P().data.n++; }; export const seen = () => d.n;`,
    'a field of a base class': `const o = { n: 0 }; class A { constructor(x) { this.x = x; } } class B extends A { inc() { this.x.n++; } } const b = new B(o); export const put = () => b.inc(); export const seen = () => o.n;`,
    'a list made of it': `const o = { n: 0 }; const l = [].concat(o); export const put = () => { l[0].n++; }; export const seen = () => o.n;`,
    'the start of a reduction': `const a = { n: 0 }; export const put = (l) => l.reduce((acc, x) => { acc.n += x; return acc; }, a); export const seen = () => a.n;`,
    'a promise': `const a = { n: 0 }; const p = Promise.resolve(a); export const put = () => p.then((x) => { x.n++; }); export const seen = () => a.n;`,
    'what an async function returns': `const a = { n: 0 }; async function g() { return a; } export const put = () => g().then((x) => { x.n++; }); export const seen = () => a.n;`,
    'what a generator hands on': `const a = { n: 0 }; function* g() { yield* [a]; } export const put = () => { for (const x of g()) x.n++; }; export const seen = () => a.n;`,
    'what a timer is given': `const a = { n: 0 }; setInterval((x) => { x.n++; }, 10, a).unref(); export const seen = () => a.n;`,
    'a function that an async one calls': `let n = 0; function init() { n = 1; } async function run() { await 0; init(); } run(); export const seen = () => n;`,
    'a function whose name looks like a loop': `let n = 0; const registerEach = (l, f) => { keep = f; }; let keep; registerEach([], () => { n++; }); export const put = () => keep(); export const seen = () => n;`,
    'a global variable': `globalThis.__x = { n: 0 }; export const put = () => { globalThis.__x.n++; }; export const seen = () => globalThis.__x.n; export const seen2 = () => __x.n;`,
    'a symbol of the global object': `const K = Symbol.for('k'); const g = globalThis; g[K] = g[K] || { n: 0 }; export const put = () => { g[K].n++; }; export const seen = () => g[K].n;`,
    'a bound method': `const o = { n: 0, inc() { this.n++; } }; const inc = o.inc.bind(o); export const put = () => inc(); export const seen = () => o.n;`,
    'a method by a computed name': `const o = { n: 0, inc() { this.n++; } }; export const put = (k) => o[k](); export const seen = () => o.n;`,
    'the prototype of another object': `const base = { n: 0 }; const m = Object.create(base); export const put = () => { Object.getPrototypeOf(m).n++; }; export const seen = () => base.n;`,
    'what a frozen object holds': `const o = Object.freeze({ inner: { n: 0 } }); export const put = () => { o.inner.n++; }; export const seen = () => o.inner.n;`,
    'a copy': `const a = { inner: { n: 0 } }; const b = { ...a }; export const put = () => { b.inner.n++; }; export const seen = () => a.inner.n;`,
    'a method of the base class': `const log = []; class A { add(l) { l.push(1); } } class B extends A { add(l) { super.add(l); } } const b = new B(); export const put = () => b.add(log); export const seen = () => log.length;`,
    'a constructor that registers': `const all = []; class A { constructor() { this.n = 0; all.push(this); } } const a = new A(); export const put = () => { all[0].n++; }; export const seen = () => a.n;`,
    'a constructor that starts a timer': `class A { constructor() { this.n = 0; setInterval(() => { this.n++; }, 5).unref(); } } const a = new A(); export const seen = () => a.n;`,
    'a constructor function': `function A() { this.n = 0; var self = this; this.inc = function () { self.n++; }; } const a = new A(); export const put = () => a.inc(); export const seen = () => a.n;`,
    'methods made around it': `function make(o) { return { inc() { o.n++; }, get: () => o.n }; } const c = make({ n: 0 }); export const put = () => c.inc(); export const seen = () => c.get();`,
    'a window on its bytes': `const a = new Float64Array(2); const v = a.subarray(1); export const put = () => { v[0] = 1; }; export const seen = () => a[1];`,
    'a date': `const d = new Date(0); export const put = () => { d.setFullYear(1999); }; export const seen = () => d.getTime();`,
    'a pattern in a table': `const r = /a/g; const t = { r }; export const put = (s) => t.r.exec(s); export const seen = () => r.lastIndex;`,
    'a curried function': `const o = { n: 0 }; const curry = (f) => (a) => (b) => f(a, b); const add = curry((a, b) => { a.n += b; }); export const put = () => add(o)(1); export const seen = () => o.n;`,
    'a pipeline': `const o = { n: 0 }; const pipe = (...fs) => (x) => fs.reduce((v, f) => f(v), x); const run = pipe((x) => { x.n++; return x; }); export const put = () => run(o); export const seen = () => o.n;`,
  };
  for (const [what, text] of Object.entries(CASES)) it(what, () => expectTold({ 'i.mjs': text }));

  it('a property of its own, and not by the others', () => {
    expectTold({
      'i.mjs': `const a = { x: {}, y: {} }; export const put = () => { a.x.n = 1; }; const show = (o) => o.n;
        export const seen = () => show(a.x); export const fixed = () => show(a.y);`,
    });
  });
});

describe('what files of a package share changes', () => {
  it('through what another file keeps of it, in ES modules', () => {
    expectTold({
      'i.mjs': `import './setup.mjs'; export * from './read.mjs'; export { put } from './keep.mjs';`,
      'setup.mjs': `import { register } from './keep.mjs'; import { table } from './table.mjs'; import all from './all.mjs'; register(table); register(all.inner);`,
      'keep.mjs': `let kept = []; export function register(t) { kept.push(t); } export function put(k, v) { for (const t of kept) t[k] = v; }`,
      'table.mjs': `export const table = {}; export const other = {};`,
      'all.mjs': `const inner = {}; export default { inner, own: { x: 1 } };`,
      'read.mjs': `import { table, other } from './table.mjs'; import all from './all.mjs';
        export const seen = (k) => table[k]; export const fixed = (k) => other[k]; export const seenInner = (k) => all.inner[k];`,
    });
  });

  it('through what another file keeps of it, in CommonJS and compiled code', () => {
    expectTold({
      'i.js': `require('./setup'); const r = require('./read'); exports.seen = r.seen; exports.fixed = r.fixed; exports.put = require('./keep').put;`,
      'setup.js': `"use strict"; var __importDefault = (m) => m; const keep_1 = require('./keep'); const table_1 = require('./table'); (0, keep_1.register)(table_1.table);`,
      'keep.js': `"use strict"; exports.register = register; exports.put = put; let kept; function register(t) { kept = t; } function put(k, v) { kept[k] = v; }`,
      'table.js': `"use strict"; exports.table = {}; exports.other = {};`,
      'read.js': `"use strict"; const table_1 = require('./table'); exports.seen = (k) => table_1.table[k]; exports.fixed = (k) => table_1.other[k];`,
    });
  });

  it('as what a file exports', () => {
    expectTold({
      'i.js': `"use strict"; const own = require('./own'); exports.seen = own.seen; exports.seenCount = own.seenCount; exports.fixed = own.fixed; exports.put = own.put;`,
      'own.js': `"use strict"; exports.own = { n: 0 }; exports.count = 0; exports.TABLE = { x: 1 };
        exports.put = () => { exports.own.n++; exports.count = 2; };
        exports.seen = () => exports.own.n; exports.seenCount = () => module.exports.count; exports.fixed = () => exports.TABLE.x;`,
    });
  });

  it('in a package that they import', () => {
    expectTold({
      'i.mjs': `import { config, set } from 'inner'; export { set } from 'inner'; import * as inner from 'inner';
        export const put = (v) => { set(v); }; export const seen = () => config.x; export const seenAll = () => inner.config.x;`,
      'node_modules/inner/package.json': '{ "name": "inner", "main": "index.js" }',
      'node_modules/inner/index.js': `exports.config = {}; exports.TABLE = { x: 1 }; exports.set = (v) => { exports.config.x = v; };`,
    });
    expectTold({
      'i.mjs': `import { config, TABLE } from 'inner';
        export const put = (v) => { config.x = v; }; export const seen = () => config.x; export const seenTable = () => TABLE.x;`,
      'node_modules/inner/package.json': '{ "name": "inner", "main": "index.js" }',
      'node_modules/inner/index.js': `exports.config = {}; exports.TABLE = { x: 1 };`,
    });
  });

  it('on what all packages share', () => {
    expectTold({
      'i.mjs': `const key = Symbol.for('made-up'); globalThis[key] ??= { n: 0 }; const own = globalThis[key]; const real = Math.random;
        export const put = () => { globalThis[key].n++; process.env.MADE_UP = 'x'; Math.double = (x) => 2 * x; Date.now = () => 0; };
        export const seen = () => globalThis[key].n; export const seenOwn = () => own.n;`,
    });
  });
});

describe('what a package keeps is changed by other packages', () => {
  it('whichever of them is asked about first', () => {
    const folder = writeFiles({
      'package.json': '{ "name": "program" }',
      'node_modules/kept/package.json': '{ "name": "kept", "main": "index.js" }',
      'node_modules/kept/index.js': `const { state } = require('./state'); exports.read = () => state.n;`,
      'node_modules/kept/state.js': `exports.state = { n: 0 };`,
      'node_modules/kept/write.js': `const { state } = require('./state'); exports.write = () => { state.n++; };`,
      'node_modules/user/package.json': '{ "name": "user", "main": "index.js" }',
      'node_modules/user/index.js': `exports.use = () => require('./later').later();`,
      'node_modules/user/later.js': `const { write } = require('kept/write'); exports.later = () => write();`,
      'node_modules/other/package.json': '{ "name": "other", "main": "index.js" }',
      'node_modules/other/index.js': `exports.nothing = () => 1;`,
    });
    const [kept, user, other] = ['kept', 'user', 'other'].map((name) => join(folder, 'node_modules', name, 'index.js'));
    const isState = (...entries: (string | undefined)[]) => {
      const packages = createPackages(entries.filter((entry) => entry !== undefined));
      return packages.packageEffects(kept ?? '', 'read', []).state;
    };
    expect(isState(kept, user)).toBe(true);
    expect(isState(kept, other)).toBe(false);
  });

  it('which import what it exports', () => {
    const folder = writeFiles({
      'package.json': '{ "name": "program" }',
      'node_modules/kept/package.json': '{ "name": "kept", "main": "index.js" }',
      'node_modules/kept/index.js': `const { settings } = require('./settings'); exports.read = () => settings.n;`,
      'node_modules/kept/settings.js': `exports.settings = { n: 0 };`,
      'node_modules/user/package.json': '{ "name": "user", "main": "index.js" }',
      'node_modules/user/index.js': `const { settings } = require('kept/settings'); exports.set = (n) => { settings.n = n; };`,
    });
    const [kept = '', user = ''] = ['kept', 'user'].map((name) => join(folder, 'node_modules', name, 'index.js'));
    const callers = { words: () => new Set(['read', 'set']), isOpen: () => false };
    expect(createPackages([kept, user], callers).packageEffects(kept, 'read', []).state).toBe(true);
    expect(createPackages([kept], callers).packageEffects(kept, 'read', []).state).toBe(false);
  });
});
