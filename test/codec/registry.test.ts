import { expect, test } from 'vitest';
import { createEncoder } from '../../templates/runtime/codec.ts';
import {
  type Cell,
  cell,
  has,
  nameOf,
  read,
  restoring,
  settle,
  share,
  site,
  sites,
  write,
} from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { encode, send } from './round-trip.ts';

test('variables are read and written by name', () => {
  let counter = 1;
  share({
    'g#counter': [
      () => counter,
      (value: number) => {
        counter = value;
      },
    ],
  });
  write('g#counter', 5);
  expect([read('g#counter'), counter, has('g#counter'), has('g#other')]).toEqual([5, 5, true, false]);
  expect(() => read('g#other')).toThrow('unknown name g#other');
});

test('a variable that can be assigned gives its value no name', () => {
  let value = {};
  share({
    'g#let': [
      () => value,
      (next: object) => {
        value = next;
      },
    ],
  });
  settle();
  expect(nameOf(value)).toBeUndefined();
});

test('a constant gets its name when its module has got to it', () => {
  share({ 'g#LATE': [() => LATE] });
  settle();
  expect(() => read('g#LATE')).toThrow('g#LATE has no value yet');
  const LATE = {};
  settle();
  expect(nameOf(LATE)).toBe('g#LATE');
});

test('a module that is loaded again takes its names over', () => {
  class Old {}
  class New {}
  share({ 'g#Again': [() => Old] });
  expect(encode(new Old())).toEqual({ $: ['Object', 0, 0, 'g#Again'] });
  share({ 'g#Again': [() => New] });
  expect(encode(new New())).toEqual({ $: ['Object', 0, 0, 'g#Again'] });
  expect(() => encode(new Old())).toThrow('an instance of Old');
  expect(() => encode(Old)).toThrow('a function that the other side does not have');
});

test('a function of a code site crosses with what it captures', () => {
  const table = { rate: 2 };
  let count = 0;
  sites({
    'g#scale': () => {
      const held: { table: { rate: number }; plus: number; count: Cell } = {
        table: { rate: 0 },
        plus: 0,
        count: $count,
      };
      const scale = (x: number) => x * held.table.rate + held.plus + Number(held.count.value) * 100;
      return [scale, (captures: typeof held) => Object.assign(held, captures), 'scale'];
    },
  });
  const $count = cell(
    () => count,
    (value: number) => {
      count = value;
    },
  );
  const scale = site(
    'g#scale',
    (x: number) => x * table.rate + 1 + count * 100,
    () => ({ table, plus: 1, count: $count }),
  );
  expect(encode([scale, table])).toEqual([
    { $: ['site', 'g#scale', { table: { rate: 2 }, plus: 1, count: { $: ['Cell', [0]] } }] },
    { $: 2 },
  ]);
  const [received, twice] = send([scale, scale]) as [typeof scale, unknown];
  expect([received(5), received === twice, received.name]).toEqual([11, true, 'scale']);
  expect((send(received) as typeof scale)(5)).toBe(11);
  count = 3;
  expect((send(scale) as typeof scale)(5)).toBe(311);
});

test('names that the other side does not have are not used', () => {
  const plain = { a: 1 };
  const fn = (): void => {};
  share({ 'g#plain': [() => plain], 'g#fn': [() => fn] });
  const options = { extension: rich({ knows: () => false }) };
  expect(createEncoder(options).encode(plain, 'v')).toEqual({ a: 1 });
  expect(() => createEncoder(options).encode(fn, 'v')).toThrow('v: a function that the other side does not have');
});

test('nothing is being restored outside a restore', () => {
  expect(restoring()).toBe(false);
});
