/** What goes to OpenWhisk and what comes back, apart from its runtime. */
import { describe, expect, test } from 'vitest';
import { MAX_CARRIED, toResult } from '../../templates/openwhisk/carry.ts';
import { transport } from '../../templates/openwhisk/transport.ts';
import type { Unit } from '../../templates/runtime/line.ts';

const unit: Unit = {
  ...{ name: 'price', bundle: '', room: '', memory: 256, timeout: 10, concurrency: 1 },
  endpoint: 'https://whisk.example.com/',
  place: { target: 'openwhisk', name: 'shop-price', key: 'id:secret' },
};

describe('requests', () => {
  test('a call is text under a name that no parameter has, with Basic', async () => {
    const request = await transport.toRequest(unit, '{"v":3,"args":[1]}');
    expect(request).toEqual({
      url: new URL('https://whisk.example.com/api/v1/namespaces/_/actions/shop-price?blocking=true&result=true'),
      headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('id:secret')}` },
      body: '{"faasify-call":"{\\"v\\":3,\\"args\\":[1]}"}',
    });
  });

  test('a whole address may be that of a package', async () => {
    const endpoint = 'https://faas.example.com/api/v1/namespaces/ns/actions/shop/{name}';
    const request = await transport.toRequest({ ...unit, endpoint }, '{}');
    expect('url' in request && request.url.pathname).toBe('/api/v1/namespaces/ns/actions/shop/shop-price');
  });

  test('what is too large as it is sent is not sent', async () => {
    const fits = await transport.toRequest(unit, 'x'.repeat(MAX_CARRIED - 19));
    expect('body' in fits && Buffer.byteLength(fits.body)).toBe(MAX_CARRIED);
    for (const text of ['x'.repeat(MAX_CARRIED - 18), '"'.repeat(MAX_CARRIED / 2), 'é'.repeat(MAX_CARRIED / 2)]) {
      expect(await transport.toRequest(unit, text)).toMatchObject({ code: 'too-large', mayHaveRun: false });
    }
  });

  test('the values of ~/.wskprops, and what an action is told', () => {
    expect(transport.findService?.({ APIHOST: 'whisk.example.com', AUTH: 'a:b' }, unit)).toEqual({
      endpoint: 'https://whisk.example.com',
      key: 'a:b',
    });
    expect(transport.findService?.({ __OW_API_HOST: 'http://10.0.0.1:3233', __OW_API_KEY: 'c:d' }, unit)).toEqual({
      endpoint: 'http://10.0.0.1:3233',
      key: 'c:d',
    });
    expect(transport.findService?.({}, unit)).toBeUndefined();
  });
});

describe('answers', () => {
  const read = (status: number, body: unknown) =>
    transport.readAnswer(unit, { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) });

  test('a reply is the text that the action gave, errors of the function among them', () => {
    const reply = '{"error":{"$":["Error",0,{"message":"no"}]},"out":[]}';
    expect(read(200, { 'faasify-reply': reply })).toBe(reply);
  });

  test('what an action rejects with has been thrown', () => {
    const error = { name: 'SyntaxError', message: 'bad', stack: 'SyntaxError: bad\n    at x' };
    expect(read(502, { error })).toEqual({
      thrown: JSON.stringify({
        errorType: 'SyntaxError',
        errorMessage: 'bad',
        trace: ['SyntaxError: bad', '    at x'],
      }),
    });
  });

  test.each([
    [202, { activationId: 'abc' }, { code: 'timeout', mayHaveRun: true }],
    [502, { error: 'The action exceeded its time limits of 10 milliseconds.' }, { code: 'timeout', mayHaveRun: true }],
    [502, { error: 'The action exhausted its memory and was aborted.' }, { code: 'out-of-memory', mayHaveRun: true }],
    [502, { error: 'The action did not initialize and exited unexpectedly.' }, { code: 'crash', mayHaveRun: false }],
    [502, { error: 'Initialization has failed due to: x' }, { code: 'load', mayHaveRun: false }],
    [
      502,
      { error: 'The action did not produce a valid response and exited unexpectedly.' },
      { code: 'crash', mayHaveRun: true },
    ],
    [401, { error: 'no', code: '1' }, { code: 'denied', mayHaveRun: false }],
    [404, { error: 'The requested resource does not exist.' }, { code: 'not-found', mayHaveRun: false }],
    [413, { error: 'Request larger than allowed' }, { code: 'too-large', mayHaveRun: false }],
    [429, { error: 'Too many concurrent requests in flight' }, { code: 'throttled', mayHaveRun: false }],
    [503, 'busy', { code: 'service', mayHaveRun: true }],
    [200, { ret: 1 }, { code: 'service', mayHaveRun: true }],
    [200, '<html>', { code: 'service', mayHaveRun: true }],
  ] as const)('%i %j', (status, body, failure) => {
    expect(read(status, body)).toMatchObject(failure);
  });
});

test('a reply that would be cut off says so instead', () => {
  const fits = '"'.repeat((MAX_CARRIED - 20) / 2);
  expect(toResult(fits)).toEqual({ 'faasify-reply': fits });
  const { 'faasify-reply': reply = '' } = toResult(`${fits}"`);
  expect(JSON.parse(reply)).toEqual({
    uncrossable: {
      path: 'ret',
      reason: expect.stringMatching(/^the reply has \d+ bytes, OpenWhisk takes 1048576$/),
      once: true,
    },
  });
});
