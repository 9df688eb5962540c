// biome-ignore-all lint/suspicious/noSparseArray: holes are values, too
// biome-ignore-all lint/suspicious/noAssignInExpressions: short cases
// biome-ignore-all lint/suspicious/useIterableCallbackReturn: short cases
import { describe, expect, test } from 'vitest';
import { changesSince, commit, readChanges, snapshot } from '../../templates/runtime/changes.ts';
import { createDecoder, createEncoder, WireError } from '../../templates/runtime/codec.ts';
import { privates, restoring, share } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { findDifference } from './same.ts';

class Counter {
  step = 1;
  #count = restoring() ? 0 : 0;
  static {
    privates('c#Counter', Counter, {
      '#count': [
        (o: Counter) => o.#count,
        (o: Counter, v: number) => {
          o.#count = v;
        },
      ],
    });
  }
  add(): this {
    this.#count += this.step;
    return this;
  }
  get count(): number {
    return this.#count;
  }
}
class Queue extends Array<number> {}
share({ 'c#Counter': [() => Counter], 'c#Queue': [() => Queue] });

/** Calls `change` as a unit would, with `args`, and applies what comes back; the result as the caller sees it. */
function callFar<A extends unknown[]>(args: A, change: (...args: A) => unknown): { ret: unknown; changed: number[] } {
  const sender = createEncoder({ extension: rich() });
  const request = JSON.parse(
    JSON.stringify({ args: args.map((arg) => sender.encode(arg, 'arg')), far: sender.finish() }),
  );
  const receiver = createDecoder({ extension: rich(), far: request.far });
  const received = request.args.map((wire: never) => receiver.decode(wire));
  const extension = rich();
  const before = snapshot(receiver.objects, extension);
  const encoder = createEncoder({ known: receiver.objects, extension });
  const ret = encoder.encode(change(...received), 'ret');
  const changed = changesSince(before, encoder, extension);
  const reply = JSON.parse(JSON.stringify({ ret, changed, far: encoder.finish() }));
  const decoder = createDecoder({ known: [...sender.numbers.keys()], extension: rich(), far: reply.far });
  const result = decoder.decode(reply.ret);
  readChanges(reply.changed, decoder);
  commit(decoder);
  return { ret: result, changed: reply.changed.map(([number]: [number]) => number) };
}

type Case = [name: string, make: () => unknown[], change: (...args: never[]) => unknown];

const CASES: Case[] = [
  ['nothing', () => [{ a: [1] }, new Map([[1, {}]])], () => 1],
  ['sort', () => [[3, 1, 2]], (a: number[]) => a.sort()],
  [
    'push and pop',
    () => [
      [1, { a: 1 }],
      [1, 2],
    ],
    (a: unknown[], b: number[]) => [a.push({ b: 1 }), b.pop()],
  ],
  ['array length', () => [[1, 2, 3]], (a: number[]) => (a.length = 1)],
  ['holes', () => [[1, 2, 3], [,]], (a: number[], b: unknown[]) => [delete a[1], (b[0] = undefined)]],
  ['new property', () => [{ a: 1 }], (o: Record<string, unknown>) => (o.b = { c: 1 })],
  ['deleted property', () => [{ a: 1, b: 2 }], (o: { a?: number }) => delete o.a],
  [
    'property order',
    () => [{ a: 1, b: 2 }],
    (o: Record<string, number>) => {
      delete o.a;
      o.a = 1;
    },
  ],
  ['nested', () => [{ a: { b: [{ c: 1 }] } }], (o: { a: { b: { c: number }[] } }) => o.a.b.forEach((x) => x.c++)],
  [
    'key __proto__',
    () => [JSON.parse('{"a":1}')],
    (o: object) =>
      Object.assign(o, JSON.parse('{}')) &&
      Object.defineProperty(o, '__proto__', { value: 1, writable: true, enumerable: true, configurable: true }),
  ],
  [
    'Map',
    () => [
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    (m: Map<number, unknown>) => m.delete(1) && m.set(5, m),
  ],
  [
    'Map order',
    () => [
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    (m: Map<number, unknown>) => m.delete(1) && m.set(1, 2),
  ],
  ['Set', () => [new Set([1])], (s: Set<number>) => s.add(0)],
  ['Date', () => [new Date(0)], (d: Date) => d.setFullYear(2000)],
  ['invalid Date', () => [new Date(0)], (d: Date) => d.setTime(Number.NaN)],
  ['lastIndex', () => [/a/g], (r: RegExp) => r.exec('ba')],
  [
    'typed array',
    () => [new Uint8Array([3, 1]), new Float64Array(4)],
    (a: Uint8Array, b: Float64Array) => [a.sort(), b.fill(1, 2)],
  ],
  ['pooled buffer', () => [Buffer.from('hello')], (b: Buffer) => b.write('j')],
  ['DataView', () => [new DataView(new ArrayBuffer(4))], (v: DataView) => v.setInt16(1, 7)],
  [
    'URL',
    () => [new URL('http://a/b')],
    (u: URL) => {
      u.pathname = '/c';
      u.searchParams.append('x', '1');
    },
  ],
  ['URLSearchParams', () => [new URLSearchParams('a=1')], (p: URLSearchParams) => p.append('a', '2')],
  ['error', () => [new Error('a')], (e: Error) => Object.assign(e, { message: 'b', code: 1 })],
  [
    'symbol key',
    () => [{ [Symbol.for('a')]: 1 }],
    (o: Record<symbol, number>) => {
      o[Symbol.for('a')] = 2;
    },
  ],
  [
    'array with properties',
    () => [Object.assign([1], { a: 1 })],
    (a: number[] & { a: number }) => {
      a.a = 2;
      a.push(2);
    },
  ],
  [
    'becomes rich',
    () => [[1, 2], { a: 1 }],
    (a: number[], o: object) => [Object.assign(a, { x: 1 }), Object.defineProperty(o, 'b', { value: 1 })],
  ],
  ['freeze', () => [{ a: [1] }], (o: { a: number[] }) => Object.freeze(o.a.push(2) && o)],
  [
    'seal and prevent',
    () => [{ a: 1 }, [1]],
    (o: object, a: number[]) => [Object.seal(o), Object.preventExtensions(a)],
  ],
  ['attributes', () => [{ a: 1 }], (o: object) => Object.defineProperty(o, 'a', { enumerable: false })],
  [
    'read-only property beside',
    () => [Object.defineProperty({ b: 1 }, 'a', { value: 1, enumerable: true })],
    (o: { b: number }) => {
      o.b = 2;
    },
  ],
  [
    'sealed',
    () => [Object.seal({ a: 1, b: 2 })],
    (o: { a: number }) => {
      o.a = 3;
    },
  ],
  [
    'fields',
    () => [new Counter()],
    (c: Counter) => {
      c.step = 5;
    },
  ],
  ['private fields', () => [new Counter()], (c: Counter) => c.add().add()],
  ['subclass of Array', () => [Queue.from([3, 1])], (q: Queue) => q.push(0)],
  [
    'new alias',
    () => [{ a: {} as unknown }, { b: 1 }],
    (x: { a: unknown }, y: unknown) => {
      x.a = y;
    },
  ],
  [
    'cycle',
    () => [{ a: 1 }],
    (x: Record<string, unknown>) => {
      x.a = { x };
    },
  ],
  [
    'swap',
    () => [{ a: { n: 1 }, b: { n: 2 } }],
    (x: Record<string, unknown>) => {
      [x.a, x.b] = [x.b, x.a];
    },
  ],
  [
    'null prototype',
    () => [Object.create(null)],
    (x: Record<string, unknown>) => {
      x.a = 1;
    },
  ],
  [
    'setter on the other side',
    () => [Object.assign(Object.create(null), { a: 1 })],
    (x: object) => Object.defineProperty(x, 'c', { value: 1 }),
  ],
  ['freezing what has hidden properties', () => [/x/g, [1], Object('s')], (...all: object[]) => all.map(Object.freeze)],
  [
    'deleting from what takes nothing more',
    () => [Object.preventExtensions({ 0: '', a: 1, [Symbol.iterator]: 1 }), Object.preventExtensions([1, 2])],
    (a: Record<symbol, unknown>, b: number[]) => [delete a[Symbol.iterator], delete b[1]],
  ],
  [
    'order around a property that cannot be moved',
    () => [fixed({ k: 1, x: 2 }, 'b'), fixed({ x: 1 }, '__proto__'), fixed({ [Symbol.iterator]: 1 }, Symbol.for('b'))],
    (a: Record<string, unknown>, b: Record<string, unknown>, c: Record<symbol, unknown>) => {
      delete a.k;
      Object.assign(a, { k: 3, last: 4 });
      b.y = 1;
      Object.assign(c, { y: 1 });
    },
  ],
];

function fixed(object: object, key: PropertyKey): object {
  return Object.defineProperty(object, key, { value: 1, writable: true, enumerable: true });
}

describe('the caller sees what the callee changed', () => {
  test.each(CASES)('%s', (_, make, change) => {
    const [near, far] = [make(), make()];
    const stackless = (args: unknown[]): void => args.forEach((arg) => arg instanceof Error && delete arg.stack);
    stackless(near);
    stackless(far);
    change(...(near as never[]));
    const { ret } = callFar(far, change as never);
    expect(findDifference(near, far)).toBeUndefined();
    expect(ret).toBeDefined;
  });

  test('on the same objects, through every alias', () => {
    const inner = { n: 1 };
    const list = [inner];
    const map = new Map([['inner', inner]]);
    const { ret, changed } = callFar<[typeof list, typeof map]>([list, map], (l) => {
      (l[0] as { n: number }).n = 2;
      l.push({ n: 3 });
      return l;
    });
    expect(ret).toBe(list);
    expect(list[0]).toBe(inner);
    expect(map.get('inner')).toBe(inner);
    expect([inner.n, list.length]).toEqual([2, 2]);
    expect(changed).toEqual([0, 1]);
  });

  test('only what has changed comes back', () => {
    const rows = Array.from({ length: 100 }, (_, id) => ({ id }));
    const { changed } = callFar([rows], (r) => {
      (r[41] as { id: number }).id = -1;
    });
    expect(changed).toEqual([42]);
  });

  test('only what can be reached from the roots is watched', () => {
    const [a, b] = [{ x: [1] }, { x: [2] }];
    expect(snapshot([a, a.x, b, b.x], rich(), [b]).map(({ number }) => number)).toEqual([2, 3]);
  });

  test('deep changes', () => {
    let deep: { next: unknown; n: number } = { next: null, n: 0 };
    const last = deep;
    for (let i = 0; i < 20_000; i++) deep = { next: deep, n: i };
    callFar([deep], (top) => {
      let node = top;
      while (node.next) node = node.next as typeof node;
      node.n = -1;
    });
    expect(last.n).toBe(-1);
  });

  test('no setter and no method of the caller is run', () => {
    class Loud extends Map<number, number> {
      override set(): never {
        throw new Error('method was run');
      }
      override clear(): never {
        throw new Error('method was run');
      }
      set x(_: number) {
        throw new Error('setter was run');
      }
    }
    share({ 'c#Loud': [() => Loud] });
    const loud = new Loud();
    callFar([loud], (l) => {
      Map.prototype.set.call(l, 1, 2);
      Object.defineProperty(l, 'x', { value: 1, writable: true, enumerable: true, configurable: true });
    });
    expect([loud.get(1), Object.keys(loud)]).toEqual([2, ['x']]);
  });

  test('nothing is applied when any part of a reply is bad', () => {
    const a = { n: 1 };
    for (const changed of [
      [
        [0, { n: 2 }],
        [1, { n: 3 }],
      ],
      [
        [0, { n: 2 }],
        [0, { $: 9 }],
      ],
      [
        [0, { n: 2 }],
        [0, []],
      ],
      [[0, { $: ['Map', ['a', 1]] }]],
    ] as [number, never][][]) {
      const decoder = createDecoder({ known: [a], extension: rich() });
      const apply = (): void => {
        readChanges(changed, decoder);
        commit(decoder);
      };
      expect(apply).toThrow(WireError);
      expect(a).toEqual({ n: 1 });
    }
  });
});

describe('named objects whose contents travel', () => {
  test('the other side puts the contents into its own object', () => {
    const state = { n: 1, list: [1] };
    share({ 'c#state': [() => state] });
    const encoder = createEncoder({ extension: rich({ contents: (name) => name === 'c#state' }) });
    const wire = JSON.stringify(encoder.encode([state, { again: state }], 'state'));
    expect(wire).toBe('[{"$":["named","c#state",{"n":1,"list":[1]}]},{"again":{"$":1}}]');
    state.n = 2;
    state.list = [];
    const decoder = createDecoder({ extension: rich() });
    const [own, { again }] = decoder.decode(JSON.parse(wire)) as [unknown, { again: unknown }];
    expect([own === state, again === state, state.n]).toEqual([true, true, 2]);
    expect(decoder.objects).toHaveLength(4);
    commit(decoder);
    expect(state).toEqual({ n: 1, list: [1] });
  });

  test.each([[new Map([[1, 2]])], [[1, 2]], [new Counter().add()]])('%o', (value) => {
    share({ 'c#value': [() => value] });
    const encoder = createEncoder({ extension: rich({ contents: () => true }) });
    const wire = JSON.parse(JSON.stringify(encoder.encode(value, 'state')));
    if (value instanceof Counter) value.add();
    else if (value instanceof Map) value.clear();
    else value.length = 0;
    const decoder = createDecoder({ extension: rich() });
    expect(decoder.decode(wire)).toBe(value);
    commit(decoder);
    expect(value instanceof Counter ? value.count : [...(value as number[])].flat()).toEqual(
      value instanceof Counter ? 1 : [1, 2],
    );
  });
});
