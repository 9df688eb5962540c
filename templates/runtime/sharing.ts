/** Objects that share what they hold with others: slices of a pool of bytes, a URL and its `searchParams`. */
import { types } from 'node:util';
import type { Writer } from './codec.ts';
import { getSlot } from './properties.ts';

/** Buffers whose bytes came alone are slices ever after. */
const pools = new WeakSet<ArrayBufferLike>();
/** URLs by their `searchParams`, which change with them. */
const owners = new WeakMap<object, URL>();
/** The slices in a message, by what they are slices of. */
const slices = new WeakMap<Writer, Map<ArrayBufferLike, Buffer[]>>();

/** A slice of Node's pool is sent by itself: the rest of the pool is nobody's business. */
export function isSlice(value: unknown): value is Buffer {
  if (!Buffer.isBuffer(value)) return false;
  const { buffer, byteLength } = value;
  return pools.has(buffer) || (buffer.byteLength === Buffer.poolSize && byteLength < Buffer.poolSize);
}

export function markSlice(bytes: Buffer): Buffer {
  pools.add(bytes.buffer);
  return bytes;
}

export function findOwner(params: object): URL | undefined {
  return owners.get(params);
}

/** The URL's `searchParams`; from now on it is known whose they are. */
export function ownParams(url: URL): object {
  const params = getSlot(URL.prototype, 'searchParams', url) as object;
  owners.set(params, url);
  return params;
}

/** The parts of an object, where it shares them with objects that were met before. Refuses what could not be shared. */
export function findShared(value: object, to: Writer): unknown[] | undefined {
  if (value instanceof URL) checkParams(value, to);
  if (types.isArrayBuffer(value) && findEarlier(listSlices(value, to), value, to)) to.refuse('the memory of a Buffer');
  return isSlice(value) ? findMemory(value, to) : undefined;
}

function checkParams(url: URL, to: Writer): void {
  const isKnown = owners.has(getSlot(URL.prototype, 'searchParams', url) as object);
  if (findEarlier([ownParams(url)], url, to) && !isKnown) to.refuse('a URL that comes after its searchParams');
}

/** The memory that a slice is part of, or the slice that it is part of, if that was met before. */
function findMemory(slice: Buffer, to: Writer): unknown[] | undefined {
  const { buffer, byteOffset, length } = slice;
  if (to.numbers.has(buffer)) return [buffer, byteOffset, length];
  const slices = listSlices(buffer, to);
  const other = findEarlier(slices, slice, to, (other) => overlaps(other, slice));
  slices.push(slice);
  if (!other) return undefined;
  const start = byteOffset - other.byteOffset;
  if (start < 0 || start + length > other.length) to.refuse('a Buffer that has a part of another one');
  return [other, start, length];
}

function overlaps(one: Buffer, other: Buffer): boolean {
  const [start, end] = [one.byteOffset, other.byteOffset];
  return start < end + other.length && end < start + one.length;
}

function findEarlier<T extends object>(
  others: readonly T[],
  value: object,
  { numbers }: Writer,
  isMeant: (other: T) => boolean = () => true,
): T | undefined {
  const number = numbers.get(value) ?? 0;
  return others.find((other) => (numbers.get(other) ?? number) < number && isMeant(other));
}

/** The slices of a memory that have been written, or are known from the request. */
function listSlices(memory: ArrayBufferLike, to: Writer): Buffer[] {
  let all = slices.get(to);
  if (!all) {
    all = new Map();
    slices.set(to, all);
    for (const object of to.numbers.keys()) if (isSlice(object)) listSlices(object.buffer, to).push(object);
  }
  const found = all.get(memory) ?? [];
  all.set(memory, found);
  return found;
}
