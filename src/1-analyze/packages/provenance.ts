/** Where objects come from, as seen from one function: what it is given, what outlives it, or nothing but the call itself. */

/** Bits: the receiver, what it holds, what outlives the call, and each argument and what it holds. */
export const RECEIVER = 1;
export const RECEIVER_PART = 2;
export const OUTER = 4;
/** All arguments from this one on are told together. */
export const ARGUMENTS = 9;
export const argumentBit = (index: number): number => 1 << (3 + Math.min(index, ARGUMENTS - 1));
export const argumentPartBit = (index: number): number => 1 << (3 + ARGUMENTS + Math.min(index, ARGUMENTS - 1));
const range = (from: number, bit: (index: number) => number): number => {
  let mask = 0;
  for (let index = Math.min(from, ARGUMENTS - 1); index < ARGUMENTS; index++) mask |= bit(index);
  return mask;
};
export const ALL_ARGUMENTS = range(0, argumentBit);
export const ALL_ARGUMENT_PARTS = range(0, argumentPartBit);
/** Everything the caller has given. */
export const GIVEN = ALL_ARGUMENTS | ALL_ARGUMENT_PARTS | RECEIVER | RECEIVER_PART;

/** `self`: what the object may be; `parts`: what may be reached from it. Nothing at all means made by this call. */
export interface Provenance {
  self: number;
  parts: number;
}

export const FRESH: Provenance = { self: 0, parts: 0 };
export const OUTSIDE: Provenance = { self: OUTER, parts: OUTER };

export function join(list: readonly Provenance[]): Provenance {
  let self = 0;
  let parts = 0;
  for (const one of list) {
    self |= one.self;
    parts |= one.parts;
  }
  return { self, parts };
}

/** What it may be, or what may be reached from it. */
export const all = ({ self, parts }: Provenance): number => self | parts;
/** Of a property or an element. */
export const partsOf = ({ parts }: Provenance): Provenance => ({ self: parts, parts });

/** Of a parameter of the function itself. */
export function ownParameter(index: number, isRest: boolean): Provenance {
  return isRest
    ? { self: range(index, argumentBit), parts: range(index, argumentPartBit) }
    : { self: argumentBit(index), parts: argumentPartBit(index) };
}

/** What a called function gives back and changes, in terms of its own receiver and arguments. */
export interface Summary {
  returns: Provenance;
  changes: number;
}

/** Puts the actual receiver and arguments in the place of the bits of a summary. */
export function substitute(mask: number, receiver: Provenance, values: readonly Provenance[]): number {
  let result = mask & OUTER;
  if (mask & RECEIVER) result |= receiver.self;
  if (mask & RECEIVER_PART) result |= receiver.parts;
  values.forEach((value, index) => {
    if (mask & argumentBit(index)) result |= value.self;
    if (mask & argumentPartBit(index)) result |= value.parts;
  });
  return result;
}

export function substituteBoth(returns: Provenance, receiver: Provenance, values: readonly Provenance[]): Provenance {
  return { self: substitute(returns.self, receiver, values), parts: substitute(returns.parts, receiver, values) };
}

/**
 * Provenances that depend on each other in circles: each pass starts from what the last one has found. Passes are repeated
 * until nothing is added.
 */
export class Solver<Key extends object> {
  readonly #found = new Map<Key, Provenance>();
  #done = new Set<Key>();
  #grew = false;

  startPass(): void {
    this.#done = new Set();
    this.#grew = false;
  }

  get grew(): boolean {
    return this.#grew;
  }

  solve(key: Key, compute: () => Provenance): Provenance {
    const before = this.#found.get(key) ?? FRESH;
    if (this.#done.has(key)) return before;
    this.#done.add(key);
    const after = join([before, compute()]);
    if (after.self !== before.self || after.parts !== before.parts) this.#grew = true;
    this.#found.set(key, after);
    return after;
  }
}
