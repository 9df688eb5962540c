import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../templates/runtime/dispatch.ts';
import { brief, late, started, watched } from '../../templates/runtime/late.ts';

const never = () => new Promise<never>(() => {});

const dispatch = createDispatch(
  {
    value: { run: watched(() => started(5)) },
    drops: {
      run: watched(() => {
        started(never());
        return 6;
      }),
    },
    fails: {
      run: watched(() => {
        started(Promise.reject(new Error('nobody waits')));
        throw new Error('at once');
      }),
    },
    throws: {
      run: watched(() => {
        throw new Error('nothing started');
      }),
    },
    gives: { run: watched(() => started(never())) },
    // biome-ignore lint/suspicious/noThenProperty: what a program may return
    thenable: { run: () => ({ then: (done: (value: number) => void) => void done(7) }) },
    later: { run: watched(() => started(Promise.resolve(8))) },
    ends: { run: brief(run) },
  },
  [late],
);

/** A generator that does what its argument says. */
function* run(how: string): Generator<unknown, unknown, unknown> {
  if (how === 'stops') return yield Promise.reject(new Error('nobody waits'));
  if (how === 'throws') throw new Error('at once');
  if (how === 'gives') return Promise.reject(new Error('nobody waits'));
  if (/drops|fails/.test(how)) started(never());
  if (how === 'drops and stops') yield 1;
  if (how === 'fails') throw new Error('at once');
  return 9;
}

async function call(fn: string, ...args: string[]): Promise<object> {
  return dispatch({ v: 3, fn, args });
}

describe('functions that may start something', () => {
  it('have replies like any other if they do not', async () => {
    expect(await call('value')).toEqual({ ret: 5 });
    expect(await call('throws')).toMatchObject({ error: expect.anything() });
    expect(await call('throws')).not.toHaveProperty('late');
  });

  it('say so when something goes on, and end though that does not', async () => {
    expect(await call('drops')).toEqual({ late: true, left: true });
    expect(await call('fails')).toEqual({ late: true, left: true });
    expect(await call('value')).toEqual({ ret: 5 });
  });

  it('tell a promise that they give from one that they leave', async () => {
    expect(await call('gives')).toEqual({ late: true });
    expect(await call('thenable')).toEqual({ late: true, ret: 7 });
  });

  it('give a person what they give', async () => {
    expect(await dispatch({ fn: 'later', args: [] })).toMatchObject({ ret: 8 });
    expect(await dispatch({ fn: 'drops', args: [] })).toMatchObject({ ret: 6 });
  });
});

describe('generators whose runs are of use only if they end at once', () => {
  it('are like functions where they do', async () => {
    expect(await call('ends', 'at once')).toEqual({ ret: 9 });
    expect(await call('ends', 'throws')).toMatchObject({ error: expect.anything() });
    expect(await call('ends', 'throws')).not.toHaveProperty('late');
  });

  it('bring nothing where they stop half-way', async () => {
    for (const how of ['stops', 'drops and stops']) {
      expect(await call('ends', how)).toEqual({ uncrossable: { path: 'ret', reason: expect.any(String) } });
    }
  });

  it('say so when something goes on', async () => {
    expect(await call('ends', 'drops')).toEqual({ late: true, left: true });
    expect(await call('ends', 'fails')).toEqual({ late: true, left: true });
    expect(await call('ends', 'gives')).toEqual({ late: true });
  });
});
