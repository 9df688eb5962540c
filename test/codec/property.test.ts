import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesSince, commit, readChanges, snapshot } from '../../templates/runtime/changes.ts';
import { createDecoder, createEncoder } from '../../templates/runtime/codec.ts';
import { share } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { send } from './round-trip.ts';
import { findDifference } from './same.ts';

class Node {
  label: unknown;
  constructor(label: unknown) {
    this.label = label;
  }
}
class Bag extends Set<unknown> {}
share({ 'p#Node': [() => Node], 'p#Bag': [() => Bag] });

const primitive = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    -0,
    Number.POSITIVE_INFINITY,
    true,
    12n,
    Symbol.iterator,
    Symbol.for('x'),
  ),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$', '__proto__', '@p#Node', 'u'),
);
const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom('__proto__', '$', 'constructor', '0', 'length', 'toJSON'),
);

/** Objects without parts, to be connected. */
const shell = fc.constantFrom<() => object>(
  () => ({}),
  () => ({}),
  () => [],
  () => [],
  () => new Map(),
  () => new Set(),
  () => new Bag(),
  () => new Node(1),
  () => Object.create(null),
  () => new Date(7),
  () => /x/g,
  () => Buffer.from('abc'),
  () => new Uint16Array(2),
);
const link = fc.record({ from: fc.nat(11), key, to: fc.oneof(fc.nat(11), primitive), how: fc.nat(9) });
const graph = fc.record({
  shells: fc.array(shell, { minLength: 1, maxLength: 12 }),
  links: fc.array(link, { maxLength: 30 }),
});
type Graph = typeof graph extends fc.Arbitrary<infer G> ? G : never;

function build({ shells, links }: Graph): object[] {
  const objects = shells.map((make) => make());
  connect(objects, links);
  return objects;
}

function connect(objects: object[], links: Graph['links']): void {
  for (const { from, key, to, how } of links) {
    const source = objects[from % objects.length] as object;
    const target =
      typeof to === 'number' && Number.isInteger(to) && to >= 0 && to < 12 ? objects[to % objects.length] : to;
    if (source instanceof Map) source.set(how % 2 ? target : key, target);
    else if (source instanceof Set) source.add(target);
    else if (Array.isArray(source) && how < 6) Reflect.set(source, how, target);
    else if (source instanceof Uint8Array || source instanceof Uint16Array) source[how] = from + how;
    else if (source instanceof Date) source.setTime(how === 9 ? Number.NaN : how);
    else if (how === 9) Object.freeze(source);
    else if (how === 8) Reflect.deleteProperty(source, key);
    else if (key !== 'length') {
      const attributes = { writable: how !== 7, enumerable: how !== 6, configurable: true };
      Reflect.defineProperty(source, key, { value: target, ...attributes });
    }
  }
}

test('any graph is the same on the other side', () => {
  fc.assert(
    fc.property(graph, (g) => {
      const value = build(g);
      expect(findDifference(value, send(value))).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('any change comes back', () => {
  fc.assert(
    fc.property(graph, fc.array(link, { maxLength: 8 }), (g, changes) => {
      const [here, there] = [build(g), build(g)];
      connect(here, changes);
      const sender = createEncoder({ extension: rich() });
      const request = JSON.parse(JSON.stringify(sender.encode(there, 'v')));
      const receiver = createDecoder({ extension: rich() });
      const received = receiver.decode(request) as object[];
      const before = snapshot(receiver.objects, rich());
      connect(received, changes);
      const encoder = createEncoder({ known: receiver.objects, extension: rich() });
      const reply = JSON.parse(JSON.stringify(changesSince(before, encoder, rich())));
      const decoder = createDecoder({ known: [...sender.numbers.keys()], extension: rich() });
      readChanges(reply, decoder);
      commit(decoder);
      expect(findDifference(here, there)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
