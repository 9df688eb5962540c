/**
 * Values to and from the wire. Plain data is plain JSON: finite numbers, strings, booleans, null, dense arrays, plain
 * objects without a key `$`. Everything else is an object with the single key `$`:
 *
 *     {"$": "u"}  {"$": "NaN"}  {"$": "-0"}  {"$": "12n"}  {"$": "hole"}     undefined, special numbers, bigint, a hole
 *     {"$": 7}                                       the object with number 7, met before
 *     {"$": ["object", {"$": 1}]}                    a plain object that has a key `$`
 *     {"$": ["far", 0]}                              an object that is nested too deep: see `far[0]` of the message
 *     {"$": ["Map", …]}, {"$": "@m#name"}, …         see rich.ts
 *
 * Every object gets the next number when it is first met, depth first; what is far is read after all that is near.
 * Both sides count alike, so no number stands on the wire but in references.
 */
import { types } from 'node:util';
import { Unsupported, WireError } from './errors.ts';
import type { Wire } from './protocol.ts';

/** What lies deeper than this goes to the far list, so that neither side runs out of stack. */
const NEAR = 200;
/** Deeper than anything an encoder writes: refused. */
const DEEPEST = 2 * NEAR;

const SPECIAL: Record<string, unknown> = { u: undefined, NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** One step of a path: `x` is `.x`, `0` is `[0]`, and `['.get("x")']` is written as it is. */
export type Step = string | number | readonly [text: string];

type Properties = Record<string, unknown>;
type Payload = readonly Wire[];

/** The kinds of values beyond plain data, plugged in by rich.ts. */
export interface Extension {
  /** Called once by each new encoder and decoder. */
  start?(): void;
  /** The name that both sides know this very object, function or symbol by. */
  nameOf?(value: object | symbol): string | undefined;
  /** The text of a symbol that has no such name. */
  atomOf?(value: symbol): string | undefined;
  /** The value of a text that codec.ts does not know. */
  readAtom?(text: string): unknown;
  /** The payload of an object or function that is not plain data; refuses through `to.refuse`. */
  encode(value: object, to: Writer): Wire[];
  /** The empty object for a payload, to be filled when it has its number. */
  create(payload: Payload, from: Reader): object;
  fill(object: object, payload: Payload, from: Reader): void;
}

/** What an extension can do while it encodes. */
export interface Writer {
  /** The wire of a part. */
  write(value: unknown, step: Step): Wire;
  refuse(reason: string): never;
  /** Whether the other side has this class or function. */
  knows(name: string): boolean;
}

/** What an extension can do while it decodes. */
export interface Reader {
  read(wire: Wire | undefined): unknown;
  /** Decodes into a fresh object that gets no number; its parts do. */
  copy(wire: Wire | undefined): object;
  /** Own objects that are to get the contents of another one, see changes.ts. */
  readonly overwrites: [target: object, source: object][];
}

export interface EncoderOptions {
  /** Objects that have numbers already: those of the request, when its reply is encoded. */
  known?: readonly object[];
  extension?: Extension | undefined;
  /** Whether the contents of a named object travel along with its name. */
  contents?: ((name: string) => boolean) | undefined;
  /** Whether the other side has the class, function or object of this name. */
  knows?: ((name: string) => boolean) | undefined;
}

export interface Encoder {
  /**
   * The wire of a value; throws `Unsupported` and is then as if it had not been called. The wire may share parts with
   * the value: make it text before anything else runs.
   */
  encode(value: unknown, path: string): Wire;
  /** The wire of the contents of an object that has a number. */
  encodeContents(value: object, path: string): Wire;
  /** The far list, if there is any. */
  finish(): Wire[] | undefined;
  /** All numbered objects, by number. */
  readonly objects: readonly object[];
}

export function createEncoder(options: EncoderOptions = {}): Encoder {
  const { known = [], extension, contents, knows = () => true } = options;
  const objects = [...known];
  const numbers = new Map<object, number>();
  const far: Wire[] = [];
  let waiting: { value: object; name: string | undefined; at: number }[] = [];
  let trail: Step[] = [];
  extension?.start?.();
  known.forEach((object, number) => {
    numbers.set(object, number);
  });

  const writer: Writer = { write, refuse, knows };

  function refuse(reason: string): never {
    throw new Unsupported(formatPath(trail), reason);
  }

  function write(value: unknown, step: Step): Wire {
    if (isJson(value)) return value;
    trail.push(step);
    const wire = visit(value);
    trail.pop();
    return wire;
  }

  function visit(value: unknown): Wire {
    if (isJson(value)) return value;
    if (value === undefined) return { $: 'u' };
    if (typeof value === 'number') return { $: value === 0 ? '-0' : `${value}` };
    if (typeof value === 'bigint') return { $: `${value}n` };
    return typeof value === 'symbol' ? visitSymbol(value) : visitObject(value as object);
  }

  function visitSymbol(value: symbol): Wire {
    const name = nameOf(value);
    const text = name === undefined ? extension?.atomOf?.(value) : `@${name}`;
    return { $: text ?? refuse('a symbol made outside the program') };
  }

  function visitObject(value: object): Wire {
    const number = numbers.get(value);
    if (number !== undefined) return { $: number };
    const name = nameOf(value);
    if (name !== undefined && (typeof value === 'function' || !contents?.(name))) return { $: `@${name}` };
    numbers.set(value, objects.push(value) - 1);
    if (trail.length < NEAR) return writeContents(value, name);
    waiting.push({ value, name, at: far.push(null) - 1 });
    return { $: ['far', far.length - 1] };
  }

  function nameOf(value: object | symbol): string | undefined {
    const name = extension?.nameOf?.(value);
    return name !== undefined && knows(name) ? name : undefined;
  }

  function writeContents(value: object, name?: string): Wire {
    if (name !== undefined) return { $: ['named', name, writeContents(value)] };
    if (types.isProxy(value)) return refuse('a Proxy');
    if (isPlainArray(value)) return writeArray(value);
    if (isPlainObject(value)) return writeObject(value);
    return { $: extension ? extension.encode(value, writer) : refuse(describe(value)) };
  }

  function writeArray(items: readonly unknown[]): Wire {
    let wires: Wire[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const value = items[i];
      const wire = value !== undefined || Object.hasOwn(items, i) ? write(value, i) : { $: 'hole' };
      if (wire !== value) (wires ??= [...(items as Wire[])])[i] = wire;
    }
    return wires ?? (items as Wire[]);
  }

  function writeObject(object: Properties): Wire {
    let wires: Record<string, Wire> | undefined;
    for (const key of Object.keys(object)) {
      const value = object[key];
      const wire = write(value, key);
      if (wire !== value) (wires ??= { ...(object as Record<string, Wire>) })[key] = wire;
    }
    wires ??= object as Record<string, Wire>;
    return Object.hasOwn(object, '$') ? { $: ['object', wires] } : wires;
  }

  /** Takes one step, then all that it put off; if any of it is refused, none was taken. */
  function run(path: string, step: () => Wire): Wire {
    const count = objects.length;
    const farCount = far.length;
    trail = [path];
    waiting = [];
    try {
      const wire = step();
      for (const { value, name, at } of waiting) {
        trail = [`${path}…`];
        far[at] = writeContents(value, name);
      }
      return wire;
    } catch (error) {
      for (const object of objects.splice(count)) numbers.delete(object);
      far.length = farCount;
      throw error;
    }
  }

  return {
    encode: (value, path) => run(path, () => visit(value)),
    encodeContents: (value, path) => run(path, () => writeContents(value)),
    finish: () => (far.length > 0 ? far : undefined),
    objects,
  };
}

export interface DecoderOptions {
  /** Objects that have numbers already: the caller's own, when a reply is decoded. */
  known?: readonly object[];
  extension?: Extension | undefined;
  /** The far list of the message. */
  far?: readonly Wire[] | undefined;
}

export interface Decoder {
  /** The value of a wire, which it takes over; throws `WireError`. Call in the order in which the other side encoded. */
  decode(wire: Wire): unknown;
  /** A fresh object with the contents that `encodeContents` wrote. */
  decodeContents(wire: Wire): object;
  /** Own objects that are to get the contents of another one, see changes.ts. */
  readonly overwrites: [target: object, source: object][];
  /** All numbered objects, by number. */
  readonly objects: readonly object[];
}

/** Stands for an object that cannot be referred to yet, because its parts are needed to make it. */
const UNMADE = {};

export function createDecoder(options: DecoderOptions = {}): Decoder {
  const { known = [], extension, far = [] } = options;
  const objects = [...known];
  const opened = new Set<Wire>();
  const overwrites: [object, object][] = [];
  let waiting: (() => void)[] = [];
  let depth = 0;
  extension?.start?.();

  const reader: Reader = { read, copy, overwrites };

  function read(wire: Wire | undefined): unknown {
    if (typeof wire !== 'object' || wire === null) return wire;
    if (!isEscape(wire)) {
      objects.push(wire);
      return fillPlain(wire);
    }
    const token = wire.$;
    if (typeof token === 'string') return readAtom(token);
    if (typeof token === 'number') return readReference(token);
    const [tag, index] = readPayload(wire);
    if (tag !== 'far') {
      const [object, fill] = open(wire, true);
      fill();
      return object;
    }
    const target = far[index as number] ?? fail('a bad far reference');
    if (opened.has(target)) fail('a far part used twice');
    opened.add(target);
    const [object, fill] = open(target, true);
    waiting.push(fill);
    return object;
  }

  function readReference(number: number): object {
    const object = objects[number];
    return object === undefined || object === UNMADE ? fail('a bad reference') : object;
  }

  function readAtom(text: string): unknown {
    if (Object.hasOwn(SPECIAL, text)) return SPECIAL[text];
    if (/^-?\d+n$/.test(text)) return BigInt(text.slice(0, -1));
    return extension?.readAtom ? extension.readAtom(text) : fail(`unknown value ${text}`);
  }

  /** Makes the object of a wire without its parts and, if it is to have a number, numbers it; with it what fills it. */
  function open(wire: Wire, isNumbered: boolean): [object: object, fill: () => void] {
    if (typeof wire !== 'object' || wire === null) return fail('an object was expected');
    const number = isNumbered ? objects.push(UNMADE) - 1 : -1;
    const payload = isEscape(wire) ? readPayload(wire) : ['object', wire];
    const [tag, content] = payload;
    const isPlain = tag === 'object' && typeof content === 'object' && content !== null;
    const object = isPlain ? content : (extension ?? fail(`unknown kind ${tag}`)).create(payload, reader);
    if (isNumbered) objects[number] = object;
    return [object, isPlain ? () => fillPlain(content) : () => extension?.fill(object, payload, reader)];
  }

  /** JSON objects become the objects that they stand for: only what is not plain has to be replaced. */
  function fillPlain(wire: Wire[] | Record<string, Wire>): object {
    if (++depth > DEEPEST) fail('nested too deep');
    if (Array.isArray(wire)) fillArray(wire);
    else fillObject(wire);
    depth--;
    return wire;
  }

  function fillArray(items: Wire[]): void {
    for (let i = 0; i < items.length; i++) {
      const wire = items[i];
      if (typeof wire !== 'object' || wire === null) continue;
      if ('$' in wire && wire.$ === 'hole') delete items[i];
      else items[i] = read(wire) as Wire;
    }
  }

  function fillObject(object: Record<string, Wire>): void {
    for (const key of Object.keys(object)) {
      const wire = object[key];
      if (typeof wire === 'object' && wire !== null) object[key] = read(wire) as Wire;
    }
  }

  function copy(wire: Wire | undefined): object {
    const [object, fill] = open(wire as Wire, false);
    fill();
    return object;
  }

  /** Takes one step, then all that it put off. */
  function run<T>(step: () => T): T {
    try {
      waiting = [];
      depth = 0;
      const value = step();
      for (const fill of waiting) fill();
      return value;
    } catch (error) {
      throw error instanceof WireError ? error : new WireError(`unreadable value: ${error}`);
    }
  }

  return {
    decode: (wire) => run(() => read(wire)),
    decodeContents: (wire) => run(() => copy(wire)),
    overwrites,
    objects,
  };
}

function fail(problem: string): never {
  throw new WireError(problem);
}

/** `{"$": …}`: something that is not plain data. */
function isEscape(wire: Wire[] | Record<string, Wire>): wire is { $: Wire } {
  if (!Object.hasOwn(wire, '$')) return false;
  return Object.keys(wire).length === 1 || fail('a key besides $');
}

function readPayload(wire: { $: Wire }): Wire[] {
  return Array.isArray(wire.$) ? wire.$ : fail('a bad value of $');
}

/** What JSON can say as it is, objects aside. */
function isJson(value: unknown): value is string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return value === null;
  }
}

/** An array with nothing but elements, most of them there. */
function isPlainArray(value: object): value is unknown[] {
  if (!Array.isArray(value) || !isBuiltin(Object.getPrototypeOf(value), Array.prototype)) return false;
  const keys = Object.getOwnPropertyNames(value);
  return keys.at(-1) === 'length' && value.length <= 2 * keys.length + 9 && hasPlainProperties(value, keys, 1);
}

/** An object made by `{}` in any realm, with nothing but properties that an assignment makes. */
function isPlainObject(value: object): value is Properties {
  if (typeof value !== 'object' || !isBuiltin(Object.getPrototypeOf(value), Object.prototype)) return false;
  return hasPlainProperties(value, Object.getOwnPropertyNames(value), 0);
}

/** `prototype`, or what is the same in another realm. */
function isBuiltin(candidate: object | null, prototype: object): boolean {
  return candidate === prototype;
}

/** Writable, enumerable, configurable data properties, apart from the last `skipped`; no symbols; extensible. */
function hasPlainProperties(object: object, keys: string[], skipped: number): boolean {
  if (!Object.isExtensible(object) || Object.getOwnPropertySymbols(object).length > 0) return false;
  for (let i = 0; i < keys.length - skipped; i++) {
    const property = Object.getOwnPropertyDescriptor(object, keys[i] as string);
    if (!property?.writable || !property.enumerable || !property.configurable) return false;
  }
  return true;
}

/** `a function`, `an instance of Cart`. */
export function describe(value: object): string {
  if (typeof value === 'function') return 'a function made outside the program';
  const name = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value) ?? {}, 'constructor')?.value?.name;
  return `an instance of ${name ?? 'no known class'}`;
}

function formatPath(trail: readonly Step[]): string {
  return trail.map((step, i) => (i === 0 ? step : formatStep(step))).join('');
}

function formatStep(step: Step): string {
  if (typeof step === 'object') return step[0];
  return typeof step === 'string' && /^[\w$]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
