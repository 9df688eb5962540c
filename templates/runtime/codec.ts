/**
 * Values to and from the wire. Plain data is plain JSON: finite numbers, strings, booleans, null, dense arrays, plain
 * objects without a key `$`. Everything else is an object with the single key `$`:
 *
 *     {"$": "u"}  {"$": "NaN"}  {"$": "-0"}  {"$": "12n"}  {"$": "hole"}     undefined, special numbers, bigint, a hole
 *     {"$": 7}                                 the object with number 7, met before
 *     {"$": "@m#name"}  {"$": ["Map", …]} …    what an extension adds, see rich.ts
 *
 * Every object gets the next number when it is first met, depth first. Both sides count alike, so a number stands on the
 * wire only where it is referred to.
 */
import type { Wire } from './protocol.ts';

export { createDecoder } from './decode.ts';
export { createEncoder } from './encode.ts';
export { Unsupported, WireError } from './errors.ts';

/** `["Map", …]` */
export type Payload = readonly Wire[];

/** How values are written that are not plain data. Made anew for each encoder. */
export interface WriteExtension {
  /** The text of a symbol, or of an object or function that both sides know by name; undefined if it has none. */
  atom(value: object | symbol): string | undefined;
  /** The wire of any object that has just got its number; most are left to `to.writeContents`. */
  enter(value: object, to: Writer): Wire;
  /** The wire of what an object that is not plain data holds. Refuses through `to.refuse`. */
  encode(value: object, to: Writer): Wire;
  /** Encodes what `enter` has put off. */
  writeFar(to: Writer): void;
  far(): Wire[] | undefined;
}

/** The same for both ways. Made anew for each encoder and decoder. */
export interface Extension extends WriteExtension {
  /** The value of what codec.ts does not know behind `$`. */
  read(token: Wire, from: Reader): unknown;
  readFar(from: Reader): void;
  /** Where objects beyond plain data come, it is needed for copy-restore. */
  inside?: Inside;
}

/** What objects hold, whatever they are. */
export interface Inside {
  /** The wire of the properties that the program has given a function. */
  writeProperties(fn: object, to: Writer): Wire;
  /** Notes that an object is to hold what `writeContents` or `writeProperties` wrote. */
  readContents(target: object, wire: Wire, from: Reader): void;
  /** What an object holds besides its own properties: entries, bytes, private fields … */
  contents(value: object): unknown[];
  /** The own properties, without the elements of a view. */
  keys(value: object): (string | symbol)[];
  /** Tells objects apart that cannot hold the same. */
  kindOf(value: object): string;
  /** Makes an object hold what another one of its kind holds besides own properties. */
  overwrite(target: object, source: object): void;
}

/** What an extension can do while it encodes. */
export interface Writer {
  /** The wire of a part; the step leads to it: `x` is `.x`, `0` is `[0]`. */
  write(value: unknown, step: string | number): Wire;
  /** The wire of what a numbered object holds. */
  writeContents(value: object): Wire;
  refuse(reason: string): never;
  /** The path to the value that is being encoded. */
  trail: (string | number)[];
  /** All objects met so far, in order, and their numbers. */
  readonly numbers: Map<object, number>;
}

/** What an extension can do while it decodes. */
export interface Reader {
  read(wire: Wire): unknown;
  /** Reads the parts of plain data. */
  fill(tree: Record<string | number, Wire>): object;
  /** All numbered objects, by number. */
  readonly objects: object[];
  /** The far list of the message. */
  readonly far: (Wire | undefined)[];
  /** Objects that are to hold what other ones hold, see changes.ts. */
  readonly overwrites: (readonly [target: object, source: object])[];
  readonly extension: Extension | undefined;
}
