/** JSON texts that look like ours and are none, or are no JSON at all. */
import fc from 'fast-check';
import { createEncoder } from '../../templates/runtime/codec.ts';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { BAD } from '../codec/bad-wires.ts';
import { build, graph } from './values.ts';

const NAMES = [
  'w#Point',
  'w#Safe',
  'w#Safer',
  'w#Bag',
  'w#Rows',
  'w#Lookup',
  'w#Failure',
  'w#named',
  'w#counter',
  'w#none',
];
const KINDS = [
  'rows',
  'Map',
  'Set',
  'Array',
  'Object',
  'Uint8Array',
  'DataView',
  'ArrayBuffer',
  'Buffer',
  'Date',
  'RegExp',
  'URL',
];
const MORE_KINDS = ['URLSearchParams', 'DOMException', 'Error', 'AggregateError', 'Number', 'String', 'Symbol', 'Cell'];
const FORMS = [
  'far',
  'named',
  'site',
  'w#holder',
  'u',
  'NaN',
  '-0',
  '5n',
  'hole',
  '@w#named',
  '@w#Safe',
  'Symbol.iterator',
];
const TRAPS = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'exit', '', 'AAAA', '(a+)+$'];

const text = fc
  .constantFrom(...NAMES, ...KINDS, ...MORE_KINDS, ...FORMS, ...TRAPS)
  .map((value) => JSON.stringify(value));
const number = fc
  .oneof(fc.integer({ min: -1, max: 9 }), fc.constantFrom(1e10, 4294967295, 4294967296, 0.5, -0))
  .map(String);
const atom = fc.oneof(
  text,
  number,
  fc.constantFrom('null', 'true'),
  fc.constantFrom(...BAD.map(([wire]) => JSON.stringify(wire))),
);
const key = fc.constantFrom('a', 'b', '__proto__', 'constructor', '$', '0', 'length', 'what', '$counter');

function list(items: string[]): string {
  return `[${items.join(',')}]`;
}

export function record(entries: (readonly [string, string])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** Keys may be there twice. */
export const { wire: hostileWire } = fc.letrec<{ wire: string }>((tie) => ({
  wire: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.array(tie('wire'), { maxLength: 4 }).map(list),
    fc.array(tie('wire'), { maxLength: 6 }).map((items) => record([['$', list(items)]])),
    fc.tuple(text, fc.array(tie('wire'), { maxLength: 5 })).map(([tag, rest]) => record([['$', list([tag, ...rest])]])),
    number.map((token) => record([['$', token]])),
    fc.array(fc.tuple(key, tie('wire')), { maxLength: 3 }).map(record),
  ),
}));

/** What we would send ourselves. */
export const goodWire: fc.Arbitrary<string> = graph.map((description) => {
  try {
    const encoder = createEncoder({ extension: rich({ makes: () => true, v: WIRE_VERSION }) });
    return JSON.stringify(encoder.encode(build(description), 'v'));
  } catch {
    return 'null';
  }
});

export const anyWire = fc.oneof({ weight: 3, arbitrary: hostileWire }, { weight: 1, arbitrary: goodWire });

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(
    { weight: 4, arbitrary: fc.nat(8) },
    { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  ),
  insert: fc.oneof(
    fc.string({ maxLength: 3 }),
    atom,
    key,
    fc.constantFrom('{"$":', ']', '}', ',', '"', '[[[[', '\\ud800'),
  ),
});

/** A text of which parts are missing, others are put in, and the end may be gone. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.array(edit, { maxLength: 4 })).map(([text, edits]) => {
    let result = text;
    for (const { at, length, insert } of edits) {
      const start = Math.floor(at * result.length);
      result = result.slice(0, start) + insert + result.slice(start + length);
    }
    return result;
  });
}
