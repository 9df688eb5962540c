// biome-ignore-all lint/suspicious/noSparseArray: holes are values, too
/**
 * The thirty probes that serialisers are compared with: what they lose is asked for one by one, in the words of a program, so
 * that this table and the comparer of the other tests cannot be wrong together.
 */
import { describe, expect, test } from 'vitest';
import { share } from '../../templates/runtime/registry.ts';
import { Point, Rows, Safe } from '../fuzz/world.ts';
import { send } from './round-trip.ts';

type Probe = [name: string, make: () => unknown, holds: (value: never) => boolean];

const KNOWN = { sentinel: true };
share({ 'probes#KNOWN': [() => KNOWN] });

const PROBES: Probe[] = [
  ['undefined as a property', () => ({ a: undefined }), (o: object) => 'a' in o && Object.values(o)[0] === undefined],
  ['NaN', () => Number.NaN, (n: number) => Number.isNaN(n)],
  ['infinities', () => [1 / 0, -1 / 0], ([a, b]: [number, number]) => a > 0 && b < 0 && a - 1 === a && b + 1 === b],
  ['-0', () => -0, (n: number) => 1 / n === Number.NEGATIVE_INFINITY],
  ['bigint', () => 2n ** 70n, (n: bigint) => n - 2n ** 70n === 0n],
  ['lone surrogates', () => 'a\ud800b', (s: string) => s.length === 3 && s.charCodeAt(1) === 0xd800],
  ['holes', () => [1, , 3], (a: unknown[]) => a.length === 3 && !(1 in a)],
  ['a long empty array', () => new Array(1e6), (a: unknown[]) => a.length === 1e6 && Object.keys(a).length === 0],
  ['Date', () => new Date(86_400_000), (d: Date) => d.getTime() === 86_400_000 && d instanceof Date],
  ['an invalid Date', () => new Date(Number.NaN), (d: Date) => d instanceof Date && Number.isNaN(+d)],
  [
    'RegExp',
    () => Object.assign(/a(?<n>.)/dgi, { lastIndex: 3 }),
    (r: RegExp) => r.lastIndex === 3 && r.flags === 'dgi',
  ],
  [
    'Map in order',
    () =>
      new Map<unknown, unknown>([
        [2, 'b'],
        [1, 'a'],
      ]),
    (m: Map<number, string>) => [...m.keys()].join() === '2,1',
  ],
  [
    'Map with object keys',
    () => {
      const key = {};
      return { key, map: new Map([[key, 1]]) };
    },
    (o: { key: object; map: Map<object, number> }) => o.map.get(o.key) === 1,
  ],
  ['Set', () => new Set(['x', Number.NaN]), (s: Set<unknown>) => s.has('x') && s.has(Number.NaN) && s.size === 2],
  [
    'typed arrays',
    () => new Float32Array([1.5, -0]),
    (f: Float32Array) => f instanceof Float32Array && Object.is(f[1], -0),
  ],
  [
    'views of one buffer',
    () => {
      const b = new ArrayBuffer(8);
      return [new Uint8Array(b, 2, 2), new DataView(b)];
    },
    ([a, b]: [Uint8Array, DataView]) => {
      b.setUint8(3, 9);
      return a[1] === 9 && a.byteOffset === 2;
    },
  ],
  [
    'a slice of the pool',
    () => Buffer.from('secret|public').subarray(7),
    (b: Buffer) => b.toString() === 'public' && Buffer.isBuffer(b),
  ],
  [
    'URL and its parameters',
    () => new URL('https://a.b/?x=1'),
    (u: URL) => {
      u.searchParams.set('x', '2');
      return u.href.endsWith('x=2');
    },
  ],
  [
    'boxed primitives',
    () => [Object(1), Object('s'), Object(1n)],
    (list: object[]) => list.every((o) => typeof o === 'object') && Number(list[0]) === 1,
  ],
  [
    'no prototype',
    () => Object.assign(Object.create(null), { a: 1 }),
    (o: object) => Object.getPrototypeOf(o) === null,
  ],
  [
    'symbols',
    () => ({ [Symbol.for('k')]: Symbol.iterator }),
    (o: Record<symbol, unknown>) => o[Symbol.for('k')] === Symbol.iterator,
  ],
  [
    'a cycle',
    () => {
      const o: { self?: unknown } = {};
      o.self = o;
      return o;
    },
    (o: { self: unknown }) => o.self === o,
  ],
  [
    'one object twice',
    () => {
      const o = {};
      return [o, { o }];
    },
    ([a, { o }]: [object, { o: object }]) => a === o,
  ],
  [
    'a cycle through an instance',
    () => {
      const p = new Point([]);
      (p.x as unknown[]).push(p);
      return p;
    },
    (p: Point) => (p.x as unknown[])[0] === p && p instanceof Point,
  ],
  [
    'private fields',
    () => {
      const s = new Safe();
      s.keep('kept');
      return s;
    },
    (s: Safe) => s.kept === 'kept',
  ],
  [
    'a subclass of Array',
    () => Rows.from([1, 2]),
    (r: Rows) => r instanceof Rows && r.map((x) => x) instanceof Rows && r.length === 2,
  ],
  [
    'frozen and sealed',
    () => [Object.freeze({ a: 1 }), Object.seal([1])],
    ([a, b]: object[]) => Object.isFrozen(a) && Object.isSealed(b) && !Object.isFrozen(b),
  ],
  [
    'hidden properties',
    () => Object.defineProperty({}, 'h', { value: 1 }),
    (o: { h: number }) => o.h === 1 && Object.keys(o).length === 0,
  ],
  [
    'an error with its cause',
    () => new RangeError('r', { cause: new TypeError('t') }),
    (e: Error) => e instanceof RangeError && e.cause instanceof TypeError && e.message === 'r',
  ],
  [
    'identity and look-alikes',
    () => [KNOWN, { $: 'u' }, JSON.parse('{"__proto__":1}')],
    ([k, d, p]: [unknown, { $: string }, object]) => k === KNOWN && d.$ === 'u' && Object.hasOwn(p, '__proto__'),
  ],
];

describe('none of the thirty probes is lost', () => {
  test.each(PROBES)('%s', (_, make, holds) => {
    expect(holds(make() as never)).toBe(true);
    expect(holds(send(make()) as never)).toBe(true);
  });

  test('they are thirty', () => expect(PROBES).toHaveLength(30));
});
