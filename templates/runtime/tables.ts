/**
 * Tables, as an extension of codec.ts: plain objects in an array, all with the same keys, are written as one list for each
 * key. Such JSON is half as long, and is made and read in half the time.
 *
 *     {"$": ["rows", ["id", "name"], [[1, 2, …], ["a", "b", …]], […]]}
 *     {"$": ["refs", [7, 9, …], […]]}         an array of objects met before; as a list of `rows`, too
 *
 * Each object has its number before those in its values, as if it stood there itself. From the first element on that does not
 * fit in, all follow as they are.
 */
import { types } from 'node:util';
import type { Extension, Payload, Reader, WriteExtension, Writer } from './codec.ts';
import { fail, isTree } from './decode.ts';
import { NOT_PLAIN, writeError } from './errors.ts';
import { isJson, isPlainData } from './plain.ts';
import type { Wire } from './protocol.ts';

/** So few are written as they are. */
const FEW = 20;

/** The wire of an array that has just got its number, if it is a table. Objects that have a name stand there as that. */
export function writeTable(
  array: object,
  to: Writer,
  findName?: (row: object) => string | undefined,
): Wire | undefined {
  if (types.isProxy(array) || !Array.isArray(array) || array.length < FEW) return undefined;
  const [first, second] = [0, 1].map((index) => Object.getOwnPropertyDescriptor(array, index)?.value as unknown);
  if (isMet(first, to) && isMet(second, to)) return isPlainData(array) ? writeReferences(array, to) : undefined;
  const keys = findKeys(first);
  const values: unknown[] = [];
  const fits = (row: unknown): row is object =>
    isObject(row) && readRow(row, keys, values) && !to.numbers.has(row) && findName?.(row) === undefined;
  if (!keys[0] || !fits(first) || !fits(second) || !isPlainData(array)) return undefined;
  const columns = keys.map((): Wire[] => []);
  let count = 0;
  for (let row = array[0]; fits(row); row = array[++count]) {
    to.numbers.set(row, to.numbers.size);
    to.trail.push(count);
    for (let i = 0; i < keys.length; i++) {
      const value = values[i];
      columns[i]?.push(isJson(value) ? value : to.write(value, keys[i] as string));
    }
    to.trail.pop();
  }
  return withRest(['rows', keys, columns.map(shorten)], array, count, to);
}

function isMet(value: unknown, { numbers }: Writer): boolean {
  return typeof value === 'object' && value !== null && numbers.has(value);
}

function writeReferences(array: unknown[], to: Writer): Wire {
  const numbers: number[] = [];
  for (const value of array) {
    const number = to.numbers.get(value as object);
    if (number === undefined) break;
    numbers.push(number);
  }
  return withRest(['refs', numbers], array, numbers.length, to);
}

/** A list of nothing but references is one of their numbers. */
function shorten(wires: Wire[]): Wire {
  const numbers: Wire[] = [];
  for (const wire of wires) {
    if (!isTree(wire) || typeof wire.$ !== 'number') return wires;
    numbers.push(wire.$);
  }
  return { $: ['refs', numbers] };
}

/** What stands for the first elements, and the others as they are. */
function withRest(payload: Wire[], array: unknown[], count: number, to: Writer): Wire {
  if (count === array.length) return { $: payload };
  const rest = Array.from(array.slice(count), (value, i) =>
    count + i in array ? to.write(value, count + i) : { $: 'hole' },
  );
  return { $: [...payload, rest] };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !types.isProxy(value);
}

/** The keys of a plain object; none of anything else. */
function findKeys(value: unknown): string[] {
  return isObject(value) && !Array.isArray(value) && isPlainData(value) ? Object.keys(value) : [];
}

/** Reads the values of a plain object that has just these keys; false for any other one. */
function readRow(row: object, keys: string[], values: unknown[]): boolean {
  if (Object.getPrototypeOf(row) !== Object.prototype || !Object.isExtensible(row)) return false;
  const names = Object.getOwnPropertyNames(row);
  if (names.length !== keys.length || Object.getOwnPropertySymbols(row).length > 0) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const property = names[i] === key ? Object.getOwnPropertyDescriptor(row, key) : undefined;
    if (!property?.writable || !property.enumerable || !property.configurable) return false;
    values[i] = property.value;
  }
  return true;
}

/** Fills an array that has got its number with what `writeTable` has written. */
export function fillTable(array: unknown[], payload: Payload, from: Reader): void {
  const [kind, ...parts] = payload;
  const rest = kind === 'rows' ? fillRows(array, parts, from) : fillReferences(array, parts, from);
  for (const wire of listOf(rest ?? [])) {
    if (isTree(wire) && wire.$ === 'hole') array.length++;
    else array.push(from.read(wire));
  }
}

function fillRows(array: unknown[], [keys, columns, rest]: Payload, from: Reader): Wire | undefined {
  const names = listOf(keys).map((key) => (typeof key === 'string' ? key : fail('rows')));
  const lists = listOf(columns).map((column) => readColumn(column, from));
  const length = lists[0]?.length ?? fail('rows');
  if (lists.length !== names.length || lists.some((list) => list.length !== length)) fail('rows');
  const blank: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, null]));
  for (let i = 0; i < length; i++) {
    const row = { ...blank };
    from.objects.push(row);
    array.push(row);
    for (let k = 0; k < names.length; k++) row[names[k] as string] = lists[k]?.at(i);
  }
  return rest;
}

/** The values of a column, one after the other: objects get their numbers in the order of the rows. */
interface Column {
  length: number;
  at(index: number): unknown;
}

function readColumn(wire: Wire, { objects, read }: Reader): Column {
  if (Array.isArray(wire)) {
    return { length: wire.length, at: (i) => (isTree(wire[i]) ? read(wire[i]) : wire[i]) };
  }
  const [kind, numbers] = listOf(isTree(wire) ? wire.$ : undefined);
  const list = kind === 'refs' ? listOf(numbers) : fail('rows');
  return { length: list.length, at: (i) => objects[Number(list[i])] ?? fail('refs') };
}

function fillReferences(array: unknown[], [numbers, rest]: Payload, { objects }: Reader): Wire | undefined {
  for (const number of listOf(numbers)) array.push(objects[Number(number)] ?? fail('refs'));
  return rest;
}

/** Whether a payload is that of a table. */
export function isTable(kind: Wire | undefined): boolean {
  return kind === 'rows' || kind === 'refs';
}

function listOf(wire: Wire | undefined): Wire[] {
  return Array.isArray(wire) ? wire : fail('rows');
}

function readTable(payload: Payload, from: Reader): unknown[] {
  const array: unknown[] = [];
  from.objects.push(array);
  fillTable(array, payload, from);
  return array;
}

interface TablesOptions {
  /** The wire's version that the other side has named: it reads tables. */
  v?: number | undefined;
  encode?: WriteExtension['encode'];
}

/** For units that take tables, and nothing else beyond plain data. Made anew for each encoder and decoder. */
export function tables({ v = 0, encode = encodeError }: TablesOptions = {}): Extension {
  return {
    atom: () => undefined,
    enter: (value, to) => (v > 0 && writeTable(value, to)) || to.writeContents(value),
    encode,
    writeFar() {},
    far: () => undefined,
    read: (token, from) => (Array.isArray(token) && isTable(token[0]) ? readTable(token, from) : fail(token)),
    readFar() {},
  };
}

function encodeError(value: object, to: Writer): Wire {
  return types.isNativeError(value) ? writeError(value, to) : to.refuse(NOT_PLAIN);
}
