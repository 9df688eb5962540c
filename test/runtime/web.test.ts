/** Requests to addresses, between what a provider gives and what a unit understands. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { refuseReplaced, toBytes } from '../../templates/runtime/parsed-body.ts';
import { answerRoute, gatherHeaders, matchRoute, toEvent, toWebAnswer } from '../../templates/runtime/web.ts';

const KEYS = ['GET /price/{id}', 'GET /price/best', 'GET /{kind}/best', 'POST /orders', 'GET /a.b'];

test.each<[string, string, object | undefined]>([
  ['GET', '/price/tea', { key: 'GET /price/{id}', values: { id: 'tea' } }],
  ['GET', '/price/best?x=/y', { key: 'GET /price/best', values: {} }],
  ['GET', '/cake/best', { key: 'GET /{kind}/best', values: { kind: 'cake' } }],
  ['GET', '/price/a%2Fb%20c', { key: 'GET /price/{id}', values: { id: 'a/b c' } }],
  ['GET', '/price/', undefined],
  ['GET', '/price/tea/', undefined],
  ['GET', '/price/%', undefined],
  ['GET', '/aXb', undefined],
  ['get', '/price/tea', undefined],
  ['GET', '/orders', undefined],
  ['POST', '//orders', undefined],
])('%s %s', (method, target, match) => {
  expect(matchRoute(KEYS, method, target)).toEqual(match);
});

test('an event says what was sent', () => {
  const body = Buffer.from('{"a":"é"}');
  const headers = { cookie: 'a=1; b=2', 'content-type': 'application/json', 'x-many': ['1', '2'] };
  const event = toEvent(
    { method: 'POST', target: '/orders?a=%20', headers, body },
    { key: 'POST /orders', values: {} },
  );
  expect(event).toMatchObject({
    ...{
      rawPath: '/orders',
      rawQueryString: 'a=%20',
      cookies: ['a=1', 'b=2'],
      body: '{"a":"é"}',
      isBase64Encoded: false,
    },
    headers: { 'content-type': 'application/json', 'x-many': '1,2' },
  });
  const bytes = toEvent(
    { method: 'POST', target: '/orders', headers: { 'content-type': 'image/png' }, body },
    { key: '', values: {} },
  );
  expect(bytes).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
});

test.each(['text/plain', 'application/json; charset=iso-8859-1', 'image/png', undefined])(
  'an event has the bytes that were sent as %s',
  (type) => {
    const utf16 = fc.string().map((text) => Buffer.from(`\ufeff${text}`, 'utf16le'));
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\ufeff\ufffd'), fc.constant(''));
    const bodies = fc.oneof(
      fc.uint8Array(),
      texts.map((text) => Buffer.from(text)),
      utf16,
      fc.constant(Buffer.from('caf\xe9', 'latin1')),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const headers = { 'content-type': type };
        const event = toEvent({ method: 'POST', target: '/', headers, body }, { key: '', values: {} });
        const { body: text = '', isBase64Encoded } = JSON.parse(JSON.stringify(event));
        expect(Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8').equals(body)).toBe(true);
      }),
    );
  },
);

test('what somebody has decoded is refused where it was not UTF-8', async () => {
  const headers = { 'content-length': '9' };
  const read = (body: unknown, type: string) =>
    Buffer.from(toBytes({ body, headers: { ...headers, 'content-type': type } })).toString();
  expect(read({ a: ['caf\ufffd', '%E9', '%C3%A9'] }, 'application/x-www-form-urlencoded')).toBe(
    'a=caf%FF&a=%FF&a=%25C3%25A9',
  );
  const bytes = Buffer.from(read('caf\ufffd', 'text/plain'));
  expect(() => refuseReplaced(bytes, '4')).toThrow('not text in UTF-8');
  expect(() => refuseReplaced(bytes, undefined)).toThrow('not text in UTF-8');
  expect(refuseReplaced(bytes, '6')).toBe(bytes);
  const request = { method: 'POST', target: '/orders', headers };
  const answer = await answerRoute(
    () => ({}),
    KEYS,
    request,
    async () => refuseReplaced(bytes, '4'),
  );
  expect([answer?.status, Buffer.from(answer?.body ?? []).toString()]).toEqual([
    400,
    '{"error":"the body is not text in UTF-8"}',
  ]);
});

test('an answer can be sent', () => {
  const headers = { 'X-A': 'b\r\nx-c: d', 'bad name': '1', 'content-length': '9', 'x-b': 'ü\u{1f600}' };
  const answer = toWebAnswer({
    statusCode: 201,
    headers,
    cookies: ['a=1', 'b=2'],
    body: 'aGk=',
    isBase64Encoded: true,
  });
  expect(gatherHeaders(answer)).toEqual({ 'X-A': 'b  x-c: d', 'x-b': 'ü  ', 'set-cookie': ['a=1', 'b=2'] });
  expect(Buffer.from(answer.body).toString()).toBe('hi');
  for (const statusCode of [101, 200.5, Number.NaN, 600, '200', null])
    expect(toWebAnswer({ statusCode }).status).toBe(200);
});

test('whatever is asked and answered, there is an answer', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const header = fc.dictionary(fc.string(), fc.string());
  const answer = fc.oneof(
    fc.anything(),
    fc.record({ statusCode: fc.anything(), headers: fc.anything(), cookies: fc.anything(), body: fc.anything() }),
  );
  const target = fc.oneof(
    fc.string().map((text) => `/price/${text}`),
    fc.webPath(),
    fc.string(),
  );
  const sent = fc.tuple(target, header, fc.uint8Array(), answer);
  await fc.assert(
    fc.asyncProperty(sent, async ([target, headers, body, value]) => {
      const given = await answerRoute(
        () => value,
        KEYS,
        { method: 'GET', target, headers },
        async () => body,
      );
      if (!given) return;
      expect(Number.isInteger(given.status)).toBe(true);
      new Response([204, 205, 304].includes(given.status) ? null : new Uint8Array(given.body), given);
    }),
    { numRuns: 300 },
  );
});
