/** Calls that are too large to be sent, between an app, a unit and a bucket that can go wrong. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from 'aws4';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { handle } from '../../templates/lambda/handler.ts';
import { claims } from '../../templates/runtime/claims.ts';
import { presign } from '../../templates/runtime/presign.ts';
import { createProgram, type Program } from '../host/program.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAPLANTED', AWS_SECRET_ACCESS_KEY: 'planted-secret', AWS_REGION: 'eu-west-1' };
const PLACE = 'bucket/faasify/shop/calls/';
const ID = '11111111-2222-3333-4444-555555555555';

/** How often the function has run. */
let runs = 0;
const entry = {
  run: (text: string, size: number) => {
    runs++;
    return 'r'.repeat(size) + text.length;
  },
  contract: 'c1',
};
const old = handle({ 'm#f': entry });
let unit: (event: unknown) => Promise<unknown>;

/** What becomes of a request to the bucket; undefined: what should. `count`: of this method. */
type Fault = (method: string, count: number, body: Buffer) => number | Buffer | undefined;
let fault: Fault = () => undefined;
const objects = new Map<string, Buffer>();
const asked: string[] = [];
let events: number[] = [];

let server: Server;
let program: Program;
let url: string;

beforeAll(async () => {
  program = await createProgram({
    target: 'lambda',
    units: {
      f: { source: '', deployed: { name: 'shop-f', alias: 'live' }, claims: true, cuts: [{ fn: 'm#f' }] },
    },
  });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url?.startsWith('/2015')) return invoke(body, response);
    store(request, body, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  program.remove();
});
beforeEach(() => {
  const env = { ...KEYS, AWS_SESSION_TOKEN: '', FAASIFY_CLAIMS: PLACE, AWS_ENDPOINT_URL_S3: url };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  unit = claims(handle({ 'm#f': entry }));
  runs = 0;
  fault = () => undefined;
  objects.clear();
  asked.length = 0;
  events = [];
  return () => vi.unstubAllEnvs();
});

async function invoke(body: Buffer, response: ServerResponse): Promise<void> {
  events.push(body.length);
  response.end(JSON.stringify(await unit(JSON.parse(body.toString()))));
}

function store({ method = '', url: path = '' }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const key = path.split('?')[0] ?? '';
  asked.push(method);
  const found = objects.get(key);
  const result = fault(method, asked.filter((one) => one === method).length, method === 'PUT' ? body : (found ?? body));
  if (typeof result === 'number') return void response.writeHead(result).end(`<Error>${path}</Error>`);
  if (method === 'PUT') objects.set(key, result ?? body);
  if (method === 'DELETE') objects.delete(key);
  if (method === 'GET' && !found) return void response.writeHead(404).end();
  response.end(method === 'GET' ? (result ?? found) : '');
}

/** Of a call with so many characters, for a reply with so many. */
async function call(sent: number, returned: number, env: Record<string, string> = {}): Promise<unknown> {
  const { stdout, stderr } = await program.run(
    `try { console.log(JSON.stringify(cut('m#f', ['payload'.padEnd(${sent}, 'p'), ${returned}])?.ret.length ?? 'here')); }
     catch ({ code, message, mayHaveRun }) { console.log(JSON.stringify({ code, message, mayHaveRun })); }`,
    { ...KEYS, AWS_ENDPOINT_URL: url, ...env },
  );
  expect(stdout + stderr).not.toMatch(/payloadp|rrrr|planted|X-Amz|faasify\/shop/i);
  return JSON.parse(stdout);
}

const BIG = 6_400_000;

describe('a call that is too large', () => {
  test.each([
    ['there', BIG, 10, ['PUT', 'GET', 'DELETE']],
    ['back', 10, BIG, ['PUT', 'GET', 'DELETE']],
    ['both ways', BIG, BIG, ['PUT', 'GET', 'DELETE', 'PUT', 'GET', 'DELETE']],
    ['neither way', 1000, 1000, []],
  ])('goes by the bucket: %s', async (_, sent, returned, expected) => {
    expect(await call(sent, returned)).toBe(returned + `${sent}`.length);
    expect(asked).toEqual(expected);
    expect([objects.size, runs]).toEqual([0, 1]);
    expect(Math.max(...events)).toBeLessThan(2000);
  });

  const half: Fault = (method, _count, body) => (method === 'GET' ? body.subarray(0, body.length / 2) : undefined);
  const other: Fault = (method, _count, body) => (method === 'GET' ? Buffer.alloc(body.length, 'q') : undefined);
  const failing =
    (wanted: string, status: number): Fault =>
    (method) =>
      method === wanted ? status : undefined;

  test.each<[string, Fault, string, RegExp]>([
    ['may not be left', failing('PUT', 403), 'denied', /request of \d+ bytes .* does not allow it \(403\)/],
    ['cannot be left', failing('PUT', 503), 'service', /request of \d+ bytes .* is in trouble \(503\)/],
    ['is gone', failing('GET', 404), 'service', /request .* is not there \(404\)/],
    ['may not be fetched', failing('GET', 403), 'service', /request .* does not allow it \(403\)/],
    ['is cut short', half, 'service', /request .* has \d+ bytes in the place of \d+/],
    ['has been changed', other, 'service', /request .* holds other bytes/],
  ])('whose request %s has not run, and says so', async (_, wrong, code, message) => {
    fault = wrong;
    expect(await call(BIG, 10)).toEqual({ code, message: expect.stringMatching(message), mayHaveRun: false });
    expect(runs).toBe(0);
  });

  test.each<[string, Fault, RegExp]>([
    ['may not be left', failing('PUT', 403), /has run; its reply of \d+ bytes .* does not allow it \(403\)/],
    ['cannot be left', failing('PUT', 500), /has run; its reply of \d+ bytes .* is in trouble \(500\)/],
    ['is gone', failing('GET', 404), /has run; its reply .* is not there \(404\)/],
    ['is cut short', half, /has run; its reply .* bytes in the place of/],
    ['has been changed', other, /has run; its reply .* other bytes/],
  ])('whose reply %s has run, once, and says so', async (_, wrong, message) => {
    fault = wrong;
    expect(await call(10, BIG)).toEqual({ code: 'service', message: expect.stringMatching(message), mayHaveRun: true });
    expect(runs).toBe(1);
  });

  test('is brought in spite of trouble that passes, and of objects that cannot be taken away', async () => {
    fault = (method, count) => (method === 'DELETE' ? 403 : count === 1 ? 503 : undefined);
    expect(await call(BIG, BIG)).toBe(BIG + 7);
    expect([runs, objects.size]).toEqual([1, 2]);
  });

  test('is refused by a unit that knows nothing of it, and by one that has no bucket: nothing runs', async () => {
    unit = old;
    expect(await call(BIG, 10)).toMatchObject({ code: 'too-large', mayHaveRun: false });
    unit = claims(old);
    vi.stubEnv('FAASIFY_CLAIMS', undefined);
    expect(await call(BIG, 10)).toMatchObject({
      message: expect.stringMatching(/no bucket is set/),
      mayHaveRun: false,
    });
    expect([runs, asked]).toEqual([0, []]);
  });

  test('runs here where calls are not signed: there is no bucket', async () => {
    expect(await call(BIG, 10, { FAASIFY_ENDPOINT: url })).toBe('here');
    expect(runs).toBe(0);
  });
});

describe('a unit', () => {
  test.each(['../../other/calls/x', `${ID}/..`, '', `${ID}?x=1`, 7, null])(
    'fetches nothing for the claim %j',
    async (id) => {
      const reply = await unit({ v: 3, fn: '', claim: { id, bytes: 1, hash: '' } });
      expect(reply).toMatchObject({ refused: { code: 'claim' } });
      expect(asked).toEqual([]);
    },
  );

  test('gives callers that do not ask for claims what they always got', async () => {
    expect(await unit({ v: 3, fn: 'm#f', contract: 'c1', args: ['', BIG] })).toMatchObject({ ret: expect.any(String) });
    expect(asked).toEqual([]);
  });

  test.each([
    ['with a token', { AWS_SESSION_TOKEN: 'to/ken+with=all' }],
    ['of a server in place of AWS', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566/' }],
    ['in China', { AWS_REGION: 'cn-north-1' }],
    ['without', {}],
  ])('signs addresses as everybody does: %s', (_, env) => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const date = new Date('2026-11-26T01:02:03.456Z');
    const signed = new URL(presign('PUT', 'bucket', 'faasify/My_app/calls/x', date));
    const request = {
      ...{ service: 's3', region: process.env.AWS_REGION ?? '', method: 'PUT', signQuery: true },
      host: signed.host,
      path: `${signed.pathname}?X-Amz-Expires=900&X-Amz-Date=20261126T010203Z`,
    };
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = KEYS;
    const sessionToken = process.env.AWS_SESSION_TOKEN || undefined;
    const { path = '' } = sign(request, { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
    const expected = new URL(path, signed.origin);
    expect(Object.fromEntries(signed.searchParams)).toEqual(Object.fromEntries(expected.searchParams));
  });
});
