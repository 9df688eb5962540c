/** What faasify's lines in a program call. This file is for any TypeScript from 4.1 on, with any settings. */

/** The result of a call that ran in its unit; its type fits every function. */
export interface Returned {
  ret: never;
}

/**
 * First line of a function that moves: `const $ = cut('trig#calculate', arguments); if ($) return $.ret;`
 * Calls the function in its unit and sleeps until it has ended; throws what it threw. Undefined if this call has to run
 * here.
 */
export declare function cut(id: string, args: ArrayLike<unknown>, self?: unknown): Returned | undefined;

/** A call on its way: `true` when it has ended and `ret` is there, `false` when the body has to run after all. */
export interface Pending extends PromiseLike<boolean> {
  readonly ret: never;
}

/** The same for an async function: `const $ = cutAsync('trig#calculate', arguments); if ($ && (await $)) return $.ret;` */
export declare function cutAsync(id: string, args: ArrayLike<unknown>, self?: unknown): Pending | undefined;

/** The same for any other function that gives a promise: `const $ = cutPromise('trig#calculate', arguments); if ($) return $;` */
export declare function cutPromise(id: string, args: ArrayLike<unknown>, self?: unknown): Promise<never> | undefined;

/** A step of a generator whose run is in a unit. */
export interface Delegated {
  next(value?: unknown): { done: false; value: never } | { done: true; value: never };
  return(value: never): { done: false; value: never } | { done: true; value: never };
  throw(error?: unknown): { done: false; value: never } | { done: true; value: never };
}

export interface Delegate {
  // @ts-ignore: a program without generators may do without the types of iterators
  [Symbol.iterator](): Delegated;
}

/**
 * The same for a generator, when it takes its first step: `const $ = cutGenerator('trig#walk', arguments); if ($) return yield* $;`
 */
export declare function cutGenerator(id: string, args: ArrayLike<unknown>, self?: unknown): Delegate | undefined;

export interface AsyncDelegated {
  next(value?: unknown): Promise<{ done: false; value: never } | { done: true; value: never }>;
  return(value: never): Promise<{ done: false; value: never } | { done: true; value: never }>;
  throw(error?: unknown): Promise<{ done: false; value: never } | { done: true; value: never }>;
}

export interface AsyncDelegate extends PromiseLike<boolean> {
  // @ts-ignore: likewise
  [Symbol.asyncIterator](): AsyncDelegated;
}

/** For an async generator: `const $ = cutAsyncGenerator('trig#walk', arguments); if ($ && (await $)) return yield* $;` */
export declare function cutAsyncGenerator(
  id: string,
  args: ArrayLike<unknown>,
  self?: unknown,
): AsyncDelegate | undefined;

/**
 * What the other side may name: `share({ 'm#counter': [() => counter, (v) => { counter = v; }], 'm#Cart': [() => Cart] })`.
 * Nothing is evaluated before it is asked for. `'parts'`: what is in it never changes, and has names as well.
 */
export declare function share(shared: {
  [id: string]: readonly [() => unknown, ('parts' | ((value: never) => void))?];
}): void;

/** The last statement of a module that functions load when they run. */
export declare function loaded(id: string): void;

/** In a static block of a class with `#private` fields: how to get and set them. */
export declare function privates<T extends object>(
  id: string,
  cls: { prototype: T },
  accessors: { [name: string]: readonly [(object: T) => unknown, (object: T, value: never) => void] },
): void;

/** True while an instance is made from what arrived: initialisers and constructors then do nothing. */
export declare function restoring(): boolean;

/** A variable that several functions share and give new values. */
export interface Cell {
  value: unknown;
}

/** The variables around a function as they are now: `captured(() => ({ rate }))`. */
export declare function captured(get: () => object): object;

/** Stands for a variable: `const $count = cell(() => count, (v) => { count = v; })`. */
export declare function cell<T>(get: () => T, set: (value: T) => void): Cell;

/**
 * Marks a function that may be handed to the other side, with the variables around it that it uses:
 * `site('m#f.$1', (x) => x * rate, () => ({ rate }))`. `name` is what the language calls it where it stands.
 */
export declare function site<F>(id: string, fn: F, captures?: () => object, name?: string): F;

/** Marks a bound function: `bound(f.bind(o, 1), f, o, 1)`. */
export declare function bound<F>(fn: F, ...parts: unknown[]): F;

/** How functions that come home are made here, and then given what they captured: `sites({ 'm#f.$1': (rate) => […] })`. */
export declare function sites(made: { [id: string]: (...captures: never[]) => readonly unknown[] }): void;

/** What an array loop gives for a callback that has become async. */
export interface Loop {
  <T, R>(
    values: readonly T[],
    method: 'map',
    fn: (value: T, index: number, array: T[]) => R | PromiseLike<R>,
    thisArg?: unknown,
  ): Promise<R[]>;
  <T, R>(
    values: readonly T[],
    method: 'flatMap',
    fn: (value: T, index: number, array: T[]) => R | readonly R[] | PromiseLike<R | readonly R[]>,
    thisArg?: unknown,
  ): Promise<R[]>;
  <T>(
    values: readonly T[],
    method: 'forEach',
    fn: (value: T, index: number, array: T[]) => unknown,
    thisArg?: unknown,
  ): Promise<void>;
  <T>(
    values: readonly T[],
    method: 'filter',
    fn: (value: T, index: number, array: T[]) => unknown,
    thisArg?: unknown,
  ): Promise<T[]>;
  <T>(
    values: readonly T[],
    method: 'some' | 'every',
    fn: (value: T, index: number, array: T[]) => unknown,
    thisArg?: unknown,
  ): Promise<boolean>;
  <T>(
    values: readonly T[],
    method: 'find',
    fn: (value: T, index: number, array: T[]) => unknown,
    thisArg?: unknown,
  ): Promise<T | undefined>;
  <T>(
    values: readonly T[],
    method: 'findIndex',
    fn: (value: T, index: number, array: T[]) => unknown,
    thisArg?: unknown,
  ): Promise<number>;
  <T>(
    values: readonly T[],
    method: 'reduce',
    fn: (sum: T, value: T, index: number, array: T[]) => T | PromiseLike<T>,
  ): Promise<T>;
  <T, A>(
    values: readonly T[],
    method: 'reduce',
    fn: (sum: A, value: T, index: number, array: T[]) => A | PromiseLike<A>,
    initial: A,
  ): Promise<A>;
}

/** `values.map(f)` for an async `f`: each call begins when the one before has ended. */
export declare const sequence: Loop;

/** `values.map(f)` for an async `f`: all calls begin at once. */
export declare const parallel: Loop;

/** A function that ends as an async `f` has ended: `assert.throws(await settled(f))`. */
export declare function settled<T>(fn: () => T | PromiseLike<T>): Promise<() => T>;
