/** Built-in classes that hold bytes: memory, and what looks at it. */
import { types } from 'node:util';
import { type Builtin, findCheck } from './builtin.ts';
import { fail } from './decode.ts';
import { getSlot } from './properties.ts';
import { isSlice, markSlice } from './sharing.ts';

type ViewClass = { name: string; prototype: object; new (buffer: ArrayBuffer, offset: number, length: number): object };

const VIEWS: ViewClass[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];

const isIndex = (key: string | symbol): boolean => /^(0|[1-9]\d*)$/.test(String(key));

export const MEMORY: Builtin = {
  type: ArrayBuffer,
  is: types.isArrayBuffer,
  contents: (value: ArrayBuffer, to) => [
    to && isTakenAway(value) ? to.refuse('memory that was handed over') : Buffer.from(value).toString('base64'),
  ],
  of: ([bytes]) => Uint8Array.from(readBytes(bytes)).buffer,
  set: (value: ArrayBuffer, [bytes]) => new Uint8Array(value).set(readBytes(bytes)),
};

/** `buffer.transfer()`: nobody can have a copy of what is like that. */
function isTakenAway(memory: ArrayBuffer): boolean {
  if (memory.byteLength > 0) return false;
  try {
    return new Uint8Array(memory).length > 0;
  } catch {
    return true;
  }
}

/** What looks at memory. */
export const VIEWS_OF_MEMORY: Builtin[] = [
  {
    type: Buffer,
    is: Buffer.isBuffer,
    contents: (value: Buffer) => (isSlice(value) ? [value.toString('base64')] : listViewSlots(value)),
    of([source, offset, length]) {
      if (typeof source === 'string') return markSlice(readBytes(source));
      const [start, size] = [offset as number, length as number];
      return Buffer.isBuffer(source)
        ? source.subarray(start, start + size)
        : Buffer.from(checkBuffer(source), start, size);
    },
    set: (value: Buffer, [source]) => typeof source === 'string' && value.set(readBytes(source)),
    hides: isIndex,
  },
  ...VIEWS.map((type) => ({
    type,
    is: findCheck(type.name),
    contents: listViewSlots,
    of: ([buffer, offset, length]: unknown[]) => new type(checkBuffer(buffer), offset as number, length as number),
    // A view that both sides have under one name keeps its own memory.
    set(value: object, [buffer, offset, length]: unknown[]) {
      const [own, given] = [value, new type(checkBuffer(buffer), offset as number, length as number)].map(bytesOf);
      if (!own || own.length !== given?.length) fail('contents of another object');
      own.set(given);
    },
    hides: isIndex,
  })),
];

/** A view's buffer, offset and number of elements. */
function listViewSlots(value: object): unknown[] {
  const isBytes = types.isDataView(value);
  const prototype = isBytes ? DataView.prototype : Object.getPrototypeOf(Uint8Array.prototype);
  return ['buffer', 'byteOffset', isBytes ? 'byteLength' : 'length'].map((name) => getSlot(prototype, name, value));
}

function bytesOf(value: object): Uint8Array {
  const view = value as NodeJS.ArrayBufferView;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function checkBuffer(value: unknown): ArrayBuffer {
  return types.isArrayBuffer(value) ? value : fail('ArrayBuffer');
}

function readBytes(text: unknown): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'base64') : fail('bytes');
}
