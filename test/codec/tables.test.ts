// biome-ignore-all lint/suspicious/noSparseArray: holes are values, too
import { describe, expect, test } from 'vitest';
import { createDecoder, createEncoder, Unsupported } from '../../templates/runtime/codec.ts';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { share } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { tables } from '../../templates/runtime/tables.ts';
import { encode, send } from './round-trip.ts';
import { findDifference } from './same.ts';

type Row = Record<PropertyKey, unknown>;

const NAMED: Row = { id: 3, tags: [] };
const fail = (): never => expect.unreachable('something of the program was run');
share({ 'table#NAMED': [() => NAMED], 'table#fail': [() => fail] });

function makeRows(count = 24): Row[] {
  return Array.from({ length: count }, (_, id): Row => ({ id, tags: ['all', `group ${id % 3}`] }));
}

/** Rows of which one has been changed. */
function change(index: number, how: (row: Row, rows: Row[]) => unknown): Row[] {
  const rows = makeRows();
  how(rows[index] as Row, rows);
  return rows;
}

function write(value: unknown, extension = tables({ v: WIRE_VERSION })): unknown {
  return JSON.parse(JSON.stringify(createEncoder({ extension }).encode(value, 'value')));
}

const define = (row: object, key: PropertyKey, property: PropertyDescriptor) =>
  Object.defineProperty(row, key, { enumerable: true, configurable: true, ...property });

const CASES: Record<string, () => unknown> = {
  'rows of the same keys': makeRows,
  'a list for each key': () => JSON.parse(`[${Array.from({ length: 30 }, () => '{"__proto__":[1],"7":1,"$x":{}}')}]`),
  'values that JSON does not have': () =>
    [undefined, Number.NaN, -0, 7n, Number.POSITIVE_INFINITY, new Date(5), new Map([[1, {}]])].flatMap((a) =>
      [1, 2, 3, 4].map((b) => ({ a, b })),
    ),
  'one value in many rows': () => {
    const shared = { of: 'all' };
    return makeRows().map((row) => ({ ...row, shared, self: row }));
  },
  'a row twice': () => change(0, (row, rows) => rows.splice(9, 1, row)),
  'rows that lead to the next': () => {
    const rows = makeRows();
    for (const [i, row] of rows.entries()) row.next = rows[i + 1];
    return rows;
  },
  'rows that lead to the one before': () => {
    const rows = makeRows();
    for (const [i, row] of rows.entries()) Object.assign(row, { last: rows[i - 1], all: rows });
    return rows;
  },
  'tables in rows': () => makeRows().map(() => ({ rows: makeRows() })),
  'a getter': () => change(5, (row) => define(row, 'id', { get: fail })),
  'a getter in the first row': () => change(0, (row) => define(row, 'id', { get: fail })),
  'a getter of a symbol': () => change(5, (row) => define(row, Symbol.iterator, { get: fail })),
  'a row that is a getter': () => change(5, (_, rows) => define(rows, 5, { get: fail })),
  'the first row is a getter': () => change(5, (_, rows) => define(rows, 0, { get: fail })),
  toJSON: () => change(5, (row) => define(row, 'toJSON', { value: NAMED })),
  'a property that cannot be written': () => change(1, (row) => define(row, 'id', { value: 1, writable: false })),
  'a property that does not show': () => change(9, (row) => define(row, 'id', { value: 1, enumerable: false })),
  'one more that does not show': () => change(9, (row) => define(row, 'more', { value: 1, enumerable: false })),
  'one that cannot go': () => change(9, (row) => define(row, 'id', { value: 1, configurable: false })),
  'a symbol': () => change(9, (row) => define(row, Symbol.for('x'), { value: 1 })),
  'a frozen row': () => change(9, (row) => Object.freeze(row)),
  'a sealed row': () => change(23, (row) => Object.seal(row)),
  'no more keys': () => change(2, (row) => Object.preventExtensions(row)),
  'a frozen table': () => change(0, (_, rows) => Object.freeze(rows)),
  'a row without a prototype': () => change(4, (row) => Object.setPrototypeOf(row, null)),
  'a row whose prototype is known': () => change(4, (row) => Object.setPrototypeOf(row, NAMED)),
  'other keys': () => change(20, (row) => delete row.tags),
  'other order': () =>
    change(20, (row) => Object.assign(row, { tags: Reflect.deleteProperty(row, 'id') && [], id: 1 })),
  'one more key': () => change(20, (row) => Object.assign(row, { more: 1 })),
  'a key that is ours': () => makeRows().map((row) => ({ ...row, $: 1 })),
  'no keys': () => makeRows().map(() => ({})),
  'something else at the end': () => [...makeRows(), undefined, , null, [], 'x', -0, , ,],
  'a hole between': () => change(0, (_, rows) => delete rows[7]),
  'more than rows': () => Object.assign(makeRows(), { extra: { of: 'the array' } }),
  'arrays of arrays': () => makeRows().map((row) => Object.values(row)),
  'rows in another order': () => {
    const rows = makeRows();
    return { rows, sorted: [...rows].reverse(), half: [...rows, ...rows].slice(20) };
  },
  'rows in another order, and others': () => {
    const rows = makeRows();
    const more = [...rows, { id: 99 }, undefined, , rows[3], 'x', NAMED, , ,];
    return [rows, more, Object.assign([...rows], { extra: rows[1] }), Object.freeze([...rows])];
  },
  'an array in itself': () => {
    const rows: unknown[] = makeRows();
    rows.push(rows);
    return [rows, Array.from({ length: 30 }, () => rows)];
  },
  'a getter among rows that are there already': () => {
    const rows = makeRows();
    return [rows, define([...rows], 9, { get: fail })];
  },
  'lists of values that come later': () => {
    const rows = makeRows();
    return [rows.map((row, i) => ({ row, next: rows[i + 1], last: rows[i - 1] })), rows];
  },
  'a row by name': () => change(0, (_, rows) => rows.splice(3, 1, NAMED)),
  'deep rows': () =>
    Array.from({ length: 700 }).reduce<unknown>((inner) => [...makeRows(20), { id: inner, tags: 0 }], 0),
};

describe('a table', () => {
  test.each(Object.entries(CASES))('%s', (_, make) => {
    const value = make();
    expect(findDifference(value, send(value))).toBeUndefined();
  });

  test('is written as one list for each key', () => {
    const rows = makeRows(20).map(({ id }) => ({ id, a: -0 }));
    const zeros = rows.map(() => ({ $: '-0' }));
    const lists = [rows.map(({ id }) => id), zeros];
    expect(write(rows)).toEqual({ $: ['rows', ['id', 'a'], lists] });
    expect(write([...rows, 1])).toEqual({ $: ['rows', ['id', 'a'], lists, [1]] });
    expect(write(rows, rich({ v: WIRE_VERSION }))).toEqual(write(rows));
  });

  test('is plain for people, and when it is short', () => {
    const rows = makeRows();
    expect(encode(rows)).toEqual(rows);
    expect(write(rows, tables())).toEqual(rows);
    expect(write(rows.slice(5))).toEqual(rows.slice(5));
  });

  test('is numbers where the rows, or what is in them, are there already', () => {
    const rows = makeRows();
    const encodeKnown = (value: unknown) =>
      createEncoder({ known: rows, extension: tables({ v: WIRE_VERSION }) }).encode(value, 'ret');
    const numbers = rows.map((_, index) => index);
    expect(encodeKnown(rows)).toEqual({ $: ['refs', numbers] });
    expect(encodeKnown([...rows, 5])).toEqual({ $: ['refs', numbers, [5]] });
    const wrapped = rows.map((row, n) => ({ n, row }));
    expect(encodeKnown(wrapped)).toEqual({ $: ['rows', ['n', 'row'], [numbers, { $: ['refs', numbers] }]] });
    expect(encodeKnown(rows.slice(5))).toEqual(rows.slice(5).map((_, index) => ({ $: index + 5 })));
  });

  test('says where a value is that cannot cross', () => {
    const rows = change(7, (row) => Object.assign(row, { tags: [1, new WeakMap()] }));
    const at = (extension: ReturnType<typeof rich>) => () => createEncoder({ extension }).encode(rows, 'args[0]');
    expect(at(rich({ v: WIRE_VERSION }))).toThrow(/^args\[0]\[7]\.tags\[1]: a WeakMap/);
    expect(at(tables({ v: WIRE_VERSION }))).toThrow(Unsupported);
  });

  test('is all that a unit reads which takes nothing else beyond plain data', () => {
    const read = (wire: unknown) => createDecoder({ extension: tables() }).decode(wire as never);
    expect(read(write(makeRows()))).toEqual(makeRows());
    const bad = [{ $: ['Map'] }, { $: '@m#f' }, { $: ['rows', ['a'], []] }, { $: ['refs', [1]] }];
    for (const wire of bad) expect(() => read(wire)).toThrow();
  });
});
