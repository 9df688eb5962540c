import { describe, expect, it } from 'vitest';
import { createDispatch, type Feature, type Functions } from '../../templates/runtime/dispatch.ts';
import { exit } from '../../templates/runtime/exit.ts';
import { output } from '../../templates/runtime/output.ts';
import type { Reply } from '../../templates/runtime/protocol.ts';
import { share } from '../../templates/runtime/registry.ts';
import { restore } from '../../templates/runtime/restore.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { surroundings } from '../../templates/runtime/surroundings.ts';

let counter = 0;
share({
  'm#counter': [
    () => counter,
    (v: number) => {
      counter = v;
    },
  ],
});

const FUNCTIONS = {
  'm#add': { run: (a: number, b: number) => a + b, params: ['a', 'b'], contract: 'c1' },
  'm#later': { run: async (a: number) => a },
  'm#nothing': { run: () => undefined },
  'm#push': { run: (list: number[]) => void list.push(9) },
  'm#first': { run: (list: unknown[]) => list[0] },
  'm#count': { run: (by: number) => (counter += by) },
  'm#fail': {
    run: () => {
      throw new TypeError('bad');
    },
  },
  'm#failLater': {
    run: async () => {
      throw new TypeError('bad');
    },
  },
  'm#odd': {
    run: () => {
      throw { odd: () => 1 };
    },
  },
  'm#print': {
    run: (value: unknown) => {
      console.log('value', value);
      console.log(() => 1);
      process.stderr.write('raw');
      process.stdout.write('ff41', 'hex');
      process.stdout.write(Buffer.from('ü'));
    },
  },
  'm#around': {
    run: () => [process.env.DISPATCH_COLOUR ?? null, process.cwd(), process.argv[2] ?? null],
  },
  'm#leaveAt': { run: (codes: [number?]) => process.exit(...codes) },
  'm#leave': {
    run(code: number) {
      counter++;
      console.log('leaving');
      try {
        process.exit(code);
      } finally {
        counter = 99;
        console.log('left');
      }
    },
  },
  'm#unsendable': { run: () => ({ a: [() => 1] }) },
} satisfies Functions;

async function call(event: unknown, ...features: Feature[]): Promise<Reply> {
  return createDispatch(FUNCTIONS, features)(event);
}

describe('a call made by hand', () => {
  it('gives arguments as a list or by name', async () => {
    expect(await call({ fn: 'm#add', args: [1, 2] })).toEqual({ ret: 3 });
    expect(await call({ fn: 'm#add', a: 1, b: 2 })).toEqual({ ret: 3 });
  });

  it('need not name the only function', () => {
    const dispatch = createDispatch({ 'm#add': FUNCTIONS['m#add'] }, []);
    expect(dispatch({ a: 1, b: 2 })).toEqual({ ret: 3 });
    expect(dispatch({ args: [1, 2] })).toEqual({ ret: 3 });
  });

  it('throws what the function throws, and what is wrong with it', async () => {
    await expect(call({ fn: 'm#fail', args: [] })).rejects.toThrow(new TypeError('bad'));
    await expect(call({ fn: 'm#failLater', args: [] })).rejects.toThrow(new TypeError('bad'));
    await expect(call({ fn: 'm#other', args: [] })).rejects.toThrow('no function m#other');
    await expect(call(null)).rejects.toThrow('no function');
    expect(createDispatch({ 'm#nothing': FUNCTIONS['m#nothing'] }, [])(null)).toEqual({});
  });
});

describe('a call of a stub', () => {
  it('is answered at once if the function returns at once', () => {
    const dispatch = createDispatch(FUNCTIONS, []);
    expect(dispatch({ v: 3, fn: 'm#add', contract: 'c1', args: [1, 2] })).toEqual({ ret: 3 });
    expect(dispatch({ v: 3, fn: 'm#later', args: [1] })).toBeInstanceOf(Promise);
  });

  it('leaves undefined out', async () => {
    expect(await call({ v: 3, fn: 'm#nothing', args: [] })).toEqual({});
  });

  it.each([rich, undefined])('gets an error as a value', async (feature) => {
    const features = feature ? [feature] : [];
    for (const fn of ['m#fail', 'm#failLater']) {
      const { error } = await call({ v: 3, fn, args: [] }, ...features);
      expect(JSON.stringify(error)).toContain('TypeError: bad');
    }
  });

  it('gets what can cross of a thrown value that cannot', async () => {
    expect(Object.keys(await call({ v: 3, fn: 'm#odd', args: [] }, rich))).toEqual(['uncrossable', 'error']);
  });

  it('is told when the result cannot cross', async () => {
    expect(await call({ v: 3, fn: 'm#unsendable', args: [] }, rich)).toEqual({
      uncrossable: { path: 'ret.a[0]', reason: 'a function that the other side does not have' },
    });
  });

  it.each([
    [{ v: 1, fn: 'm#add', args: [] }, 'version'],
    [{ v: 3, fn: 'm#add', contract: 'c2', args: [] }, 'contract'],
    [{ v: 3, fn: 'm#other', args: [] }, 'unknown-function'],
  ])('is refused before anything is decoded: %j', async (event, code) => {
    const hostile = { ...event, args: [{ $: ['nonsense'] }] };
    expect(await call(hostile, rich)).toMatchObject({ refused: { code } });
  });

  it.each([[[rich]], [[]]])('is refused before it runs when a unit cannot read it', async (features) => {
    const { refused } = await call({ v: 3, fn: 'm#add', args: [{ $: ['nonsense'] }, 1] }, ...features);
    expect(refused).toMatchObject({ code: 'bad-request' });
    await expect(call({ fn: 'm#add', args: [{ $: 'x' }, 1] }, ...features)).rejects.toThrow('unreadable value: x');
  });

  it('refers to objects of the request by number', async () => {
    expect(await call({ v: 3, fn: 'm#first', args: [[{ a: 1 }]] }, rich)).toEqual({ ret: { $: 1 } });
  });
});

describe('restore', () => {
  it('sends back what changed', async () => {
    expect(await call({ v: 3, fn: 'm#push', args: [[1]] }, rich, restore)).toEqual({ changed: [[0, [1, 9]]] });
    expect(await call({ v: 3, fn: 'm#first', args: [[1]] }, rich, restore)).toEqual({ ret: 1 });
  });

  it('puts module state in place and sends back its new value', async () => {
    const state = { 'm#counter': 5 };
    expect(await call({ v: 3, fn: 'm#count', args: [2], state }, rich, restore)).toEqual({
      ret: 7,
      state: { 'm#counter': 7 },
    });
    expect(await call({ v: 3, fn: 'm#count', args: [0], state }, rich, restore)).toEqual({ ret: 5 });
  });
});

describe('surroundings', () => {
  it('are those of the caller, for the call only', async () => {
    const env = { DISPATCH_COLOUR: 'red' };
    const request = { v: 3, fn: 'm#around', args: [], env, cwd: '/somewhere', argv: ['node', 'app', '-v'] };
    expect(await call(request, surroundings)).toEqual({ ret: ['red', '/somewhere', '-v'] });
    const own = [process.env.DISPATCH_COLOUR ?? null, process.cwd(), process.argv[2] ?? null];
    expect(await call({ v: 3, fn: 'm#around', args: [] }, surroundings)).toEqual({ ret: own });
  });
});

describe('exit', () => {
  it('is in the reply, with what was done before and nothing after', async () => {
    const state = { 'm#counter': 1 };
    const reply = await call({ v: 3, fn: 'm#leave', args: [3], state }, rich, output, restore, exit);
    expect(reply).toEqual({
      exit: [3],
      out: [{ console: 'log', args: ['leaving'] }],
      state: { 'm#counter': 2 },
    });
  });

  it('tells a code from none, and leaves wrong ones to what was there before', async () => {
    expect(await call({ v: 3, fn: 'm#leaveAt', args: [[]] }, exit)).toEqual({ exit: [] });
    expect(await call({ v: 3, fn: 'm#leaveAt', args: [['7']] }, exit)).toEqual({ exit: ['7'] });
    const { error } = await call({ v: 3, fn: 'm#leaveAt', args: [['seven']] }, exit);
    expect(JSON.stringify(error)).toContain('seven');
  });
});

describe('output', () => {
  it('is captured in order, as it was when it was printed', async () => {
    const { out } = await call({ v: 3, fn: 'm#print', args: [{ a: 1 }] }, rich, output);
    expect(out).toEqual([
      { console: 'log', args: ['value', { a: 1 }] },
      { console: 'log', args: ['[Function (anonymous)]'] },
      { stream: 'stderr', text: 'raw' },
      { stream: 'stdout', base64: '/0E=' },
      { stream: 'stdout', text: 'ü' },
    ]);
  });
});
