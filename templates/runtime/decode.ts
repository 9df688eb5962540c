/** The wire to values. */
import { type Extension, NEAR, type Reader } from './codec.ts';
import { WireError } from './errors.ts';
import type { Wire } from './protocol.ts';

export interface Decoder {
  /** The value of a wire, which it takes over. Call in the order in which the other side encoded. Throws `WireError`. */
  decode(wire: Wire): unknown;
  /** Notes that the object with this number is to get the contents that `encodeContents` wrote. */
  decodeContents(number: number, wire: Wire): void;
  /** What is noted: objects that are to hold what fresh ones hold. See changes.ts. */
  readonly overwrites: readonly Overwrite[];
  /** All numbered objects, by number. */
  readonly objects: readonly object[];
}

export interface DecoderOptions {
  /** Objects that have numbers already: the caller's own, when a reply is decoded. */
  known?: readonly object[];
  extension?: Extension | undefined;
  /** The far list of the message. */
  far?: Wire[] | undefined;
}

export type Overwrite = readonly [target: object, source: object];

type Tree = Wire[] | { [key: string]: Wire };

const TOKENS = new Map(Object.entries({ u: undefined, NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }));

/** In the place of an object that is made of its parts, which cannot refer to it therefore. */
const UNMADE = {};

export function createDecoder({ known = [], extension, far = [] }: DecoderOptions = {}): Decoder {
  const objects = [...known];
  const waiting: (() => void)[] = [];
  const overwrites: Overwrite[] = [];
  let depth = 0;

  function read(wire: Wire): unknown {
    if (!isTree(wire)) return wire;
    const token = getToken(wire);
    if (token === undefined) {
      objects.push(wire);
      return fillPlain(wire);
    }
    if (typeof token === 'string') return readAtom(token);
    if (typeof token === 'number') return getObject(token);
    const [tag, index] = token;
    const isFar = tag === 'far' && typeof index === 'number';
    const [object, fill] = open(isFar ? takeFar(index) : wire);
    if (isFar) waiting.push(fill);
    else fill();
    return object;
  }

  function readAtom(text: string): unknown {
    if (TOKENS.has(text)) return TOKENS.get(text);
    if (/^-?\d+n$/.test(text)) return BigInt(text.slice(0, -1));
    return extension ? extension.readAtom(text) : fail(text);
  }

  function getObject(number: number): object {
    const object = objects[number];
    return object && object !== UNMADE ? object : fail(`object ${number}`);
  }

  function takeFar(index: number): Wire {
    const wire = far[index] ?? fail(`far ${index}`);
    delete far[index];
    return wire;
  }

  /** Makes the object of a wire, gives it its number, and returns it with what fills it. */
  function open(wire: Wire, number = objects.push(UNMADE) - 1): [object, () => void] {
    const payload = isTree(wire) ? (getToken(wire) ?? ['object', wire]) : 0;
    if (!Array.isArray(payload)) return fail('object expected');
    const [tag, tree] = payload;
    const isPlain = tag === 'object' && isTree(tree);
    const object = isPlain ? tree : (extension ?? fail(tag)).create(payload, reader);
    if (number >= 0) objects[number] = object;
    return [object, () => (isPlain ? fillPlain(tree) : extension?.fill(object, payload, reader))];
  }

  /** A JSON object becomes the object that it stands for: only those parts are replaced that are not plain. */
  function fillPlain(tree: Tree): object {
    if (++depth > 2 * NEAR) fail('too deep');
    if (Array.isArray(tree)) fillItems(tree);
    else fillProperties(tree);
    depth--;
    return tree;
  }

  function fillItems(items: Wire[]): void {
    for (let i = 0; i < items.length; i++) {
      const wire = items[i];
      if (!isTree(wire)) continue;
      if ('$' in wire && wire.$ === 'hole') delete items[i];
      else items[i] = read(wire) as Wire;
    }
  }

  function fillProperties(object: { [key: string]: Wire }): void {
    for (const key of Object.keys(object)) {
      const wire = object[key];
      if (isTree(wire)) object[key] = read(wire) as Wire;
    }
  }

  function readContents(target: object, wire: Wire): void {
    const [source, fill] = open(wire, -1);
    overwrites.push([target, source]);
    fill();
  }

  /** Takes a step and then all that it put off. */
  function run<T>(step: () => T): T {
    depth = 0;
    const value = step();
    for (const fill of waiting) fill();
    waiting.length = 0;
    return value;
  }

  const reader: Reader = { read, readContents };
  return {
    decode: (wire) => run(() => read(wire)),
    decodeContents: (number, wire) => run(() => readContents(getObject(number), wire)),
    overwrites,
    objects,
  };
}

function isTree(wire: Wire | undefined): wire is Tree {
  return typeof wire === 'object' && wire !== null;
}

/** What stands behind `$`, or undefined for plain data. */
function getToken(tree: Tree): string | number | Wire[] | undefined {
  if (Array.isArray(tree) || !Object.hasOwn(tree, '$')) return undefined;
  const { $: token } = tree;
  const isToken = typeof token === 'string' || typeof token === 'number' || Array.isArray(token);
  return isToken && Object.keys(tree).length === 1 ? token : fail('$');
}

function fail(problem: unknown): never {
  throw new WireError(`unreadable value: ${problem}`);
}
