/** What comes in line by line goes through a function, and out in the same order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feed } from '../../src/commands/feed.ts';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { callInOrder, splitLines } from '../../src/host/lines.ts';
import { buildRuntime, bundleUnit, writeManifest } from './program.ts';

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('lines', () => {
  it.each<[string[], string[]]>([
    [['a\nb\n'], ['a', 'b']],
    [
      ['a', 'b\r\n\nc'],
      ['ab', '', 'c'],
    ],
    [['\u00e4', '\n'], ['ä']],
    [[], []],
    [['\n'], ['']],
  ])('of %j are %j', async (given, lines) => {
    expect(await collect(splitLines(chunks(...given)))).toEqual(lines);
  });

  it('may end in the middle of a letter', async () => {
    const [first, second] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
    const parts = (async function* () {
      yield* [first, second];
    })();
    expect(await collect(splitLines(parts))).toEqual(['ä']);
  });

  it('are read no faster than answers are taken', async () => {
    let read = 0;
    const endless = (async function* () {
      for (;;) yield ++read;
    })();
    const written: number[] = [];
    let isOpen = false;
    const going = callInOrder({
      items: endless,
      concurrency: 2,
      call: async (item) => item,
      async write(item) {
        while (!isOpen) await new Promise((done) => setTimeout(done, 5));
        written.push(item);
        if (item === 100) throw new Error('enough');
      },
    });
    await new Promise((done) => setTimeout(done, 50));
    expect(read).toBeLessThan(20);
    isOpen = true;
    await expect(going).rejects.toThrow('enough');
    expect(written).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(read).toBeLessThan(120);
  });
});

const UNIT = `
let running = 0, most = 0;
async function wait(n) {
  most = Math.max(most, ++running);
  await new Promise((done) => setTimeout(done, Math.abs(n * 7) % 20));
  running--;
  if (n < 0) throw new RangeError('below zero');
  console.log('n', n);
  return { n, at: new Date(n), gone: undefined };
}
export const handler = handle({
  'm#wait': { run: wait },
  'm#add': { run: (a, b = 1) => a + b },
  'm#text': { run: (text) => text },
  'm#map': { run: (text) => new Map() },
}, rich, output);
`;
const number = { type: 'number', shape: {} };

describe('a function with lines', () => {
  let folder: string;
  let serving: Serving;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faasify-lines-'));
    await buildRuntime(folder);
    await bundleUnit(folder, 'lambda', 'm', UNIT);
    const functions = {
      'm#wait': [{ name: 'n', ...number }],
      'm#add': [
        { name: 'a', ...number },
        { name: 'b', optional: true, ...number },
      ],
      'm#text': [{ name: 'text', type: 'string' }],
      'm#map': [{ name: 'text', type: 'string' }],
    };
    writeManifest(folder, [{ name: 'm', functions: Object.keys(functions), bundle: 'm.mjs' }]);
    const file = join(folder, 'faasify.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    manifest.functions = Object.entries(functions).map(([id, params]) => ({ id, params, reasons: [], unit: 'm' }));
    writeFileSync(file, JSON.stringify(manifest));
    serving = await serveFolder({ out: folder, cwd: folder, port: 0 }, join(folder, 'host.cjs'));
  });
  afterAll(async () => {
    await serving.close();
    rmSync(folder, { recursive: true });
  });

  async function run(name: string, input: string) {
    const written: string[] = [];
    const notes: string[] = [];
    const write = async (line: string) => void written.push(line);
    const fn = serving.openFunction(name);
    const counts = await feed({ fn, input: chunks(input), write, note: (text) => void notes.push(text) });
    return { out: written.join(''), notes: notes.join(''), ...counts };
  }

  it('answers in the order in which they came', async () => {
    const given = Array.from({ length: 60 }, (_, index) => index);
    const { out, failed, notes } = await run('wait', given.join('\n'));
    expect(out).toBe(given.map((n) => `{"n":${n},"at":"${new Date(n).toISOString()}"}\n`).join(''));
    expect([failed, notes]).toEqual([0, given.map((n) => `n ${n}\n`).join('')]);
  });

  it('has an empty line for each that has failed, and for empty ones', async () => {
    const { out, notes, failed, lines } = await run('add', '[1,2]\n\n{"a":5}\n7\n{"a":"x"}\n[1');
    expect([out, failed, lines]).toEqual(['3\n\n6\n\n\n\n', 3, 6]);
    const errors = notes
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(errors.map(({ line, errorType }) => [line, errorType])).toEqual(
      [4, 5, 6].map((line) => [line, 'ArgumentError']),
    );
    expect(await run('wait', '-1')).toMatchObject({
      ...{ out: '\n', failed: 1, notes: '{"line":1,"errorType":"RangeError","errorMessage":"below zero"}\n' },
    });
  });

  it('takes text as it is', async () => {
    expect((await run('text', 'a b\n"q"\n\n{}\n')).out).toBe('"a b"\n"\\"q\\""\n""\n"{}"\n');
  });

  it('says no more than JSON can say', async () => {
    const { out, notes } = await run('map', 'x');
    expect([out, JSON.parse(notes).errorMessage]).toEqual([
      '\n',
      'the result cannot be JSON: it is an instance of Map',
    ]);
  });

  it('has to be one', () => {
    expect(() => serving.openFunction('nothing')).toThrow('There is no function nothing');
  });
});
