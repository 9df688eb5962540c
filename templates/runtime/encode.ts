/** Values to the wire. */
import { types } from 'node:util';
import type { WriteExtension, Writer } from './codec.ts';
import { NOT_PLAIN, Unsupported, writeError } from './errors.ts';
import { isJson, isPlainData } from './plain.ts';
import type { Wire } from './protocol.ts';

export interface Encoder extends Writer {
  /**
   * The wire of a value. It may share parts with the value: make it text before anything else runs.
   * Throws `Unsupported`; after that the encoder is of no more use. With the step `writeContents` it is the wire of what
   * a numbered object holds.
   */
  encode(value: unknown, path: string, step?: (value: never) => Wire): Wire;
  /** The far list, if there is any; call it last. */
  finish(): Wire[] | undefined;
}

export interface EncoderOptions {
  /** Objects that have numbers already: those of the request, when its reply is encoded. */
  known?: readonly object[];
  extension?: WriteExtension | undefined;
}

/** More levels than the stack is sure to have room for. */
const DEEP = 500;

export function createEncoder({ known = [], extension }: EncoderOptions = {}): Encoder {
  const numbers = new Map<object, number>();
  for (const object of known) numbers.set(object, numbers.size);

  function write(value: unknown, step: string | number): Wire {
    encoder.trail.push(step);
    const wire = visit(value);
    encoder.trail.pop();
    return wire;
  }

  function visit(value: unknown): Wire {
    if (isJson(value)) return value;
    if (value === undefined) return { $: 'u' };
    if (typeof value === 'number') return { $: value === 0 ? '-0' : `${value}` };
    if (typeof value === 'bigint') return { $: `${value}n` };
    const object = value as object;
    const token = numbers.get(object) ?? extension?.atom(object);
    if (token !== undefined) return { $: token };
    numbers.set(object, numbers.size);
    return extension ? extension.enter(object, encoder) : writeContents(object);
  }

  function writeContents(value: object): Wire {
    if (types.isProxy(value)) refuse('a Proxy');
    if (encoder.trail.length > DEEP) refuse('nested too deep');
    if (isPlainData(value)) {
      return Array.isArray(value) ? writeItems(value) : writeProperties(value as Record<string, unknown>);
    }
    if (extension) return extension.encode(value, encoder);
    return types.isNativeError(value) ? writeError(value, encoder) : refuse(NOT_PLAIN);
  }

  /** The array itself, or a copy if any element is not what JSON says. */
  function writeItems(items: unknown[]): Wire {
    let wires = items as Wire[];
    for (let i = 0; i < items.length; i++) {
      const value = items[i];
      if (isJson(value)) continue;
      const wire = value === undefined && !(i in items) ? { $: 'hole' } : write(value, i);
      if (wire === value) continue;
      if (wires === items) wires = [...wires];
      wires[i] = wire;
    }
    return wires;
  }

  /** The object itself, or a copy as above. */
  function writeProperties(object: Record<string, unknown>): Wire {
    let wires = object as Record<string, Wire>;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (isJson(value)) continue;
      const wire = write(value, key);
      if (wire === value) continue;
      if (wires === object) wires = { ...wires };
      wires[key] = wire;
    }
    return wires;
  }

  function refuse(reason: string): never {
    const [root, ...steps] = encoder.trail;
    const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    throw new Unsupported(root + path.join(''), reason);
  }

  function encode(value: unknown, path: string, step: (value: never) => Wire = visit): Wire {
    encoder.trail = [path];
    const wire = step(value as never);
    extension?.writeFar(encoder);
    return wire;
  }

  const encoder: Encoder = {
    write,
    writeContents,
    refuse,
    trail: [],
    encode,
    finish: () => extension?.far(),
    numbers,
  };
  return encoder;
}
