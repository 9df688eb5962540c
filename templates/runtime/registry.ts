/**
 * What both sides can name. The app and each unit hold a registry of their own, filled by the `share`, `privates` and
 * `sites` calls that the build writes into the modules: the same names on both sides, each for its own value.
 */
import { WireError } from './errors.ts';

/** How to get a variable, and how to set it if the program ever does; `parts`: what it holds never changes and has names as well. */
export type Entry = readonly [get: () => unknown, set?: 'parts' | ((value: never) => void)];

/** How to get and set a `#private` field of an instance. */
export type Accessor = readonly [get: (object: never) => unknown, set: (object: never, value: never) => void];

export interface Privates {
  readonly id: string;
  readonly cls: Class;
  readonly accessors: Readonly<Record<string, Accessor>>;
}

export type Class = abstract new (...args: never[]) => object;
export type AnyFunction = (...args: never[]) => unknown;

/** A function made at `site`; `captures` gets the variables around it: their values as they are now, or their cells. */
export interface Closure {
  readonly site: string;
  /** Made while the program was loading, so that the other side has one like it. */
  readonly isEarly: boolean;
  captures(): object;
  /** Gives them to one that was made from the wire. */
  bind?: ((captures: never) => void) | undefined;
}

/** How to make the function of a code site, not yet knowing what it captures, and to let it know; the name it has. */
type Factory = () => readonly [fn: AnyFunction, bind?: ((captures: never) => void) | undefined, name?: string];

/** A variable that several functions share and give new values. */
export class Cell {
  readonly #get: () => unknown;
  readonly #set: (value: never) => void;
  constructor(get: () => unknown, set: (value: never) => void) {
    this.#get = get;
    this.#set = set;
  }
  get value(): unknown {
    return this.#get();
  }
  set value(value: unknown) {
    this.#set(value as never);
  }
}

const entries = new Map<string, Entry>();
/** Names of variables whose value is not known yet: their module has not got there. */
const pending = new Set<string>();
/** Values that never change, by name and back; the latter only for what has identity, and may have several. */
const values = new Map<string, unknown>();
const names = new Map<unknown, string[]>();
const classNames = new Map<object, string>();
/** Constants whose parts nobody has asked for yet. */
const unopened = new Map<string, object>();
const privatesOf = new WeakMap<object, Privates>();
const closures = new WeakMap<AnyFunction, Closure>();
const bounds = new WeakMap<AnyFunction, readonly unknown[]>();
const factories = new Map<string, Factory>();
const modules = new Set<string>();
let isRestoring = false;
let isLoading = true;

/**
 * Registers variables: `share({ 'm#counter': [() => counter, (v) => { counter = v; }], 'm#Cart': [() => Cart] })`.
 * A module that is loaded again takes the names over; what they named before has no name from then on.
 */
export function share(shared: Readonly<Record<string, Entry>>): void {
  for (const [name, entry] of Object.entries(shared)) {
    forget(name);
    entries.set(name, entry);
    if (!getSetter(entry)) pending.add(name);
  }
}

/** The last statement of a module that functions load when they run. */
export function loaded(id: string): void {
  modules.add(id);
}

export function isLoaded(id: string): boolean {
  return modules.has(id);
}

function getSetter([, set]: Entry): ((value: never) => void) | undefined {
  return set === 'parts' ? undefined : set;
}

function forget(name: string): void {
  const value = values.get(name);
  values.delete(name);
  unopened.delete(name);
  const others = names.get(value)?.filter((other) => other !== name);
  if (others?.length) names.set(value, others);
  else names.delete(value);
  const prototype = getPrototypeProperty(value);
  if (!prototype || classNames.get(prototype) !== name) return;
  const [other] = others ?? [];
  if (other === undefined) classNames.delete(prototype);
  else classNames.set(prototype, other);
}

/** Looks up the variables that have got their value meanwhile. */
export function settle(): void {
  isLoading = false;
  for (const name of pending) {
    const value = tryGet(name);
    if (value === undefined) continue;
    pending.delete(name);
    values.set(name, value);
    if (!hasIdentity(value)) continue;
    if (isConstant(name) && typeof value === 'object') unopened.set(name, value);
    const known = names.get(value);
    if (known?.push(name)) continue;
    names.set(value, [name]);
    const prototype = getPrototypeProperty(value);
    if (prototype) classNames.set(prototype, name);
  }
}

/** Undefined, too, while its module has not got to it (temporal dead zone, import cycle). */
function tryGet(name: string): unknown {
  try {
    return entries.get(name)?.[0]();
  } catch {
    return undefined;
  }
}

function hasIdentity(value: unknown): value is object | symbol {
  return typeof value === 'function' || typeof value === 'symbol' || (typeof value === 'object' && value !== null);
}

function getPrototypeProperty(value: unknown): object | undefined {
  if (typeof value !== 'function') return undefined;
  const prototype: unknown = Object.getOwnPropertyDescriptor(value, 'prototype')?.value;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

/** The first name of this very object, function or symbol that fits, as of the last `settle`. */
export function nameOf(value: unknown, fits: (name: string) => boolean = () => true): string | undefined {
  return names.get(value)?.find(fits);
}

/** The name of the class whose instances have this prototype. */
export function classNameOf(prototype: object): string | undefined {
  return classNames.get(prototype);
}

export function getClass(name: string): Class {
  const value = read(name);
  if (!getPrototypeProperty(value)) throw new WireError(`${name} is not a class`);
  return value as Class;
}

export function has(name: string): boolean {
  return entries.has(name);
}

/** Whether its variable can be given a new value. */
export function isWritable(name: string): boolean {
  const entry = entries.get(name);
  return entry !== undefined && getSetter(entry) !== undefined;
}

/** Whether what is in it has names as well. */
export function isConstant(name: string): boolean {
  return entries.get(name)?.[1] === 'parts';
}

/** Those that have got there since the last time. */
export function takeConstants(): [name: string, value: object][] {
  if (unopened.size === 0) return [];
  const taken = [...unopened];
  unopened.clear();
  return taken;
}

export function read(name: string): unknown {
  const [get] = getEntry(name);
  try {
    return get();
  } catch {
    throw new WireError(`${name} has no value yet`);
  }
}

/** Gives a variable a new value; nothing happens to one that never changes. */
export function write(name: string, value: unknown): void {
  getSetter(getEntry(name))?.(value as never);
}

function getEntry(name: string): Entry {
  const entry = entries.get(name);
  if (!entry) throw new WireError(`unknown name ${name}`);
  return entry;
}

/** Called inside a class body: `static { privates('m#Cart', this, { '#items': [(o) => o.#items, (o, v) => { o.#items = v; }] }) }`. */
export function privates(id: string, cls: Class, accessors: Readonly<Record<string, Accessor>>): void {
  privatesOf.set(cls.prototype, { id, cls, accessors });
}

/** The private fields of all classes that objects of this prototype belong to, derived ones first. */
export function findPrivates(prototype: object | null): Privates[] {
  const found: Privates[] = [];
  for (let next = prototype; next; next = Object.getPrototypeOf(next)) {
    const own = privatesOf.get(next);
    if (own) found.push(own);
  }
  return found;
}

/** True while an instance is made from the wire: guarded initialisers and constructors then do nothing. */
export function restoring(): boolean {
  return isRestoring;
}

/** An instance of `cls` with the private fields of `base`, which is `cls` or above it; nothing of the user's runs. */
export function restore(base: Class, cls: Class): object {
  const wasRestoring = isRestoring;
  isRestoring = true;
  try {
    return Reflect.construct(base, [], cls);
  } finally {
    isRestoring = wasRestoring;
  }
}

/** Stands for a variable: `const $count = cell(() => count, (v) => { count = v; })`, once for every instance of it. */
export function cell(get: () => unknown, set: (value: never) => void): Cell {
  return new Cell(get, set);
}

/** Marks a function: `site('m#f.$1', (x) => x * rate + count++, () => ({ rate, count: $count }), 'its name')`. */
export function site<F extends AnyFunction>(id: string, fn: F, captures: () => object = () => ({}), name?: string): F {
  closures.set(fn, { site: id, isEarly: isLoading, captures });
  if (name !== undefined) Object.defineProperty(fn, 'name', { value: name, configurable: true });
  return fn;
}

/** The same for accessors of an object literal: `members({ get size() { … } }, ['m#f.size', 'size', 'get', () => ({ … })])`. */
export function members<T extends object>(
  literal: T,
  ...marks: [id: string, key: PropertyKey, slot: 'get' | 'set', captures?: () => object][]
): T {
  for (const [id, key, slot, captures] of marks) {
    site(id, Object.getOwnPropertyDescriptor(literal, key)?.[slot] as AnyFunction, captures);
  }
  return literal;
}

/** Marks a bound function, with what it is made of: `bound(f.bind(o, 1), f, o, 1)`. */
export function bound<F extends AnyFunction>(fn: F, ...parts: unknown[]): F {
  bounds.set(fn, parts);
  return fn;
}

export function findParts(fn: AnyFunction): readonly unknown[] | undefined {
  return bounds.get(fn);
}

/** A bound function whose parts are given to it later, by `bound`: they may lead back to it. */
export function makeBound(name: string, length: number): AnyFunction {
  const fn = (...args: never[]): unknown => {
    const [target, self, ...first] = bounds.get(fn) ?? [];
    return Reflect.apply(target as AnyFunction, self, [...first, ...args]);
  };
  return Object.defineProperties(fn, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });
}

/** Stands for variables of which one has no value yet: the function may not look at that one. */
export const UNSETTLED: object = Object.freeze({});

/** The variables around a function as they are now: `captured(() => ({ rate }))`, or `UNSETTLED`. */
export function captured(get: () => object): object {
  try {
    return get();
  } catch (error) {
    if (error instanceof ReferenceError) return UNSETTLED;
    throw error;
  }
}

/** Registers how to make the functions of code sites: `sites({ 'm#f.$1': (rate) => [(x) => x * rate, ($) => { ({ rate } = $); }] })`. */
export function sites(made: Readonly<Record<string, (...captures: never[]) => ReturnType<Factory>>>): void {
  for (const [id, factory] of Object.entries(made)) factories.set(id, factory);
}

export function findClosure(fn: AnyFunction): Closure | undefined {
  return closures.get(fn);
}

/** A function of a code site, which has to be bound before it is called. */
export function makeClosure(id: string): AnyFunction {
  const factory = factories.get(id);
  if (!factory) throw new WireError(`unknown code site ${id}`);
  const [fn, bind, name] = factory();
  site(id, fn, undefined, name);
  closures.set(fn, { site: id, isEarly: false, captures: () => ({}), bind });
  return fn;
}

/** Gives a function what it captured; it can cross again. */
export function bindClosure(fn: AnyFunction, captures: object): void {
  const closure = closures.get(fn);
  if (!closure) throw new WireError('not a function of a code site');
  closures.set(fn, { ...closure, captures: () => captures, bind: undefined });
  closure.bind?.(captures as never);
}
