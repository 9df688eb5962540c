/** Units are called by the conventions of all providers, on one port. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { ask } from './ask.ts';
import { buildRuntime, bundleUnit, writeManifest } from './program.ts';

const UNIT = `
function calculate(values) { return values.reduce((a, b) => a + b, 0); }
function fail(text) { throw new RangeError(text); }
function big(bytes) { return 'x'.repeat(bytes); }
function wait(ms) { return new Promise((done) => setTimeout(() => done(ms), ms)); }
export const handler = handle({
  'trig#calculate': { run: calculate, params: ['values'] },
  'trig#fail': { run: fail, params: ['text'] },
  'trig#big': { run: big, params: ['bytes'] },
  'trig#wait': { run: wait, params: ['ms'] },
  'trig#exit': { run: () => process.exit(3) },
}, rich);
`;
const OK = { fn: 'trig#calculate', values: [1, 2] };
const FAIL = { fn: 'trig#fail', args: ['bad'] };
const EXIT = { fn: 'trig#exit', args: [] };
const LATE = { fn: 'trig#wait', args: [5000] };

let folder: string;
let open: Serving;
let closed: Serving;
const ana = { id: 'ana-1', secret: 'secret-of-ana', concurrency: 2 };
const ben = { id: 'ben-1', secret: 'secret-of-ben' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-conventions-'));
  await buildRuntime(folder);
  await bundleUnit(folder, 'lambda', 'trig', UNIT);
  writeManifest(folder, [
    {
      ...{ name: 'trig', functions: ['trig#calculate'], bundle: 'trig.mjs' },
      ...{ deployed: { name: 'shop-trig', alias: 'live' }, settings: { memory: 128, timeout: 1 } },
    },
  ]);
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify({ ana, ben }));
  const given = { out: folder, cwd: folder, port: 0 };
  open = await serveFolder(given, join(folder, 'host.cjs'));
  closed = await serveFolder({ ...given, accounts: 'accounts.json' }, join(folder, 'host.cjs'));
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  rmSync(folder, { recursive: true });
});

const post = (path: string, body: unknown = OK, headers: Record<string, string> = {}) =>
  ask(open.url, { path, body, headers });
const WHISK = '/api/v1/namespaces/_/actions/trig';
const WAITING = `${WHISK}?blocking=true&result=true`;

describe('a function', () => {
  it.each([
    WAITING,
    '/fission-function/trig',
    '/fission-function/default/trig',
    '/function/trig',
    '/invoke/trig',
    '/t/shop/trig',
    '/api/trig',
    '/.netlify/functions/trig',
    '/trig',
    '/shop-trig',
    '/team/trig',
    '/as/knative/trig',
    '/as/mine/trig',
    '/as/openwhisk/api/v1/namespaces/_/actions/trig?blocking=true&result=true',
  ])('is called by POST %s', async (path) => {
    expect(await post(path)).toMatchObject({ status: 200, value: { ret: 3 } });
  });

  it('has a host of its own', async () => {
    for (const host of ['trig.default.localhost:80', 'shop-trig.default.127.0.0.1.sslip.io', 'trig.x.example.com']) {
      expect(await post('/', OK, { host })).toMatchObject({ status: 200, value: { ret: 3 } });
    }
    expect((await post('/', OK, { host: 'trig.evil.example' })).status).toBe(403);
  });

  it('gets the error of its code, and of how it ended', async () => {
    for (const path of ['/trig', '/function/trig', '/invoke/trig', '/api/trig', '/fission-function/trig']) {
      const { status, value } = await post(path, FAIL);
      expect([path, status, value]).toMatchObject([path, 500, { errorType: 'RangeError', errorMessage: 'bad' }]);
    }
    expect((await post('/trig', EXIT)).status).toBe(502);
    expect(await post('/invoke/trig', LATE)).toMatchObject({ status: 504, value: { message: 'Timed out' } });
  });

  it('is not called by what is no call', async () => {
    expect(await post('/trig', '{')).toMatchObject({ status: 400, value: { error: expect.stringContaining('JSON') } });
    expect((await ask(open.url, { path: '/trig', method: 'GET' })).status).toBe(405);
    expect((await post('/trig', OK, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('/fission-function/other')).status).toBe(404);
    expect((await post('/other')).status).toBe(404);
    expect((await post('/function/%zz')).status).toBe(404);
  });

  it('runs on when who calls has an answer', async () => {
    const later = await post('/async-function/trig');
    expect([later.status, later.headers['x-call-id']]).toEqual([202, expect.any(String)]);
    expect((await post('/invoke/trig', OK, { 'fn-invoke-type': 'detached' })).status).toBe(202);
  });
});

describe('the result of a call that nobody waits for', () => {
  /** What comes to a server of this machine until there are so many. */
  async function listen(send: (url: string) => Promise<void>, count = 1) {
    const got: { path?: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer(async (incoming, outgoing) => {
      got.push({ path: incoming.url, headers: incoming.headers, body: await text(incoming) });
      outgoing.writeHead(302, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      await send(`:${(server.address() as AddressInfo).port}/told?a=b`);
      await expect.poll(() => got.length, { timeout: 20_000 }).toBe(count);
      return got;
    } finally {
      server.close();
    }
  }
  const later = (body: unknown, url: string, headers = {}) =>
    post('/async-function/trig', body, { 'x-callback-url': url, ...headers });

  it('is told at the address that the call gives, with its id and status', async () => {
    const [told] = await listen(async (rest) => {
      const accepted = await later(OK, `http://localhost${rest}`, { 'x-call-id': 'mine' });
      expect([accepted.status, accepted.headers['x-call-id']]).toEqual([202, 'mine']);
    });
    expect(told).toMatchObject({
      ...{ path: '/told?a=b', body: '{"ret":3}' },
      headers: {
        ...{ 'x-call-id': 'mine', 'x-function-status': '200', 'x-function-name': 'trig' },
        ...{ 'content-type': 'application/json', 'x-duration-seconds': expect.stringMatching(/^\d+\.\d{6}$/) },
      },
    });
  });

  it('may be an error', async () => {
    const got = await listen(async (rest) => {
      for (const event of [FAIL, LATE]) expect((await later(event, `http://127.0.0.1${rest}`)).status).toBe(202);
    }, 2);
    const statuses = got.map(({ headers }) => headers['x-function-status']);
    expect(statuses.sort()).toEqual(['500', '504']);
    expect(got.find(({ headers }) => headers['x-function-status'] === '500')?.body).toContain(
      '"errorType":"RangeError"',
    );
  });

  it.each([
    ...[
      'http://example.com/',
      'https://127.0.0.1/',
      'http://169.254.169.254/',
      'http://127.0.0.1.evil.example/',
      'x',
      '',
    ],
    ...[
      'http://0.0.0.0/',
      'http://[::ffff:10.0.0.1]/',
      'http://localhost.evil.example/',
      'http://10.0.0.1/',
      'ftp://localhost/',
    ],
  ])('does not go to %j, and nothing is called then', async (url) => {
    const refused = await later(EXIT, url);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('X-Callback-Url has to be')]);
  });
});

describe('a CloudEvent', () => {
  const attributes = { id: '1', source: '/test', type: 'sum', specversion: '1.0' };

  it('has its data in the body', async () => {
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    const answer = await post('/trig', OK, headers);
    expect(answer).toMatchObject({ status: 200, value: { ret: 3 } });
    expect(answer.headers).toMatchObject({ 'ce-specversion': '1.0', 'ce-source': '/trig', 'ce-type': 'faasify.reply' });
    const { 'ce-id': _, ...some } = headers;
    expect(await post('/trig', OK, some)).toMatchObject({ status: 400, value: { error: 'The event has no id.' } });
    expect((await post('/trig', OK, { ...headers, 'content-type': 'text/xml' })).status).toBe(415);
  });

  it('is all of the body', async () => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const answer = await post('/trig', { ...attributes, data: OK }, headers);
    expect(answer).toMatchObject({ status: 200, value: { specversion: '1.0', data: { ret: 3 } } });
    expect(answer.headers['content-type']).toBe('application/cloudevents+json');
    const bytes = Buffer.from(JSON.stringify(OK)).toString('base64');
    expect((await post('/trig', { ...attributes, data_base64: bytes }, headers)).value).toMatchObject({
      data: { ret: 3 },
    });
    expect((await post('/trig', [attributes], { 'content-type': 'application/cloudevents-batch+json' })).status).toBe(
      415,
    );
  });
});

describe('OpenWhisk', () => {
  it('tells all about a call', async () => {
    const { status, value, headers } = await post(`${WHISK}?blocking=true`);
    expect(status).toBe(200);
    expect(value).toMatchObject({
      ...{ activationId: headers['x-openwhisk-activation-id'], namespace: 'guest', name: 'trig', statusCode: 0 },
      response: { success: true, status: 'success', result: { ret: 3 } },
    });
  });

  it('gives the result to those who ask later', async () => {
    const { status, value } = await post(WHISK);
    const { activationId } = value as { activationId: string };
    expect([status, activationId]).toEqual([202, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const get = (rest: string) => ask(open.url, { path: `/api/v1/namespaces/_/activations${rest}`, method: 'GET' });
    await expect.poll(async () => (await get(`/${activationId}`)).status).toBe(200);
    expect((await get(`/${activationId}/result`)).value).toMatchObject({ success: true, result: { ret: 3 } });
    expect((await get(`/${activationId}/logs`)).value).toEqual({ logs: [] });
    expect((await get('?name=trig&limit=1')).value).toMatchObject([{ activationId, statusCode: 0 }]);
    expect((await get('?limit=201')).status).toBe(400);
    expect(await get(`/${'0'.repeat(32)}`)).toMatchObject({
      status: 404,
      value: { error: 'The requested resource does not exist.', code: expect.any(String) },
    });
  });

  it('says how a call has failed', async () => {
    expect(await post(WAITING, FAIL)).toMatchObject({
      status: 502,
      value: { error: { name: 'RangeError', message: 'bad' } },
    });
    expect(await post(`${WHISK}?blocking=true`, LATE)).toMatchObject({
      status: 502,
      value: {
        response: {
          ...{ success: false, status: 'action developer error' },
          result: { error: 'The action exceeded its time limits of 1000 milliseconds.' },
        },
      },
    });
    expect((await post(WAITING, EXIT)).value).toEqual({
      error: 'The action did not produce a valid response and exited unexpectedly.',
    });
    expect((await post(`${WAITING}&timeout=100`, LATE)).status).toBe(202);
    expect((await post(`${WAITING}&timeout=x`)).status).toBe(400);
    expect((await post(WAITING, [1])).status).toBe(400);
  });

  it('takes a megabyte, and gives one', async () => {
    const bytes = 1024 * 1024;
    expect(await post(WAITING, { fn: 'trig#big', args: [bytes] })).toMatchObject({
      status: 502,
      value: { error: expect.stringContaining('exceeded the allowed length') },
    });
    expect(await post(WAITING, { ...OK, more: 'x'.repeat(bytes) })).toMatchObject({
      status: 413,
      value: { error: expect.stringMatching(/^Request larger than allowed: \d+ > 1048576 bytes\.$/) },
    });
    expect((await post('/trig', { fn: 'trig#big', args: [bytes * 8] })).status).toBe(200);
  });

  it('carries calls of stubs as text', async () => {
    const carried = (call: unknown) => ({ 'faasify-call': JSON.stringify(call) });
    expect((await post(WAITING, carried({ v: 3, ...OK, args: [[1, 2]] }))).value).toEqual({
      'faasify-reply': '{"ret":3}',
    });
    const large = await post(WAITING, carried({ v: 3, fn: 'trig#big', args: [1024 * 1024] }));
    expect(large).toMatchObject({ status: 200, value: { 'faasify-reply': expect.stringContaining('uncrossable') } });
    const failed = await post(WAITING, carried({ v: 3, ...FAIL }));
    expect(failed).toMatchObject({ status: 200, value: { 'faasify-reply': expect.stringContaining('"error"') } });
    expect((await post(WAITING, { 'faasify-call': '{' })).status).toBe(400);
  });

  it('lists actions', async () => {
    const get = (path: string) => ask(open.url, { path, method: 'GET' });
    expect((await get('/api/v1/namespaces')).value).toEqual(['guest']);
    expect((await get('/api/v1/namespaces/_/actions')).value).toMatchObject([{ name: 'trig', namespace: 'guest' }]);
    expect((await get(WHISK)).value).toMatchObject({ name: 'trig', limits: { timeout: 1000, memory: 128 } });
    expect((await get('/api/v1/namespaces/other/actions')).status).toBe(403);
  });
});

describe('an account', () => {
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const call = (path: string, headers: Record<string, string>, body: unknown = OK) =>
    ask(closed.url, { path, body, headers });
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

  it('has one key, in the form of each provider', async () => {
    expect((await call(WAITING, { authorization: basic(ana.id, ana.secret) })).status).toBe(200);
    expect((await call('/trig', bearer(ben.secret))).status).toBe(200);
    expect((await call('/api/trig', { 'x-functions-key': ana.secret })).status).toBe(200);
    expect((await call(`/api/trig?code=${ana.secret}`, {})).status).toBe(200);
    expect((await call('/function/trig', { authorization: basic(ben.id, ben.secret) })).status).toBe(200);
    for (const { id, secret } of [ana, ben]) {
      const credentials = { accessKeyId: id, secretAccessKey: secret };
      const client = new LambdaClient({ endpoint: closed.url, region: 'us-east-1', credentials, maxAttempts: 1 });
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'trig', Payload: JSON.stringify(OK) }));
      expect(Payload?.transformToString()).toBe('{"ret":3}');
      client.destroy();
    }
  });

  it('is needed', async () => {
    expect(await call(WAITING, {})).toMatchObject({
      status: 401,
      value: { error: expect.stringContaining('requires') },
    });
    for (const key of [basic(ana.id, ben.secret), basic(ana.id, ''), basic('', ana.secret), `Bearer ${ana.secret}`]) {
      expect((await call(WAITING, { authorization: key })).status).toBe(401);
    }
    expect((await call('/trig', {})).status).toBe(401);
    expect((await call('/trig', bearer(`${ben.secret}x`))).status).toBe(401);
    expect(await call('/api/trig', { 'x-functions-key': 'x' })).toMatchObject({ status: 401, text: '' });
    expect((await ask(closed.url, { path: '/api/v1/namespaces/_/actions', method: 'GET' })).status).toBe(401);
  });

  it('has a namespace', async () => {
    const authorization = basic(ana.id, ana.secret);
    expect((await call('/api/v1/namespaces/ana/actions/trig?blocking=true', { authorization })).value).toMatchObject({
      namespace: 'ana',
    });
    expect((await call('/api/v1/namespaces/ben/actions/trig', { authorization })).status).toBe(403);
  });

  it('may have only so many calls under way', async () => {
    const slow = { fn: 'trig#wait', args: [500] };
    const many = await Promise.all([1, 2, 3].map(() => call('/trig', bearer(ana.secret), slow)));
    expect(many.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    expect((await call('/trig', bearer(ana.secret))).status).toBe(200);
    const credentials = { accessKeyId: ana.id, secretAccessKey: ana.secret };
    const client = new LambdaClient({ endpoint: closed.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const invoke = () => client.send(new InvokeCommand({ FunctionName: 'trig', Payload: JSON.stringify(slow) }));
    const ends = await Promise.allSettled([invoke(), invoke(), invoke()]);
    expect(ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.name] : []))).toEqual([
      'TooManyRequestsException',
    ]);
    client.destroy();
  });
});
