/** What a search for roots finds on its way. */

import type ts from 'typescript';
import type { VariableEntry } from '../names/program-index.ts';

export type Root =
  | { kind: 'self' }
  | { kind: 'argument'; index: number }
  | { kind: 'variable'; entry: VariableEntry }
  /** Held by a variable of a function around this one, and not known to be anything else. */
  | { kind: 'captured' }
  /** An object that a package keeps, got from a call of `subject`. */
  | { kind: 'package'; subject: string }
  | { kind: 'unknown' };

/** The same for roots that are the same. */
export function keyOfRoot(root: Root): string {
  return `${root.kind} ${detailOf(root)}`;
}

function detailOf(root: Root): string {
  switch (root.kind) {
    case 'argument':
      return String(root.index);
    case 'variable':
      return root.entry.id;
    case 'package':
      return root.subject;
    case 'self':
    case 'captured':
    case 'unknown':
      return '';
  }
}

type Kinds = readonly Root['kind'][];

/** One bit a kind. */
const BITS: Record<Root['kind'], number> = {
  self: 1,
  argument: 2,
  variable: 4,
  captured: 8,
  package: 16,
  unknown: 32,
};

/** Roots of what functions give, each once. */
export interface Given {
  roots: readonly Root[];
  /** The bits of their kinds. */
  kinds: number;
}

export function makeGiven(roots: Iterable<Root>): Given {
  const all = [...new Set(roots)];
  return { roots: all, kinds: joinBits(all.map(({ kind }) => kind)) };
}

function joinBits(kinds: Kinds): number {
  return kinds.reduce((bits, kind) => bits | BITS[kind], 0);
}

/** What one search has found so far, each root once, and the expressions that it has asked for. */
export class Trail {
  readonly of = new Set<ts.Expression>();
  readonly inside = new Set<ts.Expression>();
  readonly #found = new Set<Root>();
  /** What has been added as a whole. */
  readonly #given = new Set<Given>();
  /** Kinds of what has been found on this part of the way, were it there already or not. */
  #kinds = 0;

  add(root: Root): void {
    this.#found.add(root);
    this.#kinds |= BITS[root.kind];
  }

  addAll(roots: readonly Root[]): void {
    for (const root of roots) this.add(root);
  }

  addGiven(given: Given): void {
    if (!this.#given.has(given)) for (const root of given.roots) this.#found.add(root);
    this.#given.add(given);
    this.#kinds |= given.kinds;
  }

  list(): Root[] {
    return [...this.#found];
  }

  /** Whether `search` finds anything. */
  finds(search: () => void): boolean {
    const before = this.#start();
    search();
    const kinds = this.#kinds;
    this.#kinds |= before.kinds;
    return kinds !== 0;
  }

  /** What `search` finds is forgotten if `isIdle` says so, which is asked only if there is anything. */
  unless(isIdle: () => boolean, search: () => void): void {
    const before = this.#start();
    search();
    const isForgotten = this.#kinds !== 0 && isIdle();
    if (isForgotten) this.#forget(before, () => true);
    this.#kinds = isForgotten ? before.kinds : this.#kinds | before.kinds;
  }

  /** Nothing else of what `search` finds counts. */
  only(kinds: Kinds, search: () => void): void {
    const before = this.#start();
    search();
    this.#forget(before, ({ kind }) => !kinds.includes(kind));
    this.#kinds = before.kinds | (this.#kinds & joinBits(kinds));
  }

  /** What there is before a part of the way. */
  #start() {
    const before = { found: this.#found.size, given: this.#given.size, kinds: this.#kinds };
    this.#kinds = 0;
    return before;
  }

  /** Of what has come since. */
  #forget(before: { found: number; given: number }, isForgotten: (root: Root) => boolean): void {
    for (const given of listSince(this.#given, before.given)) this.#given.delete(given);
    for (const root of listSince(this.#found, before.found)) if (isForgotten(root)) this.#found.delete(root);
  }
}

function listSince<T>(set: ReadonlySet<T>, start: number): T[] {
  return set.size === start ? [] : [...set].slice(start);
}
