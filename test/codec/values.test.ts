// biome-ignore-all lint/suspicious/noSparseArray: holes are values, too
// biome-ignore-all lint/suspicious/noAssignInExpressions: short cases
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { privates, restoring, share } from '../../templates/runtime/registry.ts';
import { encode, send } from './round-trip.ts';
import { findDifference } from './same.ts';

function named(a?: number): number {
  return a ?? 0;
}
const SENTINEL = { sentinel: true };
const UNIQUE = Symbol('unique');
const Color = { Red: 0, 0: 'Red' };
const PROTOTYPE = { hello: 1 };

class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    if (x === undefined) throw new Error('constructor was run');
    this.x = x;
    this.y = y;
  }
  get length(): number {
    throw new Error('getter was run');
  }
  set z(_value: number) {
    throw new Error('setter was run');
  }
  toJSON(): never {
    throw new Error('toJSON was run');
  }
}
class Point3 extends Point {}
Object.defineProperty(Point3.prototype, 'w', { set: () => expect.unreachable(), configurable: true });

class Stack<T> extends Array<T> {
  label = 'stack';
}
class Bag extends Map<string, number> {
  override get size(): number {
    throw new Error('getter was run');
  }
  override forEach(): void {
    throw new Error('method was run');
  }
}
class Tags extends Set<string> {}
class Moment extends Date {
  zone = 'UTC';
}
class Failure extends Error {
  override name = 'Failure';
  code = 7;
  inner: unknown;
}
class Account {
  owner: string;
  #balance = restoring() ? (undefined as never) : 5;
  #log: unknown[] = restoring() ? (undefined as never) : [];
  static {
    privates('m#Account', Account, {
      '#balance': [(o: Account) => o.#balance, (o: Account, v: number) => Reflect.set(o, '', 0) && (o.#balance = v)],
      '#log': [(o: Account) => o.#log, (o: Account, v: unknown[]) => Reflect.deleteProperty(o, '') && (o.#log = v)],
    });
  }
  constructor(owner: string) {
    this.owner = restoring() ? '' : owner.toUpperCase();
  }
  pay(amount: number): this {
    this.#balance += amount;
    this.#log.push(this, amount);
    return this;
  }
  read(): unknown[] {
    return [this.#balance, this.#log];
  }
}
class Savings extends Account {
  #rate = restoring() ? (undefined as never) : 0.5;
  static {
    privates('m#Savings', Savings, {
      '#rate': [
        (o: Savings) => o.#rate,
        (o: Savings, v: number) => {
          o.#rate = v;
        },
      ],
    });
  }
  get rate(): number {
    return this.#rate;
  }
}

share({
  'm#named': [() => named],
  'm#SENTINEL': [() => SENTINEL],
  'm#UNIQUE': [() => UNIQUE],
  'm#Color': [() => Color],
  'm#PROTOTYPE': [() => PROTOTYPE],
  'm#Point': [() => Point],
  'm#Point3': [() => Point3],
  'm#Stack': [() => Stack],
  'm#Bag': [() => Bag],
  'm#Tags': [() => Tags],
  'm#Moment': [() => Moment],
  'm#Failure': [() => Failure],
  'm#Account': [() => Account],
  'm#Savings': [() => Savings],
});

function build<T>(value: T, change: (value: T) => unknown): T {
  change(value);
  return value;
}
function buffer(...bytes: number[]): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
const define = Object.defineProperty;

function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}

const VALUES: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  infinities: () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'negative zero': () => [-0, 0],
  bigint: () => [0n, -12345678901234567890n],
  strings: () => ['', 'é', '\0\u2028', '\ud800', '\udc00\ud800', '$', '@m#named', '__proto__'],
  numbers: () => [0, 1.5, -1e300, 5e-324, Number.MAX_SAFE_INTEGER],
  'plain object': () => ({ b: 1, a: { c: [true, false, null] }, 2: 'two', 1: 'one' }),
  'property that is undefined': () => ({ a: undefined }),
  holes: () => [, 1, , undefined, ,],
  'only holes': () => new Array(5),
  'sparse array': () => build<number[]>([], (a) => (a[4_000_000_000] = 1)),
  'key $': () => [{ $: 1 }, { $: { $: 'u' } }, { $: 'u', a: 1 }, { $: ['Map'] }],
  'key __proto__': () => JSON.parse('{"__proto__":{"a":null},"constructor":{"prototype":1},"x":{"__proto__":[1]}}'),
  'key __proto__ beside rich values': () => build(JSON.parse('{"__proto__":1,"a":0}'), (o) => (o.a = new Date(0))),
  'shared reference': () => build([{ a: 1 }], (a) => a.push(a[0] as { a: number })),
  cycle: () => build<Record<string, unknown>>({}, (o) => (o.self = { o })),
  'cycle of arrays': () => build<unknown[]>([], (a) => a.push(a, [a])),
  Date: () => [new Date(0), new Date(1e12 + 1), new Date(-8.64e15), new Date('-000001-01-01')],
  'invalid Date': () => new Date(Number.NaN),
  RegExp: () => [/a+/g, /[/\]]\n/dimsuy, /(?:)/, /\u2028\//],
  'RegExp in use': () => build(/a/g, (r) => (r.lastIndex = 3)),
  Map: () =>
    new Map<unknown, unknown>([
      ['a', 1],
      [Number.NaN, 2],
      [-0, 3],
      [undefined, undefined],
    ]),
  Set: () => new Set<unknown>([1, 'a', Number.NaN, { a: 1 }, new Set()]),
  'Map keyed by its ancestor': () =>
    build({ m: new Map<unknown, unknown>() }, (o) => o.m.set(o, o.m).set(o.m, new Set([o, o.m]))),
  ArrayBuffer: () => [buffer(), buffer(1, 2, 255)],
  'typed arrays': () => [
    new Int8Array([1, -1]),
    new Uint8Array([1, 255]),
    new Uint8ClampedArray([300]),
    new Int16Array([-300]),
    new Uint16Array([300]),
    new Int32Array([-70000]),
    new Uint32Array([70000]),
    new Float32Array([1.5, Number.NaN]),
    new Float64Array([-0, 1e300]),
    new BigInt64Array([-1n]),
    new BigUint64Array([1n]),
  ],
  DataView: () => new DataView(buffer(1, 2, 3, 4), 1, 2),
  'views of one buffer': () =>
    build([new Uint8Array(buffer(1, 2, 3, 4))] as unknown[], (a) => {
      const { buffer } = a[0] as Uint8Array;
      a.push(new Uint16Array(buffer, 2, 1), buffer, new DataView(buffer));
    }),
  'view with properties': () => Object.assign(new Uint8Array([1, 2]), { a: 1 }),
  'long view with properties': () => Object.assign(new Uint8Array(5000), { a: 1 }),
  'long view': () => new Float64Array(5000),
  Buffer: () => [Buffer.from('hello'), Buffer.alloc(10_000, 7), Buffer.alloc(0), Buffer.from(buffer(1, 2, 3), 1, 1)],
  URL: () => new URL('https://u:p@example.com:81/a b?x=1#y'),
  'URL and its parameters': () =>
    build([new URL('http://a/?x=1')] as unknown[], (a) => a.push((a[0] as URL).searchParams)),
  URLSearchParams: () => new URLSearchParams('a=1&a=2&b=%20+&c'),
  'boxed primitives': () => [Object(1), Object(-0), Object('ab'), Object(true), Object(5n), Object(Symbol.iterator)],
  'null prototype': () => Object.assign(Object.create(null), { a: 1, b: Object.create(null) }),
  'registered symbols': () => [Symbol.for('a'), Symbol.for(''), Symbol.for(')'), Symbol.iterator, Symbol.asyncIterator],
  'symbol keys': () => ({ a: 1, [Symbol.for('k')]: { b: 2 }, [Symbol.toStringTag]: 'X', [UNIQUE]: 1 }),
  'array with properties': () => Object.assign([1, 2], { index: 3, [Symbol.for('x')]: 1 }),
  'result of match': () => /(?<a>a)(b)?/d.exec('xa'),
  'property that is not enumerable': () => define({ a: 1 }, 'b', { value: [2], configurable: true }),
  'read-only property': () => define({}, 'b', { value: 2, enumerable: true }),
  'accessor with named functions': () => define({}, 'b', { get: named, set: named, enumerable: true }),
  'accessor with a getter only': () => define({}, 'b', { get: named }),
  frozen: () => Object.freeze({ a: Object.freeze([1, , 3]), b: Object.freeze({}) }),
  'frozen with a property that is not enumerable': () =>
    Object.freeze(define({ a: 1 }, 'b', { value: 1, writable: true })),
  sealed: () => Object.seal({ a: [1] }),
  'not extensible': () => Object.preventExtensions({ a: [Object.preventExtensions([1])] }),
  'frozen Map and Date': () => [Object.freeze(new Map([[1, 2]])), Object.freeze(new Date(5)), Object.freeze(/a/y)],
  'frozen cycle': () => build<Record<string, unknown>>({}, (o) => Object.freeze(Object.assign(o, { o }))),
  Error: () => new Error('boom'),
  'error classes': () => [
    new TypeError('a'),
    new RangeError('b'),
    new SyntaxError('c'),
    new ReferenceError('d'),
    new URIError('e'),
    new EvalError(),
  ],
  'error with cause': () => new Error('a', { cause: new TypeError('b', { cause: { c: 1 } }) }),
  AggregateError: () => new AggregateError([new Error('a'), 1], 'both'),
  'error with properties': () => Object.assign(new Error('a'), { code: 'E', info: new Map([[1, 2]]), message: 'b' }),
  'error without a stack': () => build(new Error('a'), (e) => delete e.stack),
  'error that names itself': () => build(new Error('a'), (e) => Object.assign(e, { self: e, cause: [e] })),
  'own error class': () => Object.assign(new Failure('x', { cause: 1 }), { inner: new Failure('y') }),
  'class instance': () => new Point(1, 2),
  'inherited class': () => build(new Point3(1, 2), (p) => define(p, 'w', { value: 1, writable: true })),
  'instances in collections': () => new Map([[new Point(1, 2), new Set([new Point3(1, 2)])]]),
  'cycle through instances': () => build(new Point(1, 2), (p) => Object.assign(p, { x: [p], y: new Map([[p, p]]) })),
  'frozen instance': () => Object.freeze(new Point(1, 2)),
  'subclass of Array': () => build(new Stack<unknown>(), (s) => s.push(1, s)),
  'subclass of Map': () => Object.assign(new Bag().set('a', 1), { b: 1 }),
  'subclass of Set': () => new Tags().add('a'),
  'subclass of Date': () => new Moment(5),
  'prototype object with a name': () => Object.create(PROTOTYPE),
  'named function, class, object, symbol': () => [named, Point, SENTINEL, UNIQUE, Color, { named }],
  'method of a named class': () => [Point, Point],
  'empty array that takes nothing more, sealed, frozen': () => [
    Object.preventExtensions([]),
    Object.seal(new Stack()),
    Object.freeze([]),
  ],
  'DOMException, sealed, without a stack': () => [
    Object.seal(Object.assign(new DOMException('a', 'b'), { stack: 'c', more: 1 })),
    withoutStack(new DOMException('a', 'b')),
  ],
  'boxed string with an element of its own': () => Object.assign(Object('text'), { 4: 'more', 9: { $: 1 } }),
  'view with a property that looks like an element': () => Object.assign(new Uint8Array(2), { '01': 1 }),
};

describe('values are the same on the other side', () => {
  for (const [name, make] of Object.entries(VALUES)) {
    test(name, () => {
      const value = make();
      const text = findDifference(value, value);
      expect(text).toBeUndefined();
      const received = send(value);
      expect(findDifference(value, received)).toBeUndefined();
      expect(findDifference({ a: [value, value] }, send({ a: [value, value] }))).toBeUndefined();
    });
  }

  test('private fields', () => {
    const account = new Savings('ann').pay(3);
    const received = send(account) as Savings;
    expect(received).toBeInstanceOf(Savings);
    expect(Object.keys(received)).toEqual(['owner']);
    expect([received.owner, received.rate]).toEqual(['ANN', 0.5]);
    expect(received.read()[0]).toBe(8);
    expect((received.read()[1] as unknown[])[0]).toBe(received);
  });

  test('100,000 levels', () => {
    let deep: unknown = new Map([[1, 2]]);
    for (let i = 0; i < 100_000; i++) deep = i % 3 === 0 ? [deep] : i % 3 === 1 ? { deep } : new Set([deep]);
    expect(findDifference(deep, send(deep))).toBeUndefined();
  }, 60_000);

  test('functions can tell a value of another realm, so it does not cross', () => {
    for (const code of ['[1]', '({})', 'new Map()', 'new TypeError("x")', 'new Date(0)', '/x/', 'new Uint8Array(1)']) {
      expect(() => send({ in: runInNewContext(code) })).toThrow(/^value.in: \w+ of another realm/);
    }
    expect(
      findDifference(new Uint8Array(3), send(new Uint8Array(runInNewContext('new ArrayBuffer(3)')))),
    ).toBeUndefined();
  });
});

describe('the wire', () => {
  test('plain data is plain JSON', () => {
    const value = { a: [1, 'x', null, true, { b: {} }], 'odd key': [[]] };
    expect(encode(value)).toEqual(value);
  });
  test.each([
    [undefined, { $: 'u' }],
    [Number.NaN, { $: 'NaN' }],
    [[1n], [{ $: '1n' }]],
    [new Map([['a', 1]]), { $: ['Map', ['a', 1]] }],
    [new Date(0), { $: ['Date', ['1970-01-01T00:00:00.000Z']] }],
    [new Point(1, 2), { $: ['Object', 0, { x: 1, y: 2 }, 'm#Point'] }],
    [named, { $: '@m#named' }],
    [{ $: 1 }, { $: ['Object', 0, { $: 1 }] }],
  ])('%o', (value, wire) => {
    expect(encode(value)).toEqual(wire);
  });
});
