/** The caller's side of providers whose own runtimes show it only in part. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { transport as fn } from '../../templates/fn/transport.ts';
import { transport as gcf } from '../../templates/gcf/transport.ts';
import { transport as knative } from '../../templates/knative/transport.ts';
import type { Unit } from '../../templates/runtime/line.ts';
import type { OutgoingCall, Transport } from '../../templates/runtime/provider-transport.ts';
import { transport as scaleway } from '../../templates/scaleway/transport.ts';

const TEXT = '{"v":3,"args":[1]}';

function makeUnit(target: string, endpoint: string, key?: string): Unit {
  const place = { target, name: 'shop-price', ...(key && { key }) };
  return { name: 'price', bundle: '', room: '', memory: 128, timeout: 3, concurrency: 1, endpoint, place };
}

async function send(transport: Transport, unit: Unit): Promise<OutgoingCall> {
  const call = await transport.toRequest(unit, TEXT);
  if ('code' in call) throw new Error(call.message);
  return call;
}

const answer = (status: number, body: string, headers = {}) => ({ status, headers, body });

describe('gcf', () => {
  const { GCE_METADATA_HOST, K_SERVICE } = process.env;
  afterEach(() => {
    for (const [name, value] of Object.entries({ GCE_METADATA_HOST, K_SERVICE })) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it('finds the functions of a project', () => {
    const env = { GOOGLE_CLOUD_PROJECT: 'shop-1', GOOGLE_CLOUD_REGION: 'europe-west1' };
    const service = gcf.findService?.(env, { name: 'price' });
    expect(service).toEqual({ endpoint: 'https://europe-west1-shop-1.cloudfunctions.net' });
    expect(gcf.findService?.({ GOOGLE_CLOUD_PROJECT: 'shop-1' }, { name: 'price' })).toBeUndefined();
  });

  it('sends the key it is given', async () => {
    const { url, headers } = await send(gcf, makeUnit('gcf', 'https://eu-shop.cloudfunctions.net/', 'token'));
    expect(url.href).toBe('https://eu-shop.cloudfunctions.net/shop-price');
    expect(headers).toEqual({ 'content-type': 'application/octet-stream', authorization: 'Bearer token' });
  });

  it('on Google asks for a token for the address of the function, and keeps it as long as it is good', async () => {
    const asked: string[] = [];
    const server = createServer((req, res) => {
      asked.push(`${req.headers['metadata-flavor']} ${req.url}`);
      const until = Math.floor(Date.now() / 1000) + (asked.length === 1 ? 30 : 3600);
      res.end(`h.${Buffer.from(JSON.stringify({ exp: until })).toString('base64url')}.${asked.length}\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.GCE_METADATA_HOST = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const findToken = async () => (await send(gcf, makeUnit('gcf', 'https://a.test'))).headers.authorization;
    expect(await findToken()).toMatch(/^Bearer h\..+\.1$/);
    expect(await findToken()).toMatch(/\.2$/); // the first had half a minute left
    expect(await findToken()).toMatch(/\.2$/);
    expect(asked[0]).toMatch(/^Google .+\/identity\?audience=https%3A%2F%2Fa.test%2Fshop-price$/);
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells how an instance has ended, and what to do without rights', () => {
    const unit = makeUnit('gcf', 'https://a.test');
    const crash = { 'x-google-status': 'crash' };
    expect(gcf.readAnswer(unit, answer(500, 'Process exited with code 3', crash))).toMatchObject({
      code: 'exit',
      mayHaveRun: true,
    });
    expect(gcf.readAnswer(unit, answer(500, 'boom', crash))).toMatchObject({ code: 'crash', mayHaveRun: true });
    expect(gcf.readAnswer(unit, answer(408, ''))).toMatchObject({ code: 'timeout', mayHaveRun: true });
    expect(gcf.readAnswer(unit, answer(403, '<html>'))).toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/answered 403; set FAASIFY_KEY_GCF/),
      mayHaveRun: false,
    });
    expect(gcf.readAnswer(unit, answer(200, '{"ret":1}'))).toBe('{"ret":1}');
  });
});

describe('knative', () => {
  it('sends bytes to the host of the unit', async () => {
    const { url, headers } = await send(knative, makeUnit('knative', 'http://{name}.default.example.com'));
    expect(url.href).toBe('http://shop-price.default.example.com/');
    expect(headers).toEqual({ 'content-type': 'application/octet-stream' });
  });

  it('knows a full queue', () => {
    const read = knative.readAnswer(makeUnit('knative', 'http://{name}.a'), answer(503, 'pending request queue full'));
    expect(read).toMatchObject({ code: 'throttled', mayHaveRun: false });
  });
});

describe('fn', () => {
  const unit = makeUnit('fn', 'http://localhost:8080/t/shop');

  it('calls triggers', async () => {
    const service = fn.findService?.({ FN_API_URL: 'http://localhost:8080/', FN_APP_NAME: 'shop' }, unit);
    expect(service).toEqual({ endpoint: 'http://localhost:8080/t/shop' });
    expect((await send(fn, unit)).url.href).toBe('http://localhost:8080/t/shop/shop-price');
  });

  it.each([
    [502, 'function failed', 'crash', true],
    [502, 'error receiving function response', 'crash', true],
    [
      502,
      'Container failed to initialize, please ensure you are using the latest fdk and check the logs',
      'load',
      false,
    ],
    [502, 'function response body too large', 'too-large', true],
    [503, 'Timed out - server too busy', 'throttled', false],
    [504, 'Timed out', 'timeout', true],
    [504, 'Container initialization timed out, please ensure you are using the latest fdk', 'load', false],
    [404, 'Trigger not found', 'not-found', false],
    [413, 'Request content too large', 'too-large', false],
    [429, 'Too many requests submitted', 'throttled', false],
  ])('%i %s', (status, message, code, mayHaveRun) => {
    expect(fn.readAnswer(unit, answer(status, JSON.stringify({ message })))).toMatchObject({ code, mayHaveRun });
  });
});

describe('scaleway', () => {
  it('has a header of its own for tokens', async () => {
    const endpoint = 'https://shopx1y2z3-{name}.functions.fnc.fr-par.scw.cloud';
    const { url, headers } = await send(scaleway, makeUnit('scaleway', endpoint, 'token'));
    expect(url.href).toBe('https://shopx1y2z3-shop-price.functions.fnc.fr-par.scw.cloud/');
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-auth-token': 'token' });
  });
});
