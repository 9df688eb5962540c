/** Values to the wire. */
import { types } from 'node:util';
import { type Extension, NEAR, type Writer } from './codec.ts';
import { Unsupported } from './errors.ts';
import { isJson, isPlainData } from './plain.ts';
import type { Wire } from './protocol.ts';

export interface Encoder {
  /**
   * The wire of a value. It may share parts with the value: make it text before anything else runs.
   * Throws `Unsupported`; after that the encoder is of no more use.
   */
  encode(value: unknown, path: string): Wire;
  /** The wire of what a numbered object holds. */
  encodeContents(value: object, path: string): Wire;
  /** The far list; call it last. */
  finish(): Wire[] | undefined;
  /** All numbered objects, by number. */
  readonly objects: readonly object[];
}

export interface EncoderOptions {
  /** Objects that have numbers already: those of the request, when its reply is encoded. */
  known?: readonly object[];
  extension?: Extension | undefined;
}

export function createEncoder({ known = [], extension }: EncoderOptions = {}): Encoder {
  const numbers = new Map(known.map((object, number) => [object, number]));
  const far: Wire[] = [];
  const waiting: object[] = [];
  let trail: (string | number)[];

  function write(value: unknown, step: string | number): Wire {
    trail.push(step);
    const wire = writeAny(value);
    trail.pop();
    return wire;
  }

  function writeAny(value: unknown): Wire {
    if (isJson(value)) return value;
    switch (typeof value) {
      case 'undefined':
        return { $: 'u' };
      case 'number':
        return { $: value === 0 ? '-0' : `${value}` };
      case 'bigint':
        return { $: `${value}n` };
      default:
        return writeObject(value as object);
    }
  }

  function writeObject(value: object): Wire {
    const token = numbers.get(value) ?? extension?.atom(value);
    if (token !== undefined) return { $: token };
    numbers.set(value, numbers.size);
    if (trail.length < NEAR) return writeNew(value);
    waiting.push(value);
    return { $: ['far', waiting.length - 1] };
  }

  function writeNew(value: object): Wire {
    return extension?.wrap(value, writer) ?? writeContents(value);
  }

  function writeContents(value: object): Wire {
    if (types.isProxy(value)) refuse('a Proxy');
    if (!isPlainData(value)) return extension ? extension.encode(value, writer) : refuse('not plain data');
    return Array.isArray(value) ? writeItems(value) : writeProperties(value as Record<string, unknown>);
  }

  function writeItems(items: unknown[]): Wire {
    let wires = items as Wire[];
    for (let i = 0; i < items.length; i++) {
      const value = items[i];
      if (isJson(value)) continue;
      const wire = value !== undefined || i in items ? write(value, i) : { $: 'hole' };
      if (wire === value) continue;
      if (wires === items) wires = [...wires];
      wires[i] = wire;
    }
    return wires;
  }

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
    return Object.hasOwn(object, '$') ? { $: ['object', wires] } : wires;
  }

  function refuse(reason: string): never {
    throw new Unsupported(formatPath(trail), reason);
  }

  /** Takes a step and then all that it put off. */
  function run(step: (value: object) => Wire, value: unknown, path: string): Wire {
    trail = [path];
    const wire = step(value as object);
    while (far.length < waiting.length) {
      trail = [`${path}…`];
      far.push(writeNew(waiting[far.length] as object));
    }
    return wire;
  }

  const writer: Writer = { write, writeContents, refuse };
  return {
    encode: (value, path) => run(writeAny, value, path),
    encodeContents: (value, path) => run(writeContents, value, path),
    finish: () => (far.length ? far : undefined),
    get objects() {
      return [...numbers.keys()];
    },
  };
}

function formatPath([root, ...steps]: (string | number)[]): string {
  return root + steps.map(formatStep).join('');
}

function formatStep(step: string | number): string {
  if (/^(\d+|Symbol\(.*\))$/.test(`${step}`)) return `[${step}]`;
  return /^[a-z_$][\w$]*(\(.*\))?$/i.test(`${step}`) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
