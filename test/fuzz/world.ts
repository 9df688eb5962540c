/** What both sides can name in the fuzzers: classes, objects and functions of a program that runs nothing by itself. */
import { cell, privates, restoring, share, site, sites } from '../../templates/runtime/registry.ts';

/** Runs only if somebody of ours has run code of the program. */
function run(what: string): never {
  throw new Error(`code of the program was run: ${what}`);
}

export class Point {
  x: unknown;
  constructor(x: unknown) {
    if (restoring()) run('a constructor');
    this.x = x;
  }
  get broken(): never {
    return run('a getter');
  }
  set broken(_: unknown) {
    run('a setter');
  }
  toJSON(): never {
    return run('toJSON');
  }
  [Symbol.iterator](): never {
    return run('an iterator');
  }
}

export class Safe {
  #secret = restoring() ? 0 : 1;
  static {
    privates('w#Safe', Safe, {
      '#secret': [
        (o: Safe) => o.#secret,
        (o: Safe, v: number) => {
          o.#secret = v;
        },
      ],
    });
  }
  keep(value: unknown): void {
    this.#secret = value as number;
  }
  get kept(): unknown {
    return this.#secret;
  }
}

export class Safer extends Safe {}
export class Bag extends Set<unknown> {}
export class Rows extends Array<unknown> {}
export class Lookup extends Map<unknown, unknown> {}
export class Failure extends RangeError {}
export class When extends Date {}
/** As before there were classes. */
export const oldStyle = { describe: () => run('a method') };

export const named = { a: 1, list: [1, 2] };
export const tag = Symbol('tag');
export const readX = (): number => 1;
export const writeX = (): void => {};

let counter = 0;
const $counter = cell(
  () => counter,
  (value: number) => {
    counter = value;
  },
);

share({
  'w#Point': [() => Point],
  'w#Safe': [() => Safe],
  'w#Safer': [() => Safer],
  'w#Bag': [() => Bag],
  'w#Rows': [() => Rows],
  'w#Lookup': [() => Lookup],
  'w#Failure': [() => Failure],
  'w#When': [() => When],
  'w#oldStyle': [() => oldStyle],
  'w#named': [() => named],
  'w#tag': [() => tag],
  'w#readX': [() => readX],
  'w#writeX': [() => writeX],
  'w#five': [() => 5],
  'w#counter': [
    () => counter,
    (value: number) => {
      counter = value;
    },
  ],
  'w#late': [
    () => {
      throw new ReferenceError('not yet');
    },
  ],
});

sites({
  'w#holder': () => {
    let held: { what: unknown; $counter: unknown };
    const holder = () => [held.what, held.$counter];
    return [
      holder,
      (captures: typeof held) => {
        held = captures;
      },
      'holder',
    ];
  },
});

/** A function that captures a value, and a variable that others share. */
export function makeHolder(what: unknown): object {
  return site(
    'w#holder',
    () => [what, counter],
    () => ({ what, $counter }),
    'holder',
  );
}
