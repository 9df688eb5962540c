/** What the small programs have in common; each has its own copy of what it uses. */

/** What all of it has in common. */
const SHARED = `import { EventEmitter } from 'node:events';

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
  take(): T { return this.#value; }
}
export class Runner {
  constructor(private readonly act: () => void) {}
  run(): void { this.act(); }
}
class Registry {
  readonly #all: Part[] = [];
  readonly named = new Map<string, Part>();
  put(part: Part): this { this.#all.push(part); return this; }
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

interface Declaration {
  name: string;
  text: string;
}

const DECLARATIONS: readonly Declaration[] = SHARED.split(/^(?=import |export |class )/m).flatMap((text) => {
  const name = /^(?:import \{ |(?:export )?(?:async )?(?:const|function|class|interface) )(\w+)/.exec(text)?.[1];
  return name === undefined ? [] : [{ name, text }];
});

/** The declarations that a text needs, with those that they need; `names` are those that can be imported. */
export function pickShared(text: string): { names: string[]; text: string } {
  const needed = new Set<Declaration>();
  const texts = [text];
  for (const from of texts) {
    for (const declaration of DECLARATIONS) {
      if (needed.has(declaration) || !new RegExp(`\\b${declaration.name}\\b`).test(from)) continue;
      needed.add(declaration);
      texts.push(declaration.text);
    }
  }
  const picked = DECLARATIONS.filter((declaration) => needed.has(declaration));
  const exported = picked.filter((declaration) => declaration.text.startsWith('export '));
  return { names: exported.map(({ name }) => name), text: picked.map((declaration) => declaration.text).join('') };
}
