/** Units at several places: which of them is asked when something happens to a call on its way, and what has run then. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../harness/fault-proxy.ts';
import { createProgram, type Program } from '../host/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOBODY = 'http://127.0.0.1:1';

interface Place {
  /** What has run there. */
  runs: string[];
  proxy: FaultProxy;
  close(): Promise<void>;
}

let program: Program;
let one: Place;
let two: Place;

async function startPlace(name: string): Promise<Place> {
  const runs: string[] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { fn, args } = JSON.parse(text);
    runs.push(`${fn.slice(2)} ${args[0]}`);
    response.end(JSON.stringify({ ret: name }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  };
  return { runs, proxy, close };
}

beforeAll(async () => {
  const cuts = [{ fn: 'm#effect' }, { fn: 'm#pure', repeatable: true }];
  const places = [
    { target: 'one', name: 'unit-one', payload: 1000 },
    { target: 'two', name: 'unit-two' },
  ];
  const settings = { timeout: 2 };
  program = await createProgram({
    target: 'one',
    units: {
      unit: { source: 'export {};', cuts, places, settings },
      hedged: {
        source: 'export {};',
        cuts: cuts.map((cut) => ({ ...cut, fn: `${cut.fn}Hedged` })),
        places,
        settings,
        hedge: 800,
      },
    },
  });
  mkdirSync(join(program.folder, 'transports'));
  for (const { target } of places) {
    copyFileSync(join(ROOT, 'dist/runtime/transports/http.cjs'), join(program.folder, 'transports', `${target}.cjs`));
  }
  [one, two] = await Promise.all([startPlace('one'), startPlace('two')]);
});

afterAll(async () => {
  await one.close();
  await two.close();
  program.remove();
});

beforeEach(() => {
  for (const { runs, proxy } of [one, two]) {
    runs.length = 0;
    proxy.count = 0;
    proxy.faults = [];
  }
});

/** What calls with 1, 2 … come to: what was returned, or code and whether it may have run. */
async function call(fn: string, env: Record<string, string> = {}, times = 1, argument = 'i'): Promise<unknown[]> {
  const { stdout, stderr } = await program.run(
    `const all = [];
    const attempt = async (call) => {
      try { all.push(await call()); } catch (error) { all.push([error.code, error.mayHaveRun]); }
    };
    for (let i = 1; i <= ${times}; i++) await attempt(() => ${argument === 'i' && fn.startsWith('await ') ? `cutPromise('m#${fn.slice(6)}', [i])` : `cut('m#${fn.replace('await ', '')}', [${argument}]).ret`});
    console.log(JSON.stringify(all));`,
    { FAASIFY_ENDPOINT_ONE: one.proxy.url, FAASIFY_ENDPOINT_TWO: two.proxy.url, ...env },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const WAYS = ['', 'await '];

describe.each(WAYS)('%sa call', (way) => {
  it('goes to the first place', async () => {
    expect(await call(`${way}effect`, {}, 2)).toEqual(['one', 'one']);
    expect([one.runs, two.runs]).toEqual([['effect 1', 'effect 2'], []]);
  });

  it('goes to the next place when nobody is at the first, which is then left alone', async () => {
    expect(await call(`${way}effect`, { FAASIFY_ENDPOINT_ONE: NOBODY }, 3)).toEqual(['two', 'two', 'two']);
    expect(two.runs).toEqual(['effect 1', 'effect 2', 'effect 3']);
  });

  it('goes to the next place when the first has no room', async () => {
    one.proxy.faults = [429];
    expect(await call(`${way}effect`, {}, 3)).toEqual(['two', 'two', 'two']);
    expect([one.runs, two.runs, one.proxy.count]).toEqual([[], ['effect 1', 'effect 2', 'effect 3'], 1]);
  });

  it.each<[Fault, string]>([
    ['cut', 'unreachable'],
    ['half', 'unreachable'],
    ['refuse', 'unreachable'],
    [503, 'service'],
  ])('that may have run is made nowhere else, after %s, unless it is repeatable', async (fault, code) => {
    one.proxy.faults = [fault];
    expect(await call(`${way}effect`)).toEqual([[code, true]]);
    expect(two.runs).toEqual([]);
    one.proxy.faults = [fault];
    expect(await call(`${way}pure`)).toEqual(['two']);
    expect(two.runs).toEqual(['pure 1']);
  });

  it('is made a second time when the first answer takes long, if it is repeatable', async () => {
    one.proxy.faults = ['very-slow'];
    expect(await call(`${way}pureHedged`)).toEqual(['two']);
    expect(two.runs).toEqual(['pureHedged 1']);
    one.proxy.faults = ['very-slow'];
    expect(await call(`${way}effectHedged`)).toEqual(['one']);
    expect(two.runs).toEqual(['pureHedged 1']);
    expect(await call(`${way}pureHedged`, {}, 3), 'that are answered at once').toEqual(['one', 'one', 'one']);
    expect(two.runs).toEqual(['pureHedged 1']);
  });
});

describe('a call', () => {
  it('that is too large for the first place goes to the next one', async () => {
    expect(await call('effect', {}, 1, "'x'.repeat(2000)")).toEqual(['two']);
    expect(one.proxy.count).toBe(0);
  });

  it('fails with what all places say when none has it, and has run nowhere', async () => {
    expect(await call('effect', { FAASIFY_ENDPOINT_ONE: NOBODY, FAASIFY_ENDPOINT_TWO: NOBODY })).toEqual([
      ['unreachable', false],
    ]);
  });

  it('goes where FAASIFY_TARGETS says, and only where something says where that is', async () => {
    expect(await call('effect', { FAASIFY_TARGETS: 'two,one' })).toEqual(['two']);
    expect(await call('effect', { FAASIFY_ENDPOINT_ONE: '' })).toEqual(['two']);
    expect(await call('effect', { FAASIFY_ENDPOINT_ONE: '', FAASIFY_ENDPOINT_TWO: '' })).toEqual([
      ['no-endpoint', false],
    ]);
  });
});
