/**
 * Addresses and schedules of functions on the providers' own runtimes, which have to answer as this machine's host does; as
 * providers.test.ts, only for those in FAASIFY_PROVIDERS, and a server of Node.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { listTargets, loadProvider } from '../../src/providers/index.ts';
import { describeStarts } from '../../src/providers/starts.ts';
import type { Manifest } from '../../src/types.ts';
import { install } from './install.ts';
import type { ProviderRuntime, RunningUnits, StartedUnit } from './runtime.ts';
import { type Asked, startsOf, WAYS } from './starts.ts';

const asked = process.env.FAASIFY_PROVIDERS ?? '';
const known = (
  await Promise.all(
    listTargets()
      .filter((name) => name !== 'local' && name !== 'lambda')
      .map(loadProvider),
  )
)
  .filter(({ starts }) => starts?.http || starts?.schedule)
  .map(({ name }) => name);
/** A server of Node is always there. */
const wanted = asked === 'all' ? known : known.filter((name) => name === 'http' || asked.split(',').includes(name));
const runtimes = await Promise.all(
  wanted.map(
    async (name) => ((await import(/* @vite-ignore */ `./${name}.ts`)) as { runtime: ProviderRuntime }).runtime,
  ),
);
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-starts-')));
const home = process.env.FAASIFY_PROVIDERS_HOME ?? join(scratch, 'home');
const LONG = 240_000;

const SHOP = `
interface Line { item: string; count: number; note?: string }

/** @faas http="GET /price/{id}" */
export function price(id: string, count = 1, when?: Date): { id: string; total: number; when: Date | undefined } {
  if (id === 'none') throw Object.assign(new Error('there is no such thing'), { statusCode: 404 });
  if (id === 'bug') throw new Error('not to be told');
  return { id, total: id.length * count, when };
}
/** @faas http="POST /orders" */
export function order(lines: Line[], express = false): { lines: Line[]; express: boolean } {
  return { lines: lines.map((line) => ({ ...line, count: line.count + 1 })), express };
}
/** @faas http="PUT /orders/{id}" */
export function change(id: number, note: string): string { return id + note.repeat(2); }
/** @faas http="DELETE /orders/{id}" */
export function remove(id: number): void { if (id < 0) throw Object.assign(new RangeError('below 0'), { statusCode: 400 }); }
`;

const PAGES = `
/** @faas http="GET /price/best" */
export function best(tags: string[]): string[] { return tags.map((tag) => tag.toUpperCase()); }
/** @faas http="GET /page/{name}" */
export async function page(name: string): Promise<Response> {
  const headers: [string, string][] = [['content-type', 'text/html; charset=utf-8'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']];
  return new Response(new TextEncoder().encode('<p>' + name.repeat(2) + 'é</p>'), { status: 203, headers });
}
/** @faas http="GET /moved" */
export function moved(): { statusCode: number; headers: Record<string, string>; body: string } {
  return { statusCode: 302, headers: { location: '/page/a'.replace('a', 'b') }, body: '' };
}
`;

const REPORT = (told: string) => `
/** @faas schedule="rate(5 minutes)" */
export async function report(day = 'today', faasify = 'warm'): Promise<void> {
  await fetch('${told}?' + day + faasify.length);
}
`;
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const LINE = '[{"item":"café","count":1}]';
/** As it should be, in other charsets, with a mark, nothing, and no text at all. */
const LINES: Uint8Array<ArrayBuffer>[] = [
  ...[Buffer.from(LINE), Buffer.from(LINE, 'latin1'), Buffer.from(`\ufeff${LINE}`), Buffer.from(LINE, 'utf16le')],
  ...[Buffer.from(`\ufeff${LINE}`, 'utf16le'), Buffer.alloc(0), Buffer.from([0, 255, 128, 10])],
];
const REQUESTS: Asked[] = [
  { path: '/price/tea' },
  { path: '/price/t%C3%A9%2Fa%20b?count=3&when=2026-02-28' },
  ...['/price/tea?count=x', '/price/none', '/price/bug', '/price/tea?count=1&count=2'].map((path) => ({ path })),
  ...['/price/best?tags=a&tags=b%26c', '/price/best', '/page/a%3Cb', '/moved'].map((path) => ({ path })),
  {
    path: '/orders',
    method: 'POST',
    headers: JSON_TYPE,
    body: '{"lines":[{"item":"té","count":1,"admin":true}],"express":true}',
  },
  { path: '/orders', method: 'POST', headers: JSON_TYPE, body: '[{"item":"tea","count":1}]' },
  { path: '/orders?express=true', method: 'POST', headers: JSON_TYPE, body: '[{"item":"tea","count":1}]' },
  { path: '/orders', method: 'POST', headers: JSON_TYPE, body: '{"args":[[]]}' },
  { path: '/orders', method: 'POST', headers: JSON_TYPE, body: '[{"__proto__":{"item":1}}]' },
  { path: '/orders', method: 'POST', headers: JSON_TYPE, body: '[{' },
  { path: '/orders', method: 'POST', headers: JSON_TYPE },
  { path: '/orders', method: 'POST', headers: { 'content-type': 'text/plain' }, body: '[]' },
  ...LINES.flatMap((body) =>
    ['application/json', 'text/plain'].map((type) => ({
      ...{ path: '/orders', method: 'POST', headers: { 'content-type': type }, body },
    })),
  ),
  {
    ...{ path: '/orders', method: 'POST', headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    body: Buffer.from(LINE, 'latin1'),
  },
  { path: '/orders/7', method: 'PUT', headers: FORM, body: 'note=caf%E9' },
  { path: '/price/best?tags=caf%E9' },
  { path: '/orders/7', method: 'PUT', headers: FORM, body: 'note=a%20b' },
  { path: '/orders/7', method: 'PUT', headers: JSON_TYPE, body: '{"note":"é"}' },
  { path: '/orders/x', method: 'PUT', headers: JSON_TYPE, body: '{"note":"a"}' },
  { path: '/orders/7', method: 'DELETE' },
  { path: '/orders/-7', method: 'DELETE' },
];

let manifest: Manifest;
let serving: Serving;
let telling: Server;
const told: string[] = [];

beforeAll(async () => {
  telling = createServer((incoming, outgoing) => {
    told.push(`${incoming.url}`);
    outgoing.end();
  });
  await new Promise<void>((resolve) => telling.listen(0, '127.0.0.1', resolve));
  const files = {
    'package.json': '{ "name": "shop", "type": "module" }',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "lib": ["es2022", "dom", "dom.iterable"], "types": [] } }',
    'shop.ts': SHOP,
    'pages.ts': PAGES,
    'report.ts': REPORT(`http://127.0.0.1:${(telling.address() as AddressInfo).port}/`),
  };
  const program = join(scratch, 'program');
  mkdirSync(program);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(program, name), text);
  const flags = { target: wanted.join(','), app: 'shop', out: join(scratch, 'faas'), depth: 'shallow' as const };
  ({ manifest } = await build({ src: '.', cwd: program, flags }));
  const about = /^Unit \S+ wants \d+ MB|cannot have (addresses|the address GET \/price\/\{id\}) on/;
  expect(manifest.problems.map(({ message }) => message).filter((message) => !about.test(message))).toEqual([]);
  serving = await serve({ out: 'faas', cwd: scratch, port: 0 });
}, LONG);
afterAll(async () => {
  await serving.close();
  telling.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function send(url: string, { path: _, ...init }: Asked) {
  const answer = await fetch(url, { ...init, redirect: 'manual' });
  const { headers, status } = answer;
  // Express says of JSON what goes without saying.
  const named = ['content-type', 'location'].map((name) => headers.get(name)?.replace(/(?<=json); charset=utf-8$/, ''));
  return { status, named, cookies: headers.getSetCookie(), body: Buffer.from(await answer.arrayBuffer()).toString() };
}

describe.each(runtimes.map((runtime) => [runtime.target, runtime] as const))('%s', (target, runtime) => {
  let running: RunningUnits | undefined;
  let units: StartedUnit[] = [];
  const way = WAYS[target] ?? {};

  const start = async (as: string, startAs: ProviderRuntime['start']) => {
    const own = join(scratch, target + as);
    mkdirSync(own, { recursive: true });
    return startAs({ units, out: join(scratch, 'faas'), home: await install(runtime, home), scratch: own });
  };
  beforeAll(async () => {
    const provider = await loadProvider(target);
    units = manifest.units.flatMap((unit) => {
      const place = unit.places?.find((one) => one.target === target);
      if (!place?.package) return [];
      const folder = join(scratch, 'units', target, place.name);
      cpSync(join(scratch, 'faas', place.package.folder), folder, { recursive: true });
      return [{ name: place.name, folder, ...describeStarts(provider, { ...startsOf(unit) }) }];
    });
  });

  test.skipIf(way.web === undefined)(
    'answers requests to addresses',
    async () => {
      running = await start('-web', way.start ?? runtime.start);
      try {
        for (const request of REQUESTS) {
          const url = await way.web?.(running, units, request);
          const expected = await send(serving.url + request.path, request);
          const headers = { ...request.headers, ...way.headers?.(request) };
          const got = await send(`${url}`, { ...request, headers });
          if (way.refuses?.(request)) expect([400, 415], JSON.stringify(request)).toContain(got.status);
          else if (way.isOwn?.(request)) expect([request, got.status]).toEqual([request, expected.status]);
          else expect([request, got]).toEqual([request, expected]);
        }
        if (way.isOpen) return;
        const { endpoint } = running;
        const call = { path: '', method: 'POST', headers: JSON_TYPE, body: '{"args":["tea"]}' };
        const name = units.find((unit) => unit.name.endsWith('-shop'))?.name ?? '';
        expect([401, 404]).toContain((await send(way.call?.(endpoint, name) ?? `${endpoint}/${name}`, call)).status);
      } finally {
        await running.stop();
      }
    },
    LONG,
  );

  test.skipIf(way.run === undefined)(
    'runs by the clock',
    async () => {
      running = await start('-run', way.startForRuns ?? runtime.start);
      const unit = units.find(({ schedules }) => schedules);
      told.length = 0;
      try {
        if (unit) await way.run?.(running, unit);
        await expect.poll(() => told, { timeout: 30_000 }).toEqual(['/?today4']);
      } finally {
        await running.stop();
      }
    },
    LONG,
  );
});
