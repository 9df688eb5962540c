/**
 * Values to and from the wire. Plain data is plain JSON: finite numbers, strings, booleans, null, dense arrays, plain
 * objects without a key `$`. Everything else is an object with the single key `$`:
 *
 *     {"$": "u"}  {"$": "NaN"}  {"$": "-0"}  {"$": "12n"}  {"$": "hole"}     undefined, special numbers, bigint, a hole
 *     {"$": 7}                                 the object with number 7, met before
 *     {"$": ["object", {"$": 1}]}              a plain object that has a key `$`
 *     {"$": ["far", 0]}                        an object that is nested too deep: it is `far[0]` of the message
 *     {"$": "@m#name"}  {"$": ["Map", …]} …    what an extension adds, see rich.ts and names.ts
 *
 * Every object gets the next number when it is first met, depth first; what is far is read when all that is near has
 * been. Both sides count alike, so a number stands on the wire only where it is referred to.
 */
import type { Wire } from './protocol.ts';

export { createDecoder, type Decoder, type DecoderOptions } from './decode.ts';
export { createEncoder, type Encoder, type EncoderOptions } from './encode.ts';
export { Unsupported, WireError } from './errors.ts';

/** How many levels one part of a message has at most; what lies deeper goes to the far list, and no stack overflows. */
export const NEAR = 200;

/** `["Map", …]` */
export type Payload = readonly Wire[];

/** The values that are not plain data. */
export interface Extension {
  /** The text of a symbol, or of an object or function that both sides know by name; undefined if it has none. */
  atom(value: object | symbol): string | undefined;
  /** The wire of an object that has a name, yet sends its contents along; undefined for all others. */
  wrap(value: object, to: Writer): Wire | undefined;
  /** The wire of an object or function that is not plain data. Refuses through `to.refuse`. */
  encode(value: object, to: Writer): Wire;
  /** The value of a text; throws `WireError` as the two below do. */
  readAtom(text: string): unknown;
  /** The object of a payload, empty as yet. */
  create(payload: Payload, from: Reader): object;
  fill(object: object, payload: Payload, from: Reader): void;
  /** What an object holds besides its own properties: entries, bytes, private fields … */
  contents(value: object): unknown[];
  /** Tells objects apart that cannot hold the same. */
  kindOf(value: object): string;
  /** Makes an object hold what another one of its kind holds besides own properties. */
  overwrite(target: object, source: object): void;
}

/** What an extension can do while it encodes. */
export interface Writer {
  /** The wire of a part; the step leads to it: `x` is `.x`, `0` is `[0]`, `get("x")` is `.get("x")`. */
  write(value: unknown, step: string | number): Wire;
  /** The wire of what a numbered object holds. */
  writeContents(value: object): Wire;
  refuse(reason: string): never;
}

/** What an extension can do while it decodes. */
export interface Reader {
  read(wire: Wire): unknown;
  /** Notes that an object is to get the contents that `writeContents` wrote; changes.ts puts them there. */
  readContents(target: object, wire: Wire): void;
}
