/**
 * Weak collections as module state. An entry is like a field of its key: it goes along wherever that goes, and comes back with it.
 * Nobody can list the keys of one, so every object of a message is asked.
 */

import { types } from 'node:util';
import type { Decoder } from './decode.ts';
import { fail } from './decode.ts';
import type { Feature } from './dispatch.ts';
import type { Encoder } from './encode.ts';
import type { WeakEntry } from './protocol.ts';
import { read } from './registry.ts';
import { createRestore } from './restore.ts';

export type WeakCollection = WeakMap<object, unknown> | WeakSet<object>;

/** What a collection has for some objects. */
type Held = ReadonlyMap<object, unknown>;

export function isWeakCollection(value: unknown): value is WeakCollection {
  return types.isWeakMap(value) || types.isWeakSet(value);
}

/**
 * The entries of all objects that have a number, those that are met in entries included. With `before` only what is different.
 * Nothing of the message may be encoded after it.
 */
export function encodeEntries(
  collections: readonly WeakCollection[],
  encoder: Encoder,
  before: readonly Held[] = [],
): WeakEntry[] {
  const entries: WeakEntry[] = [];
  for (const [key, number] of encoder.numbers) {
    for (const [of, collection] of collections.entries()) {
      const held = before[of];
      if (!collection.has(key)) {
        if (held?.has(key)) entries.push([of, number]);
        continue;
      }
      const value = getValue(collection, key);
      if (held?.has(key) && Object.is(held.get(key), value)) continue;
      entries.push([
        of,
        number,
        encoder.encode(value, `entry of a ${types.isWeakMap(collection) ? 'WeakMap' : 'WeakSet'}`),
      ]);
    }
  }
  return entries;
}

function getValue(collection: WeakCollection, key: object): unknown {
  return types.isWeakMap(collection) ? collection.get(key) : true;
}

/** Decodes entries; the collections get them when the function that is returned is called. */
export function readEntries(
  collections: readonly WeakCollection[],
  entries: readonly WeakEntry[],
  decoder: Decoder,
): () => void {
  const puts = entries.map(([of, number, ...values]) => {
    const collection = collections[of] ?? fail(`weak collection ${of}`);
    const key = decoder.objects[number] ?? fail(number);
    const [value] = values.map((wire) => decoder.decode(wire ?? null));
    return () => (values.length > 0 ? put(collection, key, value) : void collection.delete(key));
  });
  return () => {
    for (const one of puts) one();
  };
}

function put(collection: WeakCollection, key: object, value: unknown): void {
  if (types.isWeakMap(collection)) collection.set(key, value);
  else (collection as WeakSet<object>).add(key);
}

export function getCollection(id: string): WeakCollection {
  const collection = read(id);
  return isWeakCollection(collection) ? collection : fail(id);
}

/** `restore` for units with weak collections among their module state. */
export const weak: Feature = /* @__PURE__ */ createRestore(({ weak: { of = [], entries = [] } = {} }, decoder) => {
  const collections = of.map(getCollection);
  const settle = readEntries(collections, entries, decoder);
  return () => {
    // What hung on objects of this side in another call.
    for (const object of decoder.objects) for (const collection of collections) collection.delete(object);
    settle();
    const before = collections.map((collection) => listHeld(collection, decoder.objects));
    return (reply, encoder) => {
      const changed = encodeEntries(collections, encoder, before);
      if (changed.length > 0) reply.weak = changed;
    };
  };
});

function listHeld(collection: WeakCollection, objects: readonly object[]): Held {
  const known = objects.filter((object) => collection.has(object));
  return new Map(known.map((object) => [object, getValue(collection, object)]));
}
