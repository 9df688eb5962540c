import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../templates/runtime/dispatch.ts';
import { late, started, watched } from '../../templates/runtime/late.ts';

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
  },
  [late],
);

async function call(fn: string): Promise<object> {
  return dispatch({ v: 2, fn, args: [] });
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
