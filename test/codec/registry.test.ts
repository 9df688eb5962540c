import { expect, test } from 'vitest';
import { createEncoder } from '../../templates/runtime/codec.ts';
import { has, nameOf, read, restoring, settle, share, site, sites, write } from '../../templates/runtime/registry.ts';
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
  expect(() => encode(Old)).toThrow('a function made outside the program');
});

test('a function of a code site crosses with what it captures', () => {
  const table = { rate: 2 };
  sites({
    'g#scale':
      ([rates, plus]: [{ rate: number }, number]) =>
      (x: number) =>
        x * rates.rate + plus,
  });
  const scale = site(
    'g#scale',
    (x: number) => x * table.rate + 1,
    () => [table, 1],
  );
  expect(encode([scale, table])).toEqual([{ $: ['site', 'g#scale', [{ rate: 2 }, 1]] }, { $: 2 }]);
  const [received, twice] = send([scale, scale]) as [typeof scale, unknown];
  expect([received(5), received === twice]).toEqual([11, true]);
  expect((send(received) as typeof scale)(5)).toBe(11);
});

test('names that the other side does not have are not used', () => {
  const plain = { a: 1 };
  const fn = (): void => {};
  share({ 'g#plain': [() => plain], 'g#fn': [() => fn] });
  const options = { extension: rich({ knows: () => false }) };
  expect(createEncoder(options).encode(plain, 'v')).toEqual({ a: 1 });
  expect(() => createEncoder(options).encode(fn, 'v')).toThrow('v: a function made outside the program');
});

test('nothing is being restored outside a restore', () => {
  expect(restoring()).toBe(false);
});
