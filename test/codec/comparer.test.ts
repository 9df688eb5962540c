// biome-ignore-all lint/suspicious/noSparseArray: holes are values, too
import { expect, test } from 'vitest';
import { findDifference } from './same.ts';

const shared = {};
const CASES: [string, unknown, unknown][] = [
  ['numbers', 0, -0],
  ['order', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ['holes', [,], [undefined]],
  ['prototype', {}, Object.create(null)],
  ['attributes', { a: 1 }, Object.defineProperty({}, 'a', { value: 1, enumerable: true })],
  ['frozen', {}, Object.freeze({})],
  ['identity', [shared, shared], [{}, {}]],
  ['identity the other way', [{}, {}], [shared, shared]],
  [
    'map order',
    new Map([
      [1, 1],
      [2, 2],
    ]),
    new Map([
      [2, 2],
      [1, 1],
    ]),
  ],
  ['bytes', new Uint8Array([1]), new Uint8Array([2])],
  ['dates', new Date(0), new Date(1)],
  ['symbol keys', { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }],
  ['lastIndex', /a/g, Object.assign(/a/g, { lastIndex: 1 })],
];

test.each(CASES)('the comparer sees %s', (_, one, other) => {
  expect(findDifference(one, other)).toBeTypeOf('string');
  expect(findDifference(one, one)).toBeUndefined();
});
