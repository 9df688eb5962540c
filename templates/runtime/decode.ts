/** The wire to values. */
import type { Extension, Reader } from './codec.ts';
import { WireError } from './errors.ts';
import type { Wire } from './protocol.ts';

export interface Decoder extends Reader {
  /** The value of a wire, which it takes over. Call in the order in which the other side encoded. Throws `WireError`. */
  decode(wire: Wire, step?: (wire: Wire) => unknown): unknown;
}

export interface DecoderOptions {
  /** Objects that have numbers already: the caller's own, when a reply is decoded. */
  known?: readonly object[];
  extension?: Extension | undefined;
  /** The far list of the message. */
  far?: Wire[] | undefined;
}

export type Tree = Record<string | number, Wire>;

export function createDecoder({ known = [], extension, far = [] }: DecoderOptions = {}): Decoder {
  const objects = [...known];

  function read(wire: Wire): unknown {
    if (!isTree(wire)) return wire;
    const token = getToken(wire);
    if (typeof token === 'number') return objects[token] ?? fail(token);
    if (typeof token === 'string') {
      if (token === 'u') return undefined;
      if (/^(NaN|-0|-?Infinity)$/.test(token)) return Number(token);
      if (/^-?\d+n$/.test(token)) return BigInt(token.slice(0, -1));
    }
    if (token !== undefined) return extension ? extension.read(token, decoder) : fail(token);
    objects.push(wire);
    return fill(wire);
  }

  /** A JSON object becomes the object that it stands for: only those parts are replaced that are not plain. */
  function fill(tree: Tree): object {
    for (const key of Array.isArray(tree) ? tree.keys() : Object.keys(tree)) {
      const wire = tree[key];
      if (!isTree(wire)) continue;
      if (wire.$ === 'hole' && Array.isArray(tree)) delete tree[key];
      else tree[key] = read(wire) as Wire;
    }
    return tree;
  }

  function decode(wire: Wire, step: (wire: Wire) => unknown = read): unknown {
    try {
      const value = step(wire);
      extension?.readFar(decoder);
      return value;
    } catch (error) {
      throw new WireError(`unreadable value: ${(error as Error).message}`);
    }
  }

  const decoder: Decoder = { decode, read, fill, objects, overwrites: [], far, extension };
  return decoder;
}

export function isTree(wire: Wire | undefined): wire is Tree {
  return typeof wire === 'object' && wire !== null;
}

/** What stands behind `$`, or undefined for plain data. */
export function getToken(tree: Tree): Wire | undefined {
  if (!Object.hasOwn(tree, '$')) return undefined;
  return Object.keys(tree).length === 1 ? tree.$ : fail('$');
}

export function fail(problem: unknown): never {
  throw new WireError(`${problem}`);
}
