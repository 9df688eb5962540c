/** Object graphs of everything that can cross: see the V rows of the contract. */
import fc from 'fast-check';
import {
  Bag,
  Failure,
  Lookup,
  makeHolder,
  named,
  oldStyle,
  Point,
  Rows,
  readX,
  Safe,
  Safer,
  tag,
  When,
  writeX,
} from './world.ts';

export type Graph = { shells: [(earlier: object[], pick: number) => object, number][]; links: Link[] };
export type Link = { from: number; key: string | symbol; to: unknown; how: number };

const SIZE = 12;
/** Stands for another object of the graph. */
class Place {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

const VALUES = [undefined, null, Number.NaN, -0, Number.POSITIVE_INFINITY, true, 12n, Symbol.iterator, Symbol.for('x')];
const primitive = fc.oneof(
  fc.constantFrom('$', '__proto__', '@w#Point', 'u', '\ud800', ''),
  fc.constantFrom<unknown>(...VALUES, named, tag, Point, readX),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
);
const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom('__proto__', '$', 'constructor', '0', 'length', 'toJSON', 'stack', 'message', 'then'),
  fc.constantFrom(tag, Symbol.for('key'), Symbol.toStringTag, Symbol.toPrimitive),
);

/** Objects without parts, to be connected; some look into memory that others have. */
const SHELLS: Graph['shells'][number][0][] = [
  () => ({}),
  () => ({}),
  () => [],
  () => [],
  () => Object.assign(new Array(4), { 1: 1, 3: 'x' }),
  () => new Map(),
  () => new Set(),
  () => new Bag(),
  () => new Rows(),
  () => new Lookup(),
  () => new Point(1),
  () => new Safe(),
  () => new Safer(),
  () => Object.create(null),
  () => Object.create(oldStyle),
  () => new Date(7),
  () => new When(Number.NaN),
  () => /x/dg,
  () => setStack(new Error('plain', { cause: 1 })),
  () => setStack(new Failure('own class')),
  () => setStack(new AggregateError([1], 'many')),
  () => setStack(new DOMException('no', 'AbortError')),
  () => Object(1n),
  () => Object('text'),
  () => Object(Symbol.iterator),
  () => new URL('https://example.org/?a=1#b'),
  (earlier) =>
    (earlier.find((one) => one instanceof URL) as URL | undefined)?.searchParams ?? new URLSearchParams('a=1&a=2'),
  () => new ArrayBuffer(16),
  (earlier) => new Uint16Array(findMemory(earlier), 2, 3),
  (earlier) => new DataView(findMemory(earlier), 1, 9),
  (earlier) => new BigInt64Array(findMemory(earlier), 8),
  () => Buffer.from('abc'),
  (earlier, pick) =>
    (earlier.findLast(Buffer.isBuffer) ?? Buffer.from('0123456789')).subarray(pick % 3, 2 + (pick % 5)),
  (_, pick) => nest(pick * 100),
  (earlier, pick) => makeTable(earlier, pick),
  (earlier, pick) => [...(earlier.findLast(isTable) ?? []), ...(pick > 6 ? earlier : [])].reverse(),
  (earlier, pick) => earlier.findLast(isTable)?.map((row, id) => (id + pick === 28 ? row : { id, row })) ?? [],
  (earlier, pick) => (earlier.findLast(isTable)?.[pick * 2] as object | null) ?? {},
];

/** Rows alike, some of which hold another one; objects of the graph stand between them. */
function makeTable(earlier: object[], pick: number): object[] {
  const rows: object[] = Array.from({ length: 18 + pick }, (_, id) =>
    JSON.parse(`{"id":${id},"__proto__":[],"1":"x"}`),
  );
  for (const [i, row] of rows.entries()) Reflect.set(row, 'next', rows[i * pick] ?? earlier[i]);
  return pick > 6 ? [...rows, ...earlier] : rows;
}

function isTable(value: object): value is object[] {
  return Array.isArray(value) && value.length > 17;
}

function findMemory(earlier: object[]): ArrayBuffer {
  return earlier.find((one) => one instanceof ArrayBuffer) ?? new ArrayBuffer(16);
}

/** The same in both graphs that are made of one description, and none that could be waiting for the message to be final. */
function setStack(error: Error): Error {
  return Object.assign(error, { stack: `made: ${error}\n    at somewhere` });
}

/** A list in a list in a list … */
function nest(levels: number): object {
  let list: object = [];
  for (let i = 0; i < levels; i++) list = i % 3 ? [list] : { inner: list };
  return list;
}

const place = fc.nat(SIZE - 1).map((index) => new Place(index));
const link = fc.record({ from: fc.nat(SIZE - 1), key, to: fc.oneof(place, primitive), how: fc.nat(11) });
export const links = fc.array(link, { maxLength: 8 });
export const graph: fc.Arbitrary<Graph> = fc.record({
  shells: fc.array(fc.tuple(fc.constantFrom(...SHELLS), fc.nat(9)), { minLength: 1, maxLength: SIZE }),
  links: fc.array(link, { maxLength: 30 }),
});

/** The same graph anew each time. */
export function build({ shells, links }: Graph): object[] {
  const objects: object[] = [];
  for (const [make, pick] of shells) objects.push(make(objects, pick));
  objects.push(makeHolder(objects[0]));
  connect(objects, links);
  return objects;
}

/** Puts objects into one another, and changes what they are. */
export function connect(objects: object[], links: readonly Link[]): void {
  const pick = (index: number) => objects[index % objects.length] as object;
  for (const { from, key, to, how } of links) put(pick(from), key, to instanceof Place ? pick(to.index) : to, how);
}

function put(source: object, key: string | symbol, value: unknown, how: number): void {
  if (source instanceof Map) source.set(how % 2 ? value : key, value);
  else if (source instanceof Set) source.add(value);
  else if (Array.isArray(source) && how < 6) Reflect.set(source, how, value);
  else if (source instanceof Uint8Array || source instanceof Uint16Array) source[how] = how;
  else if (source instanceof DataView) source.setUint8(how % source.byteLength, how);
  else if (source instanceof ArrayBuffer || source instanceof BigInt64Array) return;
  else if (source instanceof URLSearchParams) source.append(String(key), 'v');
  else if (source instanceof URL) source.hash = `${how}`;
  else if (source instanceof Date) source.setTime(how === 9 ? Number.NaN : how);
  else if (source instanceof RegExp && how < 8) Reflect.set(source, 'lastIndex', how);
  else if (source instanceof Safe && how < 4) source.keep(value);
  else if (typeof source !== 'function') shape(source, key, value, how);
}

/** V8 takes a sealed DOMException for frozen, and so never freezes it. */
function seal(source: object): void {
  if (!(source instanceof DOMException)) Object.seal(source);
}

function shape(source: object, key: string | symbol, value: unknown, how: number): void {
  if (how === 11) Object.freeze(source);
  else if (how === 10) seal(source);
  else if (how === 9) Object.preventExtensions(source);
  else if (how === 8) Reflect.deleteProperty(source, key);
  else if (key === 'length') return;
  else if (how === 7)
    Reflect.defineProperty(source, key, { get: readX, set: writeX, enumerable: true, configurable: true });
  else {
    const attributes = { writable: how !== 5, enumerable: how !== 6, configurable: how !== 4 };
    Reflect.defineProperty(source, key, { value, ...attributes });
  }
}
