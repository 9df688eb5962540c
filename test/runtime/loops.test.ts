import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Loop, parallel, sequence } from '../../templates/runtime/loops.ts';

const METHODS = ['map', 'forEach', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap'] as const;
type AnyLoop = (values: unknown[], method: string, fn: (...args: never[]) => unknown, ...more: unknown[]) => unknown;
type AnyMethod = (fn: (...args: never[]) => unknown, ...more: unknown[]) => unknown;

/** Arrays with holes. */
const sparse = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })).map((values) => {
  const array: (number | undefined)[] = new Array(values.length);
  values.forEach((value, index) => {
    if (value !== undefined) array[index] = value;
  });
  return array;
});

function call(values: unknown[], method: string, ...rest: [(...args: never[]) => unknown, ...unknown[]]): unknown {
  return (values as unknown as Record<string, AnyMethod>)[method]?.(...rest);
}

describe.each<[string, Loop]>([
  ['sequence', sequence],
  ['parallel', parallel],
])('%s', (_name, loop) => {
  const run = loop as unknown as AnyLoop;

  it.each(METHODS)('gives what %s gives', async (method) => {
    await fc.assert(
      fc.asyncProperty(sparse, fc.func(fc.oneof(fc.boolean(), fc.array(fc.integer()))), async (values, fn) => {
        const byValue = (value: unknown, index: number) => fn(value, index);
        const expected = call(values, method, byValue);
        expect(await run(values, method, async (value: unknown, index: number) => byValue(value, index))).toStrictEqual(
          expected,
        );
      }),
    );
  });

  it('gives what reduce gives', async () => {
    const join = (sum: unknown, value: unknown, index: number) => `${sum},${value}@${index}`;
    await fc.assert(
      fc.asyncProperty(sparse, fc.constantFrom([], ['start'], [undefined]), async (values, initial) => {
        const outcome = (make: () => unknown) =>
          Promise.resolve()
            .then(make)
            .then(
              (value) => [value],
              (error: Error) => error.message,
            );
        expect(
          await outcome(() =>
            run(
              values,
              'reduce',
              async (...args: never[]) => (join as never as typeof run)(...(args as never as Parameters<typeof run>)),
              ...initial,
            ),
          ),
        ).toEqual(await outcome(() => call(values, 'reduce', join as never, ...initial)));
      }),
    );
  });

  it('hands over value, index, array and what the callback is called on', async () => {
    const seen: unknown[] = [];
    const values = ['a', 'b'];
    await run(
      values,
      'forEach',
      async function (this: unknown, ...args: unknown[]) {
        seen.push([this, ...args]);
      } as never,
      'self',
    );
    expect(seen).toEqual([
      ['self', 'a', 0, values],
      ['self', 'b', 1, values],
    ]);
  });

  it('keeps a subclass of Array', async () => {
    class List extends Array<number> {}
    expect(await loop(List.of(1, 2), 'map', async (x) => x + 1)).toBeInstanceOf(List);
  });

  it('fails with the error of the first element that fails', async () => {
    const fail = async (x: number) => {
      await new Promise((done) => setImmediate(done));
      if (x > 1) throw new Error(`${x}`);
    };
    await expect(loop([1, 2, 3], 'forEach', fail)).rejects.toThrow('2');
  });

  it('refuses what is not a function', async () => {
    await expect(run([], 'map', 1 as never)).rejects.toThrow(new TypeError('1 is not a function'));
  });
});

describe('sequence', () => {
  it('reads each element when its turn comes, up to the length at the start', async () => {
    const values = [1, 2, 3];
    const seen: number[] = [];
    await sequence(values, 'forEach', async (x) => {
      seen.push(x);
      values.push(9);
      values[1] = 20;
    });
    expect(seen).toEqual([1, 20, 3]);
  });

  it('calls nothing after the answer is known', async () => {
    const seen: number[] = [];
    expect(await sequence([1, 2, 3], 'some', async (x) => seen.push(x) === 2)).toBe(true);
    expect(seen).toEqual([1, 2]);
  });
});

describe('parallel', () => {
  it('calls all before the first has ended', async () => {
    let running = 0;
    const counts = await parallel([1, 2, 3], 'map', async () => {
      running++;
      await null;
      return running;
    });
    expect(counts).toEqual([3, 3, 3]);
  });
});
