import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPackages } from '../../src/1-analyze/packages/facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

function classOf(code: string, name = 'C') {
  const file = `./m${++count}.mjs`;
  writeFileSync(join(folder, `m${count}.js`), code);
  return createPackages().classOf(file.replace('.mjs', '.js'), join(folder, 'main.ts'), name);
}

const FIELDS: [name: string, code: string][] = [
  ['fields', 'export class C { constructor(a) { this.a = a; this.list = []; } }'],
  ['initialisers', 'export class C { a = 1; list = [1]; map = new Map(); }'],
  ['methods', 'export class C { plus(o) { return new C(this.a + o.a); } set(a) { this.a = a; return this; } }'],
  ['accessors', 'export class C { get twice() { return this.a * 2; } set twice(a) { this.a = a / 2; } }'],
  ['a state of the constructor', 'let made = 0; export class C { constructor(a) { made++; this.a = a; } }'],
  ['constants', 'const ZERO = 0; export class C { constructor(a = ZERO) { this.a = a; } }'],
  ['an error', 'export class C extends Error { constructor(m) { super(m); this.name = "C"; } }'],
  ['a base class', 'class B { constructor(a) { this.a = a; } } export class C extends B { b = 2; }'],
  ['its own elements', 'export class C extends Set { lowest() { return Math.min(...this); } }'],
  ['CommonJS', 'class C { constructor(a) { this.a = a; } } exports.C = C;'],
];

test.each(FIELDS)('a class with %s', (_, code) => {
  expect(classOf(code)).toMatchObject({ kind: 'fields' });
});

const OTHERS: [name: string, code: string, why: string][] = [
  ['private fields', 'export class C { #a = 1; }', '#private'],
  ['private methods', 'export class C { #a() {} b() { this.#a(); } }', '#private'],
  ['a WeakMap', 'const m = new WeakMap(); export class C { get a() { return m.get(this); } }', 'ties data'],
  ['a registry', 'const all = []; export class C { constructor() { all.push(this); } }', 'hands itself on'],
  ['closures', 'export class C { constructor() { let n = 0; this.next = () => ++n; } }', 'functions'],
  ['bound methods', 'export class C { constructor() { this.f = this.f.bind(this); } f() {} }', ''],
  ['arrow fields', 'export class C { f = () => this; }', ''],
  ['defined properties', 'export class C { constructor() { Object.defineProperty(this, "a", { value: 1 }); } }', 'on'],
  ['shared data', 'const D = {}; export class C { constructor(o) { this.o = o || D; } }', 'package has'],
  ['data of a function', 'const D = {}; const get = () => D; export class C { o = get(); }', 'package has'],
  ['data put in', 'const D = {}; export class C { l = []; add() { this.l.push(D); } }', 'package has'],
  ['a getter with state', 'let n = 0; export class C { get a() { return ++n; } }', 'its member a'],
  ['a text with effects', 'export class C { toString() { console.log(1); return ""; } }', 'its member toString'],
  ['another result', 'export class C { constructor() { return {}; } }', 'another object'],
  ['a static block', 'export class C { static { C.all = []; } }', 'static block'],
  ['a patched prototype', 'export class C {} export const f = () => { C.prototype.a = 1; };', 'ties data'],
  ['a foreign base', 'import { B } from "nowhere"; export class C extends B {}', 'extends'],
  ['a base with private fields', 'class B { #a = 1; } export class C extends B {}', '#private'],
  ['a made class', 'const make = () => class {}; export const C = make();', 'made inside'],
  ['no class', 'export const C = 5;', 'not a single class'],
];

test.each(OTHERS)('a class with %s is not restored', (_, code, why) => {
  expect(classOf(code)).toMatchObject({ kind: 'other', why: expect.stringContaining(why) });
});
