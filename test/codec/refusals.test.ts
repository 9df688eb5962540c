import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createEncoder, Unsupported } from '../../templates/runtime/codec.ts';
import { share } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';

class Known {}
class Unknown {}
class Derived extends Unknown {}
share({ 'r#Known': [() => Known], 'r#Derived': [() => Derived] });

const trap = (): never => expect.unreachable();
const proxy = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
const shared = new SharedArrayBuffer(1);

const CASES: [value: unknown, message: string | RegExp][] = [
  [() => 1, 'v: a function that the other side does not have'],
  [[{ items: [0, { onClick() {} }] }], 'v[0].items[1].onClick: a function that the other side does not have'],
  [{ 'odd key': [() => 1] }, 'v.odd key[0]: a function that the other side does not have'],
  [new Map([['a', new Map([[() => 1, 1]])]]), 'v.get("a").keys(): a function that the other side does not have'],
  [new Set([proxy]), 'v[0]: a Proxy'],
  [proxy, 'v: a Proxy'],
  [new Proxy([], {}), 'v: a Proxy'],
  [Promise.resolve(), 'v: a Promise'],
  [new WeakMap(), 'v: a WeakMap'],
  [new WeakSet(), 'v: a WeakSet'],
  [new WeakRef({}), /^v: an instance of WeakRef, a class/],
  [(function* () {})(), 'v: a generator'],
  [(async function* () {})(), 'v: a generator'],
  [[][Symbol.iterator](), /^v: an instance of Array Iterator/],
  [new Map().keys(), 'v: an iterator of a Map'],
  [shared, 'v: a SharedArrayBuffer'],
  [new Uint8Array(shared), 'v[0]: a SharedArrayBuffer'],
  [new AbortController().signal, /^v: an instance of AbortSignal/],
  [Readable.from([]), /^v: an instance of Readable/],
  [new EventEmitter(), /^v: an instance of EventEmitter/],
  [new Unknown(), 'v: an instance of Unknown, a class that the other side does not have'],
  [new Derived(), 'v: an instance of Derived and so of Unknown, a class that the other side does not have'],
  [Object.create({}), /^v: an instance of a class without a name/],
  [Object.setPrototypeOf(new Map(), null), /^v: an instance of a class without a name/],
  [Object.setPrototypeOf(new WeakMap(), Known.prototype), 'v: a WeakMap'],
  [Symbol('x'), 'v: a symbol that is not the value of a constant of a module'],
  [{ [Symbol('x')]: 1 }, 'v.Symbol(x): a symbol that is not the value of a constant of a module'],
  [
    {
      get x(): never {
        return trap();
      },
    },
    'v.x: a function that the other side does not have',
  ],
  [Object.defineProperty([1], 0, { get: trap }), 'v[0]: a function that the other side does not have'],
  [
    (function () {
      // biome-ignore lint/complexity/noArguments: what it refuses is this very object
      return arguments;
    })(),
    'v: the arguments of a call',
  ],
  [{ rows: new Array(1e6 + 1).fill(0) }, 'v.rows: an array of more than a million elements'],
  [Intl, /^v/],
  [globalThis, /^v/],
];

test.each(CASES)('%# is refused', (value, message) => {
  const encoder = createEncoder({ extension: rich() });
  expect(() => encoder.encode(value, 'v')).toThrow(Unsupported);
  expect(() => createEncoder({ extension: rich() }).encode(value, 'v')).toThrow(message);
});

test('without the extension only plain data crosses', () => {
  for (const value of [new Date(), new Map(), () => 1, Symbol.iterator, Object.freeze({}), new Known()]) {
    expect(() => createEncoder().encode([value], 'v')).toThrow('v[0]: not plain data');
  }
});

test('a class that the other side does not know', () => {
  const encoder = createEncoder({ extension: rich({ knows: (name) => name !== 'r#Known' }) });
  expect(() => encoder.encode([new Known()], 'v')).toThrow('v[0]: an instance of Known');
});

test('the path of what is nested deep begins at the root', () => {
  let deep: unknown = () => 1;
  for (let i = 0; i < 1000; i++) deep = [deep];
  expect(() => createEncoder({ extension: rich() }).encode(deep, 'args[1]')).toThrow(/^args\[1\]….*: a function/);
  expect(() => createEncoder().encode(deep, 'args[1]')).toThrow(/^args\[1\].*\[0\]: nested too deep$/);
});
