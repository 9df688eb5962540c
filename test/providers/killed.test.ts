/** A program with two providers, of which one is killed while it runs: both runtimes are real ones that need nothing but Node. */
import { cpSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { listArguments } from '../../src/run/launch.ts';
import { runNode } from '../harness/processes.ts';
import { runtime as generic } from './generic.ts';
import { runtime as http } from './http.ts';
import { makeProgramFolder } from './program-folder.ts';
import type { ProviderRuntime } from './runtime.ts';

const LONG = 120_000;
const CALLS = 12;

const PROGRAM = `
import { note, square, squareLater } from './work.ts';
const [what, to = ''] = process.argv.slice(2);
for (let n = 1; n <= ${CALLS}; n++) {
  try {
    if (what === 'square') console.log(square(n));
    else if (what === 'note') console.log(await note(n, to));
    else console.log(await squareLater(n));
  } catch (error) {
    const { code, mayHaveRun } = error as Error & { code?: string; mayHaveRun?: boolean };
    console.log('error', code, mayHaveRun);
  }
}
`;

const WORK = `
/** @faas */ export function square(n: number): number { const m = n; return m * n; }
/** @faas */ export async function squareLater(n: number): Promise<number> { await null; return n * n; }
/** @faas */ export async function note(n: number, to: string): Promise<string> {
  console.log('noted', n);
  const { status } = await fetch(to + '/' + n);
  return 'note ' + n + ' ' + status;
}
`;

let prepared: PreparedRun;
let folder: string;

beforeAll(async () => {
  folder = makeProgramFolder('two', PROGRAM, WORK);
  prepared = await prepareRun({ entry: 'main.ts', args: [], cwd: folder, flags: { target: 'http,generic' } });
}, LONG);

interface Watched {
  endpoint: string;
  key?: string;
  /** Arguments of the calls that came. */
  calls: number[];
  kill(): Promise<void>;
}

const started: Watched[] = [];
let killer = async () => {};
afterAll(async () => {
  await Promise.all(started.map(({ kill }) => kill()));
  rmSync(folder, { recursive: true, force: true });
});

/** `onCall`: a call has been passed on. */
async function start(runtime: ProviderRuntime, onCall: (watched: Watched, n: number) => void): Promise<Watched> {
  const own = join(folder, 'run', `${started.length}-${runtime.target}`);
  const units = prepared.manifest.units.flatMap(({ places = [] }) => {
    const place = places.find(({ target }) => target === runtime.target);
    if (!place?.package) return [];
    cpSync(join(prepared.out, place.package.folder), join(own, place.name), { recursive: true });
    return [{ name: place.name, folder: join(own, place.name) }];
  });
  const running = await runtime.start({ units, home: own, scratch: own });
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { args } = JSON.parse(body.toString()) as { args: number[] };
    const { method, headers, url } = incoming;
    const forwarded = request(`${running.endpoint}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body, () => {
      watched.calls.push(args[0] ?? 0);
      onCall(watched, args[0] ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let isDead = false;
  const watched: Watched = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...(running.key !== undefined && { key: running.key }),
    calls: [],
    async kill() {
      if (isDead) return;
      isDead = true;
      server.close();
      server.closeAllConnections();
      await running.stop();
    },
  };
  started.push(watched);
  return watched;
}

/** The program, whose first provider is killed when it has call number 4 in hand. */
async function runKilled(what: string, to = ''): Promise<{ stdout: string; first: number[]; second: number[] }> {
  const [one, two] = await Promise.all([
    start(http, (watched, n) => {
      if (n === 4 && to === '') void watched.kill();
    }),
    start(generic, () => {}),
  ]);
  killer = () => one.kill();
  const env = {
    ...prepared.program.env,
    FAASIFY_ENDPOINT_HTTP: one.endpoint,
    FAASIFY_KEY_HTTP: one.key,
    FAASIFY_ENDPOINT_GENERIC: two.endpoint,
  };
  const { stdout, stderr } = await runNode([...listArguments(prepared.program), what, to], folder, '', env);
  expect(stderr).toBe('');
  return { stdout, first: one.calls, second: two.calls };
}

const numbers = Array.from({ length: CALLS }, (_, index) => index + 1);

it.each(['square', 'squareLater'])(
  '%s has no effects: nobody can tell',
  async (what) => {
    const { stdout, first, second } = await runKilled(what);
    expect(stdout).toBe(numbers.map((n) => `${n * n}\n`).join(''));
    expect(first).toEqual([1, 2, 3, 4]);
    expect(second.at(-1)).toBe(CALLS);
    expect(second.slice(-8)).toEqual(numbers.slice(4));
  },
  LONG,
);

it(
  'note has effects: the call in hand fails and says why, and is made nowhere else; those after it go to the other provider',
  async () => {
    const noted: string[] = [];
    const server = createServer((incoming, outgoing) => {
      noted.push(incoming.url ?? '');
      if (incoming.url === '/4') void killer().then(() => outgoing.end());
      else outgoing.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout, first, second } = await runKilled('note', to);
    server.close();
    server.closeAllConnections();
    const lines = numbers.flatMap((n) => (n === 4 ? ['error unreachable true'] : [`noted ${n}`, `note ${n} 200`]));
    expect(noted, 'what was done, once each').toEqual(numbers.map((n) => `/${n}`));
    expect(stdout.trimEnd().split('\n')).toEqual(lines);
    expect([first, second]).toEqual([[1, 2, 3, 4], numbers.slice(4)]);
  },
  LONG,
);
