/**
 * Copy-restore. The unit notes what the objects of a request hold, lets the function run, and sends back those that hold
 * something else; the caller's own objects then get it, so that every alias sees the change.
 */

import type { Extension, Inside } from './codec.ts';
import { type Decoder, fail, isTree } from './decode.ts';
import type { Encoder } from './encode.ts';
import { isPlainData, MANY } from './plain.ts';
import type { Wire } from './protocol.ts';

/** What some numbered objects held at one time. */
export type Snapshot = readonly { number: number; object: object; holds: unknown[] }[];

/** Notes what the numbered objects hold, each by itself; only those that can be reached from `roots`, if given. */
export function snapshot(objects: readonly object[], extension?: Extension, roots?: readonly unknown[]): Snapshot {
  const watched = roots && findReachable(roots, extension);
  const notes: Snapshot[number][] = [];
  for (const [number, object] of objects.entries()) {
    if (!watched || watched.has(object)) notes.push({ number, object, holds: listHeld(object, extension?.inside) });
  }
  return notes;
}

/** The numbers of the objects that hold something else now, and what it is. */
export function changesSince(before: Snapshot, encoder: Encoder, extension?: Extension): [number, Wire][] {
  return before
    .filter(({ object, holds }) => !isSameList(holds, listHeld(object, extension?.inside)))
    .map(({ number, object }) => {
      const inside = typeof object === 'function' && extension?.inside;
      const step = inside ? () => inside.writeProperties(object, encoder) : encoder.writeContents;
      return [number, encoder.encode(object, `changed(${number})`, step)];
    });
}

/** Decodes changes; nothing happens to the caller's objects before `commit`. */
export function readChanges(changes: Wire, decoder: Decoder): void {
  for (const change of listOf(changes)) {
    const [number, wire = null] = listOf(change);
    const target = (typeof number === 'number' && decoder.objects[number]) || fail(`change of ${number}`);
    decoder.decode(wire, () => readContents(target, wire, decoder));
  }
}

function listOf(wire: Wire): Wire[] {
  return Array.isArray(wire) ? wire : fail('a list was expected');
}

function readContents(target: object, wire: Wire, decoder: Decoder): void {
  const inside = decoder.extension?.inside;
  if (inside) inside.readContents(target, wire, decoder);
  else decoder.overwrites.push([target, decoder.fill(isTree(wire) ? wire : fail('object expected'))]);
}

/** Lets the caller's own objects hold what was decoded for them: changes, and the contents of named objects. */
export function commit(decoder: Decoder, inside = decoder.extension?.inside): void {
  const { overwrites } = decoder;
  const kindOf = inside?.kindOf ?? Array.isArray;
  for (const [target, source] of overwrites) if (kindOf(target) !== kindOf(source)) fail('contents of another object');
  for (const [target, source] of overwrites) {
    if (target === source) continue;
    inside?.overwrite(target, source);
    overwriteOwn(target, source, inside);
  }
}

/** Gives an object the own properties of another one, in the same order; attributes and extensibility, too. */
function overwriteOwn(target: object, source: object, inside: Inside | undefined): void {
  const keys = listKeys(source, inside);
  const old = listKeys(target, inside);
  if (!isSameList(keys, old)) {
    const indices = keys.filter((key) => INDEX.test(String(key)));
    const staying = new Set([...indices, ...findStaying(old, keys, 'string'), ...findStaying(old, keys, 'symbol')]);
    for (const key of old) if (!staying.has(key) && !Reflect.deleteProperty(target, key)) fail(`${String(key)} stays`);
  }
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(source, key) as PropertyDescriptor;
    if (!Reflect.defineProperty(target, key, property)) fail(`${String(key)} cannot be changed`);
  }
  if (!Object.isExtensible(source)) Object.preventExtensions(target);
}

/** Keys that can keep their places: those that the new order begins with. It may not be possible to move them. */
function findStaying(old: PropertyKey[], keys: PropertyKey[], kind: string): PropertyKey[] {
  const places = new Map(old.map((key, place) => [key, place]));
  const own = keys.filter((key) => typeof key === kind && !INDEX.test(String(key)));
  const end = own.findIndex(
    (key, i) => (places.get(key) ?? -1) <= (i > 0 ? (places.get(own[i - 1] as string) ?? 0) : -1),
  );
  return end < 0 ? own : own.slice(0, end);
}

/** Keys that are in order whatever happens. */
const INDEX = /^(0|[1-9]\d{0,8})$/;

/** In the place of an element that is not there. */
const HOLE = Symbol('hole');
/** Begins the list of an object that is not plain data. */
const RICH = Symbol('rich');

/**
 * All that an object holds by itself: a list that is the same as long as nothing changes. That of an array which has too
 * much never is: it cannot cross, and nothing else may be told of it.
 */
function listHeld(object: object, inside: Inside | undefined): unknown[] {
  if (Array.isArray(object) && MANY in object) return [{}];
  if (!isPlainData(object)) return listRich(object, inside);
  if (Array.isArray(object)) return Array.from(object, (value, i) => (i in object ? value : HOLE));
  return [...Object.keys(object), ...Object.values(object)];
}

function listRich(object: object, inside: Inside | undefined): unknown[] {
  const held = [RICH, Object.getPrototypeOf(object), Object.isExtensible(object), ...(inside?.contents(object) ?? [])];
  for (const key of listKeys(object, inside)) {
    const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const { value, get, set, writable, enumerable, configurable } = property;
    held.push(key, value, (writable ? 1 : 0) + (enumerable ? 2 : 0) + (configurable ? 4 : 0));
    if (get || set) held.push(get, set);
  }
  return held;
}

/** The elements of a view are part of its contents. */
function listKeys(object: object, inside: Inside | undefined): (string | symbol)[] {
  return inside?.keys(object) ?? Reflect.ownKeys(object);
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, i) => Object.is(item, other[i]));
}

/** The objects that lie below the roots, themselves included. */
function findReachable(roots: readonly unknown[], extension: Extension | undefined): Set<unknown> {
  const found = new Set<unknown>();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || found.has(next)) continue;
    found.add(next);
    for (const part of listHeld(next, extension?.inside)) waiting.push(part);
  }
  return found;
}
