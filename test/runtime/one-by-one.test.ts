import { describe, expect, it } from 'vitest';
import { oneByOne, sharesProcess } from '../../templates/runtime/one-by-one.ts';
import { respond, type UnitHandler } from '../../templates/runtime/respond.ts';

const unit = (name: string) => ({ name, timeout: 30, spent: 'refuse' as const });
const never: UnitHandler = () => new Promise(() => {});

describe('one call at a time', () => {
  /** What calls that begin at once see of each other. */
  async function overlap(run: (handler: UnitHandler) => Promise<unknown>[]): Promise<string> {
    let running = 0;
    const log: number[] = [];
    const handler: UnitHandler = async (event) => {
      running += 1;
      log.push(running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      if (event === 'throws') throw new Error('as it does');
    };
    await Promise.allSettled(run(handler));
    return log.join('');
  }

  it('begins when the one before has ended, however that was, of whatever unit', async () => {
    expect(await overlap((handler) => [1, 'throws', 3].map(handler) as Promise<unknown>[])).toBe('123');
    const run = (handler: UnitHandler) =>
      [1, 'throws', 3].map((event) => oneByOne(handler, unit(`unit-${event}`))(event));
    expect(await overlap(run)).toBe('111');
    expect(['unit-1', 'unit-3', 'unit-4'].map(sharesProcess)).toEqual([true, true, false]);
  });

  it('does not wait for a caller who has gone', async () => {
    const gone = new AbortController();
    void oneByOne(never, unit('stuck'))({}, gone.signal);
    const next = oneByOne(() => 'done', unit('next'))({});
    await new Promise((resolve) => setTimeout(resolve, 2));
    gone.abort();
    expect(await next).toBe('done');
  });

  it('may take as long as a unit may', async () => {
    expect(await oneByOne(() => 'done', { ...unit('patient'), timeout: Number.MAX_SAFE_INTEGER })({})).toBe('done');
  });
});

describe('a call that takes too long', () => {
  const short = { name: 'short', timeout: 0.02 };

  it('is answered with that, and the next one runs where what it still does is cut off', async () => {
    const run = oneByOne((event) => ('args' in Object(event) ? never(event) : { ret: 1 }), {
      ...short,
      spent: 'go-on',
    });
    const [first, second] = await Promise.all([respond(run, '{"args":[]}'), respond(run, '{}')]);
    expect([first.status, JSON.parse(first.body)]).toMatchObject([
      504,
      { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 0.02 seconds' },
    ]);
    expect([second.status, second.body]).toEqual([200, '{"ret":1}']);
  });

  /** Last: nothing else can run in this process. */
  it('is the last one of a process that goes on: those that wait have certainly not run', async () => {
    const calls: unknown[] = [];
    const run = oneByOne((event) => calls.push(event) && never(event), { ...short, spent: 'refuse' });
    const answers = await Promise.all(['{"args":[1]}', '{"args":[2]}'].map((text) => respond(run, text)));
    expect(answers.map(({ status }) => status)).toEqual([504, 429]);
    expect((await respond(run, '{"args":[3]}')).status).toBe(429);
    expect(calls).toEqual([{ args: [1] }]);
  });
});
