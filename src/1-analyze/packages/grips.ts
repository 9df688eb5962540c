/**
 * How an expression has an object, as a number: what it may be, and, if it is something in the object, behind which property.
 * Zero is not at all.
 */

/** The object itself, or something in it. */
export const SELF = 1;
/** Something that has the object in it. */
export const HOLDER = 2;

const BITS = 2;
/** Behind any of the properties; the object itself has no number there. */
const ANY = 1 << BITS;

/** The properties that are told apart, for one object. */
export class Grips {
  readonly #names: string[] = [];

  /** Of `x.name`, or `x[…]`, where `x` has it in this way. */
  partOf(grip: number, name: string | undefined): number {
    if (grip & HOLDER) return SELF | HOLDER | ANY;
    return grip >> BITS === 0 ? SELF | this.#property(name) : grip;
  }

  /** Of something that may be either. */
  join(a: number, b: number): number {
    if (a === 0 || b === 0) return a || b;
    const property = a >> BITS === b >> BITS ? (a >> BITS) << BITS : ANY;
    return property | ((a | b) & (SELF | HOLDER));
  }

  /** The name of the property it is behind; undefined for any; the empty text for the object itself. */
  nameOf(grip: number): string | undefined {
    const property = grip >> BITS;
    return property === 0 ? '' : this.#names[property - 2];
  }

  #property(name: string | undefined): number {
    if (name === undefined) return ANY;
    const known = this.#names.indexOf(name);
    return ((known < 0 ? this.#names.push(name) - 1 : known) + 2) << BITS;
  }
}

/** Some of the properties, or all. */
export class Extent {
  isAll = false;
  readonly #names = new Set<string>();

  /** Undefined for all. */
  add(name: string | undefined): void {
    if (name === undefined) this.isAll = true;
    else this.#names.add(name);
  }

  /** Whether it is also about a property; undefined for any of them. */
  has(name: string | undefined): boolean {
    return this.isAll || (name === undefined ? this.#names.size > 0 : this.#names.has(name));
  }
}
