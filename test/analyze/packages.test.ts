import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPackages, type PackageFacts, packageApi } from '../../src/1-analyze/packages/facts.ts';
import { writeFiles } from './write-files.ts';

/** Facts about functions of a made-up package; a path that starts with `.` is a method of an object it made. */
function read(files: Record<string, string>, ...paths: string[]): Record<string, PackageFacts> {
  const folder = writeFiles({ 'package.json': '{ "name": "made-up" }', ...files });
  const packages = createPackages();
  const entry = join(folder, Object.keys(files)[0] ?? '');
  return Object.fromEntries(
    paths.map((path) => {
      const [first, ...rest] = path.split('.');
      return [path, packages.packageEffects(entry, first || undefined, rest)];
    }),
  );
}

/** `state time callsBack changes 0`, or `pure`. */
function summarize(facts: PackageFacts): string {
  const parts = [
    ...(facts.state ? ['state'] : []),
    ...facts.effects,
    ...(facts.callsBack === 'never' ? [] : [`calls ${facts.callsBack}`]),
    ...facts.changes.map((index) => `changes ${index}`),
    ...(facts.changesReceiver ? ['changes this'] : []),
  ];
  return parts.join(' ') || 'pure';
}

function summarizeAll(files: Record<string, string>, ...paths: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(read(files, ...paths)).map(([path, facts]) => [path, summarize(facts)]));
}

/** In the manner of lodash: one file, one function around everything, functions made by functions. */
const MONOLITH = `
;(function() {
  var undefined, MAX = 4294967295, nativeMax = Math.max;
  var root = typeof global == 'object' && global || Function('return this')();
  var runInContext = (function runInContext(context) {
    context = context || root;
    var Date = context.Date, Math = context.Math, nativeRandom = Math.random, ctxNow = Date.now;
    var idCounter = 0;
    function lodash(value) { return new Wrapper(value); }
    function Wrapper(value) { this.value = value; }
    function toNumber(value) { return +value; }
    function createRange(fromRight) {
      return function(start, end, step) { start = toNumber(start); return baseRange(start, end || MAX, step, fromRight); };
    }
    function baseRange(start, end, step) {
      var index = -1, result = Array(nativeMax(end - start, 0));
      while (start < end) { result[++index] = start; start += step || 1; }
      return result;
    }
    function baseRest(func) { return function() { return func.apply(this, arguments); }; }
    function arrayEach(array, iteratee) { for (var i = 0; i < array.length; i++) iteratee(array[i], i); return array; }
    var concat = baseRest(function(first, second) { return first.concat(second); });
    var put = baseRest(function(list, item) { list.push(item); return list; });
    function uniqueId(prefix) { var id = ++idCounter; return prefix + id; }
    function sum(array) { var total = 0; for (var i = 0; i < array.length; i++) total += array[i]; return total; }
    function each(list, fn) { return arrayEach(list, fn); }
    function pick(object, keys) { var result = {}; arrayEach(keys, function(key) { result[key] = object[key]; }); return result; }
    function tag(value) { var old = value.tag; value.tag = undefined; var text = String(value); value.tag = old; return text; }
    function random() { return nativeRandom(); }
    function now() { return root.Date.now(); }
    lodash.settings = { depth: 1 };
    lodash.configure = function(depth) { lodash.settings.depth = depth; };
    lodash.range = createRange(); lodash.uniqueId = uniqueId; lodash.sum = sum; lodash.each = each; lodash.pick = pick;
    lodash.tag = tag; lodash.random = random; lodash.now = now; lodash.concat = concat; lodash.put = put;
    return lodash;
  });
  var _ = runInContext();
  (module.exports = _)._ = _;
}.call(this));`;

describe('a file in the manner of lodash', () => {
  it('is told apart function by function', () => {
    const names = ['range', 'sum', 'uniqueId', 'each', 'pick', 'tag', 'random', 'now', 'concat', 'put', 'configure'];
    expect(summarizeAll({ 'index.js': MONOLITH }, ...names)).toEqual({
      range: 'pure',
      sum: 'pure',
      uniqueId: 'state',
      each: 'calls now',
      pick: 'pure',
      tag: 'pure',
      random: 'random',
      now: 'time',
      concat: 'pure',
      put: 'changes 0',
      configure: 'state',
    });
  });
  it('names the reason and the place', () => {
    const { uniqueId } = read({ 'index.js': MONOLITH }, 'uniqueId');
    expect(uniqueId).toMatchObject({ reason: 'sets idCounter', place: { file: 'index.js', line: 24 } });
  });
  it('is reached through a default import too', () => {
    expect(summarizeAll({ 'index.js': MONOLITH }, 'default.range', 'default.uniqueId')).toEqual({
      'default.range': 'pure',
      'default.uniqueId': 'state',
    });
  });
});

describe('state', () => {
  it('is what outlives the call: counters, tables, lazy values, closures made when loading, and reading them', () => {
    const text = `
      let n = 0; const table = new Map(); let lazy; let mode = 'a';
      const next = (() => { let c = 0; return () => ++c; })();
      export const count = () => ++n;
      export function put(k, v) { table.set(k, v); }
      export function get(k) { return table.get(k); }
      export function load() { return (lazy ??= [1, 2]); }
      export function setMode(m) { mode = m; }
      export function getMode() { return mode; }
      export function viaAlias(k) { const t = table; t.clear(); }
      export function viaCall(k) { clear(table); }
      function clear(map) { map.clear(); }
      export { next };`;
    const facts = summarizeAll(
      { 'index.js': text },
      ...['count', 'put', 'get', 'load', 'setMode', 'getMode', 'viaAlias', 'viaCall', 'next'],
    );
    for (const [name, summary] of Object.entries(facts)) expect(`${name} ${summary}`).toContain('state');
  });

  it('is not what the call makes itself, nor tables made when loading', () => {
    const text = `
      const TABLE = {}; for (const k of ['a', 'b']) TABLE[k] = k.length;
      const LIST = build(); function build() { const list = []; list.push(1); return list; }
      var Kind; (function (Kind) { Kind[Kind.A = 0] = 'A'; })(Kind || (Kind = {}));
      const WORD = /\\w+/;
      export function local(n) { const seen = new Set(); let i = 0; const add = () => { i++; seen.add(i); }; add(); return seen; }
      export function table(k) { return TABLE[k] + LIST.length + Kind.A; }
      export function word(s) { return WORD.test(s) && s.replace(/x/g, 'y'); }
      export function make() { let c = 0; return () => ++c; }
      export class Point { constructor(x) { this.x = x; } move(d) { this.x += d; return this; } get size() { return this.x; } }`;
    expect(summarizeAll({ 'index.mjs': text }, 'local', 'table', 'word', 'make', '.move', '.size')).toEqual({
      local: 'pure',
      table: 'pure',
      word: 'pure',
      make: 'pure',
      '.move': 'changes this',
      '.size': 'pure',
    });
  });

  it('sees that a pattern with the flag g remembers where it was', () => {
    expect(summarizeAll({ 'i.js': 'const W = /a/g; exports.f = (s) => W.test(s);' }, 'f')).toEqual({ f: 'state' });
  });

  it('is what an export keeps in itself', () => {
    const text = 'class Config { static set(x) { this.x = x; } } exports.Config = Config;';
    expect(summarizeAll({ 'i.js': text }, 'Config.set')).toEqual({ 'Config.set': 'state changes this' });
  });
});

describe('methods', () => {
  const file = (text: string) => ({ 'index.mjs': text });

  it('of the language count wherever the package has methods of the same name', () => {
    const text = `
      class Queue { push(x) { return x; } }
      const LIST = [];
      export function viaAlias(x) { const list = LIST; list.push(x); return list.length; }
      export function local(x) { const list = []; list.push(x); return list; }`;
    expect(summarizeAll(file(text), 'viaAlias', 'local')).toEqual({ viaAlias: 'state', local: 'pure' });
  });

  it('are looked up where the object was made, if that is known', () => {
    const text = `
      class Counter { add() { return ++total; } }
      let total = 0;
      class Bag { #items = new Map(); add(x) { this.#items.set(x, 1); return this; } has(x) { return this.#items.has(x); } }
      const shared = new Bag();
      export function unique(list) { const bag = new Bag(); for (const x of list) bag.add(x); return bag.has(1); }
      export function remember(x) { shared.add(x); }
      export function ask(x) { return shared.has(x); }`;
    expect(summarizeAll(file(text), 'unique', 'remember', 'ask')).toEqual({
      unique: 'changes 0',
      remember: 'state',
      ask: 'state',
    });
  });

  it('see what instances have in common', () => {
    const text = `
      const CACHE = [];
      export class A { constructor() { this.cache = CACHE; } addToCommon(x) { this.cache.push(x); } }
      export class B { constructor() { this.list = []; } addToOwn(x) { this.list.push(x); } }
      export function C() {} C.prototype.common = [];
      C.prototype.addToPrototype = function (x) { this.common.push(x); };
      export class D { static n = 0; count() { this.constructor.n++; } }`;
    expect(summarizeAll(file(text), '.addToCommon', '.addToOwn', '.addToPrototype', '.count')).toEqual({
      '.addToCommon': 'state changes this',
      '.addToOwn': 'changes this',
      '.addToPrototype': 'state changes this',
      '.count': 'state changes this',
    });
  });
});

describe('caches', () => {
  const MEMO = `function memo(f) {
    const cache = new Map();
    return function (k) { if (cache.has(k)) return cache.get(k); const r = f(k); cache.set(k, r); return r; };
  }`;

  it('cannot be seen around a function that only computes, for arguments that are the same when they look the same', () => {
    const text = `${MEMO}
      const parse = memo((text) => [text.length]);
      export const length = (x) => parse(String(x))[0];
      export const asked = (x) => (typeof x === 'string' ? parse(x)[0] : 0);`;
    expect(summarizeAll({ 'i.mjs': text }, 'length', 'asked')).toEqual({ length: 'pure', asked: 'pure' });
  });

  it('can be seen otherwise', () => {
    const text = `${MEMO}
      let n = 0;
      const parse = memo((text) => [text.length]);
      const stamp = memo((text) => text + Date.now());
      const count = memo((text) => text + n++);
      function counting(f) { let calls = 0; return (x) => f(x) + calls++; }
      function sloppy(f) { const cache = new Map(); return (x) => { const k = 'k'; if (cache.has(k)) return cache.get(k);
        const r = f(x); cache.set(k, r); return r; }; }
      const counted = counting((x) => x.length); const mixed = sloppy((x) => x.length);
      export const ofObject = (x) => parse(x)[0];
      export const changed = (x) => { const list = parse(String(x)); list.push(1); return list.length; };
      export const stamped = (x) => stamp(String(x));
      export const numbered = (x) => count(String(x));
      export const times = (x) => counted(String(x));
      export const wrong = (x) => mixed(String(x));`;
    const facts = summarizeAll({ 'i.mjs': text }, 'ofObject', 'changed', 'stamped', 'numbered', 'times', 'wrong');
    for (const [name, summary] of Object.entries(facts)) expect(`${name} ${summary}`).toContain('state');
  });

  it('are told from results that stay in the package', () => {
    const text = `${MEMO} const TABLE = {}; const parse = memo((text) => [text.length]);
      export const table = () => TABLE; export const parsed = (x) => parse(String(x)); export const made = () => ({});`;
    const facts = read({ 'i.mjs': text }, 'table', 'parsed', 'made');
    expect(Object.values(facts).map(({ returnsOwn }) => returnsOwn)).toEqual([true, true, false]);
  });
});

describe('patterns with the flag g', () => {
  const GOOD = 'export const good = (s) => { RE.lastIndex = 0; return RE.test(s); };';

  it('keep nothing if every use begins anew', () => {
    const text = `const RE = /a/g; ${GOOD} export const clean = (s) => s.replace(RE, '');`;
    expect(summarizeAll({ 'i.mjs': text }, 'good', 'clean')).toEqual({ good: 'pure', clean: 'pure' });
  });

  it('are state for all as soon as one use goes on where another has stopped, looks, or comes from outside', () => {
    const text = (more: string) => ({ 'i.mjs': `const RE = /a/g; ${GOOD} ${more}` });
    const goesOn = summarizeAll(text('export const bad = (s) => RE.test(s);'), 'good', 'bad');
    expect(goesOn).toEqual({ good: 'state', bad: 'state' });
    const looks = summarizeAll(text('export const peek = () => RE.lastIndex;'), 'good', 'peek');
    expect(looks).toEqual({ good: 'state', peek: 'state' });
    expect(summarizeAll(text('export { RE };'), 'good')).toEqual({ good: 'state' });
  });
});

describe('a package with a file for each function', () => {
  it('has functions of the language behind what files require', () => {
    const files = {
      'index.js': `
        var isArray = require('./isArray'), defineProperty = require('./_defineProperty'), toArray = require('./_createSet'), now = require('./now');
        exports.wrap = (value) => (isArray(value) ? value : [value]);
        exports.assign = (object, key, value) => { defineProperty(object, key, { value: value }); };
        exports.unique = (values) => toArray(values).size;
        exports.stamp = () => now();
        exports.next = () => require('./counter')();`,
      'isArray.js': 'var isArray = Array.isArray; module.exports = isArray;',
      '_root.js': 'module.exports = typeof global == "object" && global;',
      '_getNative.js': 'module.exports = function getNative(object, key) { return object[key]; };',
      '_Set.js':
        "var getNative = require('./_getNative'), root = require('./_root'); var Set = getNative(root, 'Set'); module.exports = Set;",
      '_createSet.js': "var Set = require('./_Set'); module.exports = function(values) { return new Set(values); };",
      '_defineProperty.js':
        "var getNative = require('./_getNative'); var defineProperty = (function() { try { var func = getNative(Object, 'defineProperty'); func({}, '', {}); return func; } catch (e) {} }()); module.exports = defineProperty;",
      'now.js': 'var now = Date.now; module.exports = now;',
      'counter.js': 'var count = 0; module.exports = function() { return ++count; };',
    };
    expect(summarizeAll(files, 'wrap', 'assign', 'unique', 'stamp', 'next')).toEqual({
      wrap: 'pure',
      assign: 'changes 0',
      unique: 'pure',
      stamp: 'time',
      next: 'state',
    });
  });
});

describe('lodash', () => {
  it('does with the functions it is given what they do, and keeps what it keeps', () => {
    const packages = createPackages();
    const file = packages.resolvePackage('lodash', import.meta.filename) ?? '';
    const facts = (name: string) => packages.packageEffects(file, 'default', [name]);
    const names =
      'every some map filter reject flatMap forEach groupBy keyBy countBy sortBy orderBy reduce sumBy maxBy uniqBy';
    for (const name of [
      ...names.split(' '),
      'partition',
      'get',
      'isEqual',
      'cloneDeep',
      'merge',
      'zipWith',
      'range',
      'round',
      'size',
      'padStart',
    ]) {
      expect(`${name} ${facts(name).reason}`).toBe(`${name} undefined`);
    }
    for (const name of ['uniqueId', 'template', 'memoize', 'noConflict', 'mixin']) expect(facts(name).state).toBe(true);
  });
});

describe('effects', () => {
  it('come from Node modules and globals, in any spelling', () => {
    const text = `
      'use strict';
      var __importDefault = (this && this.__importDefault) || function (mod) { return mod && mod.__esModule ? mod : { default: mod }; };
      Object.defineProperty(exports, '__esModule', { value: true });
      exports.env = exports.run = exports.write = void 0;
      const node_fs_1 = require('node:fs'); const cp = __importDefault(require('child_process')); const { env } = process;
      const log = console.log, debug = process.env.DEBUG;
      exports.write = (f) => (0, node_fs_1.writeFileSync)(f, '');
      exports.run = (c) => cp.default.execSync(c);
      exports.env = () => env.HOME;
      exports.log = (x) => log(x);
      exports.debugging = () => Boolean(debug);
      exports.ask = () => require('readline').createInterface({ input: process.stdin });
      exports.wait = (f) => setTimeout(f, 1);
      exports.get = (u) => fetch(u);
      exports.patch = () => { Array.prototype.last = 1; };
      exports.date = (x) => [new Date(0), Date.now() ? new Date() : x];`;
    const names = ['write', 'run', 'env', 'log', 'debugging', 'ask', 'wait', 'get', 'patch', 'date'];
    const facts = summarizeAll({ 'index.js': text }, ...names);
    expect(facts).toMatchObject({
      write: 'files',
      run: 'process',
      env: 'process.env.HOME',
      log: 'output',
      debugging: 'env',
      wait: 'timers calls later',
      patch: 'global',
      date: 'dates time',
    });
    expect(facts.ask).toContain('input');
    expect(facts.get).toContain('net');
  });

  it('name the variables of the environment that are read when something is called', () => {
    const text = `
      import process, { env } from 'node:process';
      const isDev = process.env.MODE === 'dev';
      export const one = () => process.env.MODE !== 'production';
      export const two = (x) => one() && x[env.KEY];
      export const any = (name) => process.env[name];
      export const all = () => ({ ...process.env, MODE: process.env.MODE });
      export const some = () => [process.env.MODE, Object.keys(process.env)];
      export const early = () => isDev;`;
    const facts = summarizeAll(
      { 'index.mjs': text, 'package.json': '{ "main": "index.mjs" }' },
      ...['one', 'two', 'any', 'all', 'some', 'early'],
    );
    expect(facts).toEqual({
      one: 'process.env.MODE',
      two: 'process.env.KEY process.env.MODE',
      any: 'env',
      all: 'env process.env.MODE',
      some: 'env process.env.MODE',
      early: 'env',
    });
  });

  it('follow files and packages', () => {
    const files = {
      'index.js': `export * from './a.js'; export { b as renamed } from './sub/b.js'; export * as ns from './a.js';`,
      'a.js': `import other, { tick } from 'other'; export function a() { return other() + 1; } export const t = () => tick();`,
      'sub/b.js': `export function b(list) { return list.sort(); }`,
      'package.json': '{ "name": "made-up", "type": "module" }',
      'node_modules/other/package.json': '{ "name": "other", "main": "main.js" }',
      'node_modules/other/main.js': `let n = 0; module.exports = () => 1; module.exports.tick = () => n++;`,
    };
    expect(summarizeAll(files, 'a', 't', 'renamed', 'ns.a')).toEqual({
      a: 'pure',
      t: 'state',
      renamed: 'changes 0',
      'ns.a': 'pure',
    });
  });

  it('follow CommonJS re-exports, also those of compilers', () => {
    const files = {
      'index.js': `"use strict";
        var __exportStar = function (m, exports) {};
        __exportStar(require("./one"), exports);
        var _two = require("./two");
        Object.keys(_two).forEach(function (key) { Object.defineProperty(exports, key, { get: function () { return _two[key]; } }); });
        var __export = (t, all) => {}; __export(exports, { three: () => three });
        function three(x) { return x; }
        Object.defineProperty(exports, "four", { enumerable: true, get: function () { return three_1.four; } });
        var three_1 = require("./four");`,
      'one.js': 'exports.one = function (x) { x.done = true; };',
      'two.js': 'let n = 0; exports.two = () => n++;',
      'four.js': 'exports.four = () => Math.random();',
    };
    expect(summarizeAll(files, 'one', 'two', 'three', 'four')).toEqual({
      one: 'changes 0',
      two: 'state',
      three: 'pure',
      four: 'random',
    });
  });
});

describe('what is not understood', () => {
  it('counts as state', () => {
    const text = `
      const handlers = load(); function load() { return JSON.parse(require('fs').readFileSync('x', 'utf8')); }
      exports.computed = (name) => require(name);
      exports.dynamic = () => import('./x.js');
      exports.native = () => require('./x.node').run();
      exports.unknownGlobal = () => document.title();`;
    const facts = summarizeAll({ 'i.js': text }, 'computed', 'dynamic', 'native', 'unknownGlobal', 'nowhere');
    for (const [name, summary] of Object.entries(facts)) expect(`${name} ${summary}`).toContain('state');
  });
});

describe('as a row of the tables', () => {
  it('tells construction and methods from functions', () => {
    const folder = writeFiles({
      'i.js': 'exports.Box = class Box { constructor(x) { this.x = x; } set(x) { this.x = x; } };',
    });
    const packages = createPackages();
    const file = join(folder, 'i.js');
    expect(packageApi(packages, file, { path: ['Box'], form: 'new', called: 'Box of i' })).toMatchObject({
      effects: [],
      changesReceiver: false,
      known: true,
    });
    expect(packageApi(packages, file, { path: ['set'], form: 'method', called: 'box.set of i' })).toMatchObject({
      effects: [],
      changesReceiver: true,
    });
    expect(packageApi(packages, undefined, { path: ['x'], form: 'import', called: 'x of i' }).known).toBe(false);
    expect(packages.resolvePackage('./i.js', join(folder, 'main.ts'))).toBe(file);
  });
});

describe('what is written in ways that compilers and people have', () => {
  it('is found by name, in whatever form it is exported', () => {
    const text = `
      const word = /^x$/;
      const twice = (n) => n * 2;
      let count = 0;
      module.exports = { twice, thrice: (n) => n * 3, half(n) { return n / 2; }, next: () => ++count, ...require('./more') };`;
    const more = `exports.quarter = (n) => n / 4; exports.bump = (o) => { o.n++; };`;
    const names = ['twice', 'thrice', 'half', 'next', 'quarter', 'bump'];
    expect(summarizeAll({ 'i.js': text, 'more.js': more }, ...names)).toEqual({
      twice: 'pure',
      thrice: 'pure',
      half: 'pure',
      next: 'state',
      quarter: 'pure',
      bump: 'changes 0',
    });
  });

  it('reaches methods of the language through empty literals', () => {
    const text = `
      const has = {}.hasOwnProperty; const push = [].push; const object = {}; const kept = [];
      export const own = (o, k) => has.call(o, k) && object.hasOwnProperty.call(o, k);
      export const add = (list, x) => { push.call(list, x); };
      export const keep = (x) => { push.call(kept, x); };
      const late = {}; let n = 0; late.run = () => ++n;
      export const run = () => late.run();`;
    expect(summarizeAll({ 'i.js': text }, 'own', 'add', 'keep', 'run')).toEqual({
      own: 'pure',
      add: 'changes 0',
      keep: 'state',
      run: 'state',
    });
  });

  it('tests patterns that keep nothing, from other files and from tables', () => {
    const text = `
      import WORD from './word.js';
      import * as all from './word.js';
      const TABLE = { a: /a/, b: /b/g }; const CHANGED = { a: /a/ };
      export const imported = (s) => WORD.test(s) && all.OTHER.test(s);
      export const a = (s) => TABLE.a.test(s);
      export const b = (s) => TABLE.b.test(s);
      export const changed = (s) => CHANGED.a.test(s);
      export const change = () => { CHANGED.a = /a/g; };`;
    const word = `export default /^x/i; export const OTHER = /y/;`;
    expect(summarizeAll({ 'i.js': text, 'word.js': word }, 'imported', 'a', 'b', 'changed')).toEqual({
      imported: 'pure',
      a: 'pure',
      b: 'state',
      changed: 'state',
    });
  });

  it('calls what a table holds, whichever it is', () => {
    const text = `
      import { SHARED } from './shared.js';
      let n = 0;
      const PURE = { a: (x) => x + 1, b(x) { return x; } };
      const COUNTING = { a: (x) => x + 1, b: () => ++n };
      const OPEN = { a: (x) => x, ...globalThis.more };
      const GROWING = { a: (x) => x }; 
      const OWN = { n: 0, a() { return this.n; } };
      const CHANGING = { a() { this.n = 1; }, b() { this.n = 2; } };
      export const pure = (k, x) => PURE[k](x);
      export const named = (k, x) => { const f = PURE[k]; return f(x); };
      export const shared = (k, x) => SHARED[k](x);
      export const counting = (k, x) => COUNTING[k](x);
      export const open = (k, x) => OPEN[k](x);
      export const growing = (k, x) => GROWING[k](x);
      export const grow = (k, f) => { GROWING[k] = f; };
      export const own = (k) => OWN[k]();
      export const changing = (k) => CHANGING[k]();`;
    const shared = `const SHARED = (exports.SHARED = { a: (x) => x });`;
    const names = ['pure', 'named', 'shared', 'counting', 'open', 'growing', 'own', 'changing'];
    expect(summarizeAll({ 'i.js': text, 'shared.js': shared }, ...names)).toEqual({
      pure: 'pure',
      named: 'pure',
      shared: 'pure',
      counting: 'state',
      open: 'state',
      growing: 'state',
      own: 'state',
      changing: 'state',
    });
  });

  it('sees that a method called by a text in brackets is called', () => {
    const text = `
      const cache = new Map(); const list = [];
      export const put = (k, v) => { cache['set'](k, v); };
      export const get = (k) => cache['get'](k);
      export const add = (x) => { list['push'](x); };
      export const size = () => list.length;
      export const fill = (given, x) => { given['push'](x); };`;
    expect(summarizeAll({ 'i.js': text }, 'put', 'get', 'add', 'size', 'fill')).toEqual({
      put: 'state',
      get: 'state',
      add: 'state',
      size: 'state',
      fill: 'changes 0',
    });
  });

  it('takes arguments by number', () => {
    const text = `
      const DEFAULTS = { a: {} }; const SPOILT = { a: {} };
      function merge() {
        var target = arguments.length > 0 && arguments[0] !== undefined ? arguments[0] : {};
        var defaults = arguments.length > 1 ? arguments[1] : undefined;
        for (var k in defaults) if (typeof target[k] === 'undefined') target[k] = defaults[k];
        return target;
      }
      function spoil() { arguments[1].a = 1; }
      exports.run = (text, options) => { options = merge(options, DEFAULTS); return text + options.b; };
      exports.spoil = () => { spoil({}, SPOILT); };`;
    expect(summarizeAll({ 'i.js': text }, 'run', 'spoil')).toEqual({ run: 'changes 1', spoil: 'state' });
  });

  it('replaces a helper by its final form', () => {
    const text = `
      function _typeof(o) { "@babel/helpers - typeof"; return _typeof = "function" == typeof Symbol ? function (o) { return typeof o; } : function (o) { return o && "x"; }, _typeof(o); }
      function count(o) { return count = o ? function () { return ++n; } : function () { return 0; }, count(o); }
      function once(o) { return once = o ? function () { return 1; } : function () { return 2; }, o; }
      var n = 0;
      exports.kind = (o) => _typeof(o);
      exports.count = (o) => count(o);
      exports.once = (o) => once(o);`;
    expect(summarizeAll({ 'i.js': text }, 'kind', 'count', 'once')).toEqual({
      kind: 'pure',
      count: 'state',
      once: 'state',
    });
  });
});

describe('state that files of a package share', () => {
  const state = (files: Record<string, string>, ...names: string[]) =>
    Object.fromEntries(Object.entries(read(files, ...names)).map(([name, facts]) => [name, facts.state]));

  it('is seen where it is read, in ES modules', () => {
    const files = {
      'i.js': `
        export * from './write.js'; export * from './read.js';`,
      'write.js': `
        import { state, list, deep } from './state.js'; import * as all from './state.js';
        export const inc = () => { state.n++; };
        export const add = (x) => { const to = list; to.push(x); };
        export const put = (x) => { fill(deep.inner, x); };
        function fill(o, x) { merge(o, x); } function merge(o, x) { Object.assign(o, x); }
        export const set = (x) => { all.table.x = x; };`,
      'read.js': `
        import { state, list, deep, table, count, ROWS, NAMES } from './barrel.js'; import * as all from './state.js';
        export const getState = () => state.n;
        export const getAll = () => all.state.n;
        export const getList = () => list.length;
        export const getDeep = () => deep.inner.x;
        export const getTable = (k) => table[k];
        export const getCount = () => count;
        export const getRows = () => ROWS.length;
        export const getNames = (k) => all.NAMES[k] + NAMES.length;`,
      'barrel.js': `export * from './state.js';`,
      'state.js': `
        export const state = { n: 0 }; export const list = []; export const deep = { inner: {} }; export const table = {};
        export let count = 0; export const next = () => ++count;
        export const ROWS = [1, 2]; export const NAMES = ['a'];`,
    };
    const names = ['getState', 'getAll', 'getList', 'getTable', 'getCount', 'getRows', 'getNames'];
    expect(state(files, ...names)).toEqual({
      getState: true,
      getAll: true,
      getList: true,
      getTable: true,
      getCount: true,
      getRows: false,
      getNames: false,
    });
  });

  it('is seen where it is read, in CommonJS and in what compilers make of ES modules', () => {
    const files = {
      'i.js': `
        const w = require('./write'); const r = require('./read'); module.exports = { ...w };
        exports.inc = w.inc; exports.set = w.set; exports.getWhole = r.getWhole; exports.getNamed = r.getNamed;
        exports.getOwn = r.getOwn; exports.getFixed = r.getFixed;`,
      'write.js': `
        const whole = require('./whole'); const named_1 = require('./named');
        exports.inc = () => { whole.n++; }; exports.set = (x) => { named_1.state.x = x; };`,
      'read.js': `
        const whole = require('./whole'); const named_1 = require('./named');
        exports.getWhole = () => whole.n; exports.getNamed = () => named_1.state.x; exports.getFixed = () => named_1.FIXED.x;
        exports.getOwn = () => named_1.own.n;`,
      'whole.js': `module.exports = { n: 0 };`,
      'named.js': `
        exports.state = { x: 0 }; exports.FIXED = { x: 1 }; exports.own = { n: 0 };
        exports.bump = () => { exports.own.n++; };`,
    };
    expect(state(files, 'getWhole', 'getNamed', 'getOwn', 'getFixed')).toEqual({
      getWhole: true,
      getNamed: true,
      getOwn: true,
      getFixed: false,
    });
  });

  it('is seen through other names in one file', () => {
    const text = `
      const table = new Map(); const rows = [{ n: 0 }]; const held = { list: [] }; const DEFAULTS = { a: 1 }; const FIXED = { a: 1 };
      const current = () => held;
      export const put = (k, v) => { const t = table; t.set(k, v); };
      export const get = (k) => table.get(k);
      export const mark = () => { for (const row of rows) row.n++; };
      export const marks = () => rows[0].n;
      export const add = (x) => { current().list.push(x); };
      export const size = () => held.list.length;
      export const spoil = (o) => { const options = o || DEFAULTS; options.a = 2; };
      export const fallback = () => DEFAULTS.a;
      export const copy = (o) => { const options = { ...FIXED, ...o }; options.a = 2; return options; };
      export const fixed = () => FIXED.a;`;
    expect(state({ 'i.js': text }, 'get', 'marks', 'size', 'fallback', 'fixed')).toEqual({
      get: true,
      marks: true,
      size: true,
      fallback: true,
      fixed: false,
    });
  });

  it('is seen where methods change their own object', () => {
    const text = `
      import { shared } from './store.js';
      class Store { constructor() { this.n = 0; } inc() { this.n++; } get value() { return this.n; } read() { return this.n; } }
      const store = new Store(); const fixed = new Store(); const literal = { n: 0, up() { this.n++; } };
      export const inc = () => { store.inc(); }; export const up = () => { literal.up(); };
      export const field = () => store.n; export const getter = () => store.value; export const method = () => store.read();
      export const ofLiteral = () => literal.n; export const ofShared = () => shared.n; export const ofFixed = () => fixed.n;`;
    const store = `class S { constructor() { this.n = 0; } grow() { this.n++; } } export const shared = new S(); export const other = () => shared.grow();`;
    expect(
      state({ 'i.js': text, 'store.js': store }, 'field', 'getter', 'method', 'ofLiteral', 'ofShared', 'ofFixed'),
    ).toEqual({
      field: true,
      getter: true,
      method: true,
      ofLiteral: true,
      ofShared: true,
      ofFixed: false,
    });
  });

  it('is seen whichever entry the program uses for reading and writing', () => {
    const folder = writeFiles({
      'package.json': '{ "name": "made-up" }',
      'a.js': `import { state } from './state.js'; export const inc = () => { state.n++; };`,
      'b.js': `import { state } from './state.js'; export const get = () => state.n;`,
      'state.js': `export const state = { n: 0 };`,
    });
    const [a, b] = [join(folder, 'a.js'), join(folder, 'b.js')];
    expect(createPackages([a, b]).packageEffects(b, 'get', []).state).toBe(true);
    expect(createPackages([b]).packageEffects(b, 'get', []).state).toBe(false);
  });
});

describe('state that only some functions change', () => {
  const FILES = {
    'package.json': '{ "name": "made-up" }',
    'index.js': `
      export { setOptions } from './options.js'; export { render as draw } from './render.js'; export { plugIn } from './plugins.js';`,
    'options.js': `
      let options = { sep: ',' }; const plugins = []; let loads = 0;
      export function getOptions() { return options; }
      export function setOptions(o) { replace(o); }
      function replace(o) { options = { ...options, ...o }; }
      export const addPlugin = (p) => { plugins.push(p); };
      export function getPlugins() { return plugins.length; }
      export function countLoads() { return loads; }
      function load() { loads++; } setTimeout(load);`,
    'plugins.js': `import { addPlugin } from './options.js'; export default function plug(p) { addPlugin(p); } export { plug as plugIn };`,
    'render.js': `import { getOptions } from './options.js'; export function render(list) { return list.join(getOptions().sep); }`,
  };
  const isState = (name: string, words: string[] | undefined, isOpen = false) => {
    const folder = writeFiles(FILES);
    const callers = { words: () => words && new Set(words), isOpen: () => isOpen };
    const packages = createPackages([join(folder, 'index.js')], callers);
    return packages.packageEffects(join(folder, 'options.js'), name, []).state;
  };

  it('is none where nobody can call them', () => {
    expect(isState('getOptions', ['draw', 'replaced'])).toBe(false);
    for (const name of ['setOptions', 'replace']) expect(isState('getOptions', ['draw', name])).toBe(true);
  });

  it('is state where others than the program use the package, or the program has too much to read', () => {
    expect(isState('getOptions', ['draw'], true)).toBe(true);
    expect(isState('getOptions', undefined)).toBe(true);
  });

  it('is state where they have a name that nobody has to know, or none', () => {
    expect(isState('getPlugins', ['draw'])).toBe(true);
    expect(isState('countLoads', ['draw'])).toBe(true);
  });
});

describe('packages that are too large', () => {
  const SMALL = `export function twice(n) { return half(n) * 4; } function half(n) { return n / 2; }`;
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('take nothing from others', () => {
    const files = Object.fromEntries(numbers(1010).map((i) => [`large/f${i}.js`, `export const f${i} = () => ${i};`]));
    const folder = writeFiles({
      ...files,
      'large/package.json': '{ "name": "large" }',
      'large/index.js': [
        ...numbers(1010).map((i) => `import { f${i} } from './f${i}.js';`),
        'export function close(box) { return box.close(); }',
        'export function count(list) { return list.length; }',
      ].join('\n'),
      'small/package.json': '{ "name": "small" }',
      'small/index.js': SMALL,
    });
    const packages = createPackages();
    const large = (name: string) => packages.packageEffects(join(folder, 'large/index.js'), name, []);
    expect(large('missing').reason).toBe('is in a package with too much code');
    expect(large('close').reason).toBe('calls box.close, which is not understood');
    expect(summarize(large('count'))).toBe('pure');
    expect(summarize(packages.packageEffects(join(folder, 'small/index.js'), 'twice', []))).toBe('pure');
  });

  it('are not understood where a call leads to too much, and only there', () => {
    const chain = numbers(1000).map((i) => `function f${i}(n) { return f${i + 1}(n) + 1; }`);
    const code = [...chain, `function f1000(n) { return n; }`, `export function all(n) { return f0(n); }`];
    const part = `export function part(n) { return f700(n); }`;
    const facts = read({ 'index.js': [...code, part, SMALL].join('\n') }, 'all', 'part', 'twice', 'all');
    expect(facts.all?.reason).toBe('calls too much to be understood');
    expect(summarize(facts.part as PackageFacts)).toBe('pure');
    expect(summarize(facts.twice as PackageFacts)).toBe('pure');
  });
});
