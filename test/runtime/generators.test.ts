import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../templates/runtime/dispatch.ts';
import { generators, steps } from '../../templates/runtime/generators.ts';
import type { Pull, Reply, Wire } from '../../templates/runtime/protocol.ts';
import { restore } from '../../templates/runtime/restore.ts';
import { rich } from '../../templates/runtime/rich.ts';

let made = 0;

function* count(to: number): Generator<number, string> {
  made++;
  for (let n = 1; n <= to; n++) yield n;
  return 'end';
}

function* grow(list: number[]): Generator<number[]> {
  for (;;) {
    list.push(list.length);
    yield list;
  }
}

function* points(n: number): Generator<{ n: number }> {
  for (;;) yield { n };
}

const FUNCTIONS = {
  'm#count': { run: steps(count) },
  'm#grow': { run: steps(grow) },
  'm#points': { run: steps(points, true) },
};

/** The unit as a new instance has it. */
function step(fn: string, pull: Pull, args: Wire[] = [], changed: [number, Wire][] = []): Reply {
  return createDispatch(FUNCTIONS, [rich, generators, restore])({ v: 3, fn, args, pull, changed }) as Reply;
}

describe('a run', () => {
  it('goes on until it ends', () => {
    expect(step('m#count', { run: 'a' }, [1])).toEqual({ ret: 1 });
    expect(step('m#count', { run: 'a', how: 'next' })).toEqual({ ret: 'end', done: true });
    expect(step('m#count', { run: 'a', how: 'next' }).refused?.code).toBe('bad-request');
  });

  it('keeps the numbers of what was met, and takes over what the caller has changed', () => {
    expect(step('m#grow', { run: 'b' }, [[7]])).toEqual({ ret: { $: 0 }, changed: [[0, [7, 1]]] });
    const next = step('m#grow', { run: 'b', how: 'next' }, [], [[0, [9]]]);
    expect(next).toEqual({ ret: { $: 0 }, changed: [[0, [9, 1]]] });
  });

  it('gives what nobody else holds without a number', () => {
    expect(step('m#points', { run: 'c' }, [3])).toEqual({ fresh: { value: { n: 3 } } });
    expect(step('m#points', { run: 'c', how: 'return', value: { x: 1 } })).toEqual({ ret: { $: 0 }, done: true });
  });

  it.each([
    [{ run: 'nowhere', how: 'next' }],
    [{ run: 'd', step: 0, how: 'constructor' }],
    [{ run: 'd', how: '__proto__' }],
  ])('is not what is asked for with %j', (pull) => {
    expect(step('m#count', pull as Pull, [1]).refused?.code).toBe('bad-request');
  });
});

describe('a run with numbered steps', () => {
  it('goes on where it is, and is made again where it is not, or has gone on without its caller', () => {
    made = 0;
    const take = (run: string, number: number) => step('m#count', { run, step: number }, [5]).ret;
    expect([take('e', 0), take('e', 1), take('e', 2), made]).toEqual([1, 2, 3, 1]);
    expect([take('e', 2), made]).toEqual([3, 2]);
    expect([take('elsewhere', 3), made]).toEqual([4, 3]);
    expect([step('m#count', { run: 'e', step: 5 }, [5]), made]).toEqual([{ ret: 'end', done: true }, 4]);
  });

  it('is forgotten when there are many', () => {
    made = 0;
    for (let i = 0; i < 150; i++) step('m#count', { run: `many ${i}`, step: 0 }, [2]);
    expect(made).toBe(150);
    step('m#count', { run: 'many 149', step: 1 }, [2]);
    expect(made).toBe(150);
    step('m#count', { run: 'many 1', step: 1 }, [2]);
    expect(made).toBe(151);
  });
});
