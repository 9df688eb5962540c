/** What a search for roots finds on its way. */

import type ts from 'typescript';
import type { VariableEntry } from '../names/program-index.ts';
import type { LocalFacts } from './locals.ts';

export type Root =
  | { kind: 'self' }
  | { kind: 'argument'; index: number }
  | { kind: 'variable'; entry: VariableEntry }
  /** Held by a variable of a function around this one, and not known to be anything else. */
  | { kind: 'captured' }
  /** An object that a package keeps, got from a call of `subject`. */
  | { kind: 'package'; subject: string }
  | { kind: 'unknown' };

/** Nothing is known of where the object comes from. */
export const UNKNOWN: Root = { kind: 'unknown' };

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

/** All kinds. */
const ANY = joinBits(Object.keys(BITS) as Root['kind'][]);

/** An expression, or what a local variable may hold: that is the same wherever its name stands. */
type Asked = ts.Expression | LocalFacts;

/** What one search has found so far, each root once, and what it has asked for. */
export class Trail {
  /** What of it has counted so far when it was asked for. */
  readonly #of = new Map<Asked, number>();
  readonly #inside = new Map<Asked, number>();
  readonly #found = new Set<Root>();
  /** What has been added as a whole. */
  readonly #given = new Set<Given>();
  /** Kinds of what has been found on this part of the way, were it there already or not. */
  #kinds = 0;
  /** Kinds of what counts on this part of the way. */
  #counting = ANY;

  add(root: Root): void {
    if (BITS[root.kind] & this.#counting) this.#found.add(root);
    this.#kinds |= BITS[root.kind];
  }

  addAll(roots: readonly Root[]): void {
    for (const root of roots) this.add(root);
  }

  addGiven(given: Given): void {
    this.#kinds |= given.kinds;
    if (this.#counting !== ANY) return this.addAll(given.roots);
    if (!this.#given.has(given)) for (const root of given.roots) this.#found.add(root);
    this.#given.add(given);
  }

  list(): Root[] {
    return [...this.#found];
  }

  /** Whether what it is has yet to be asked for: it has not been, or less of it has counted. */
  enters(value: Asked): boolean {
    return this.#notes(this.#of, value);
  }

  /** Likewise, what is inside of it. */
  entersInside(value: Asked): boolean {
    return this.#notes(this.#inside, value);
  }

  #notes(asked: Map<Asked, number>, value: Asked): boolean {
    const before = asked.get(value) ?? 0;
    if ((before & this.#counting) === this.#counting) return false;
    asked.set(value, before | this.#counting);
    return true;
  }

  /** Whether `search` finds anything. */
  finds(search: () => void): boolean {
    const before = this.#kinds;
    this.#kinds = 0;
    search();
    const found = this.#kinds;
    this.#kinds |= before;
    return found !== 0;
  }

  /** Nothing else of what `search` finds counts: who comes by the same expressions later is to find the rest. */
  only(kinds: Kinds, search: () => void): void {
    const before = { kinds: this.#kinds, counting: this.#counting };
    const counting = before.counting & joinBits(kinds);
    if (counting === 0) return;
    this.#kinds = 0;
    this.#counting = counting;
    search();
    this.#kinds = before.kinds | (this.#kinds & counting);
    this.#counting = before.counting;
  }
}
