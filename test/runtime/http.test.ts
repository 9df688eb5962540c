import { afterEach, describe, expect, it, vi } from 'vitest';
import { http, type Param, type Route } from '../../templates/runtime/http.ts';
import { type InputType, readText, readValue } from '../../templates/runtime/input.ts';
import { timed } from '../../templates/runtime/timed.ts';

/** Requests to functions, and what becomes of them. */

afterEach(() => void vi.restoreAllMocks());

const size: InputType = { oneOf: ['s', 'l'] };
const line: InputType = { fields: { item: 'string', count: 'number', note: 'string' }, optional: ['note'] };
const BAD = Symbol('refused');

function orBad(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return BAD;
  }
}

describe('text', () => {
  it.each<[InputType, string, unknown]>([
    ['string', '', ''],
    ['string', '__proto__', '__proto__'],
    ['number', '-1.5e3', -1500],
    ['number', '9007199254740991', 9007199254740991],
    ['number', '9007199254740993', BAD],
    ['number', '1e999', BAD],
    ['number', '', BAD],
    ['number', ' 1', BAD],
    ['number', '0x10', BAD],
    ['number', 'NaN', BAD],
    ['number', '1'.repeat(400), BAD],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', '1', BAD],
    ['Date', '2026-02-28', new Date('2026-02-28')],
    ['Date', '2026-02-28T10:00:00+01:00', new Date('2026-02-28T09:00:00Z')],
    ['Date', '2026-02-30', BAD],
    ['Date', '2026-02-28T25:00:00Z', BAD],
    ['Date', 'yesterday', BAD],
    ['Date', '1', BAD],
    [size, 'l', 'l'],
    [size, 'constructor', BAD],
    [{ oneOf: [1, 2, true] }, '2', 2],
    [{ oneOf: [1, 2, true] }, 'true', true],
    [{ oneOf: [1, 2] }, '3', BAD],
    [{ either: [{ oneOf: ['auto'] }, 'number'] }, 'auto', 'auto'],
    [{ either: [{ oneOf: ['auto'] }, 'number'] }, '7', 7],
    [{ either: ['null', 'number'] }, 'null', BAD],
  ])('%j of %j', (type, text, expected) => {
    expect(orBad(() => readText(type, text, 'x'))).toEqual(expected);
  });
});

describe('JSON', () => {
  it.each<[InputType, unknown, unknown]>([
    ['string', 'a', 'a'],
    ['string', 1, BAD],
    ['number', '1', BAD],
    ['number', JSON.parse('1e999'), BAD],
    ['boolean', 'true', BAD],
    ['Date', '2026-02-28', new Date('2026-02-28')],
    ['Date', 0, BAD],
    ['any', { a: [null] }, { a: [null] }],
    [size, 's', 's'],
    [size, ['s'], BAD],
    [{ list: 'number' }, [1, 2], [1, 2]],
    [{ list: 'number' }, [1, null], BAD],
    [{ list: 'number' }, { length: 1, 0: 1 }, BAD],
    [{ record: 'number' }, { a: 1, constructor: 2 }, { a: 1, constructor: 2 }],
    [{ record: 'number' }, [1], BAD],
    [line, { item: 'tea', count: 1 }, { item: 'tea', count: 1 }],
    [line, { item: 'tea', count: 1, isAdmin: true, toString: 1 }, { item: 'tea', count: 1 }],
    [line, { item: 'tea', count: 1, note: null }, BAD],
    [line, { item: 'tea' }, BAD],
    [line, Object.create({ item: 'tea', count: 1 }), BAD],
    [line, null, BAD],
    [{ either: ['null', line] }, null, null],
    [{ either: ['null', line] }, { item: 'tea', count: 2 }, { item: 'tea', count: 2 }],
    [{ either: ['null', line] }, 'tea', BAD],
  ])('%j of %j', (type, value, expected) => {
    expect(orBad(() => readValue(type, value, 'x'))).toEqual(expected);
  });

  it('says where it does not fit', () => {
    expect(() => readValue({ list: line }, [{ item: 'tea', count: '2' }], 'lines')).toThrow(
      'lines[0].count has to be a number',
    );
    expect(() => readValue({ either: ['null', line] }, {}, 'x')).toThrow('x.item is missing');
  });
});

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

interface Sent {
  query?: string;
  path?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The arguments that the function got, or what was answered instead. */
async function ask(params: Param[], { query = '', path, headers = {}, body }: Sent = {}): Promise<unknown> {
  let got: unknown[] | undefined;
  const run = (...args: unknown[]) => {
    got = args;
  };
  const bytes = Buffer.isBuffer(body) && { body: body.toString('base64'), isBase64Encoded: true };
  const answer = await request({ fn: 'm#f', params }, run, {
    rawQueryString: query,
    headers,
    ...(path && { pathParameters: path }),
    ...(typeof body === 'string' && { body }),
    ...bytes,
  });
  return got ?? [answer.statusCode, (JSON.parse(`${answer.body}`) as { error: string }).error];
}

async function request(route: Route, run: (...args: never[]) => unknown, more: object = {}) {
  const handler = http(() => 'a call', { 'm#f': { run } }, { 'GET /x': route });
  const event = { version: '2.0', routeKey: 'GET /x', requestContext: { http: { method: 'GET' } }, ...more };
  return (await handler(event)) as { statusCode: number; headers: Record<string, string>; body: string };
}

const id: Param = { name: 'id', from: 'path', type: 'string' };
const tags: Param = { name: 'tag', from: 'query', type: { list: 'string' }, optional: true };
const count: Param = { name: 'n', from: 'query', type: 'number' };
const order: Param = { name: 'order', from: 'body', type: line };
const name: Param = { name: 'name', from: 'field', type: 'string' };
const numbers: Param = { name: 'n', from: 'field', type: { list: 'number' }, rest: true };

describe('a request', () => {
  it.each<[string, Param[], Sent, unknown]>([
    ['names by the path', [id], { path: { id: 'a/b' } }, ['a/b']],
    ['takes no name from a prototype', [{ ...id, name: 'toString' }], { path: {} }, [400, 'toString is missing']],
    ['gives a list', [tags], { query: 'tag=a&tag=b%20c&other=1' }, [['a', 'b c']]],
    ['may leave out', [tags, { ...count, optional: true }], {}, [undefined, undefined]],
    ['says what is missing', [count], { query: 'm=1' }, [400, 'n is missing']],
    ['says what is there twice', [count], { query: 'n=1&n=2' }, [400, 'n is given 2 times']],
    ['says what does not fit', [count], { query: 'n=one' }, [400, 'n has to be a number']],
    ['keeps a broken escape as it is', [{ ...count, type: 'string' }], { query: 'n=%zz' }, ['%zz']],
    ['is a whole body', [order], { headers: JSON_TYPE, body: '{"item":"tea","count":1}' }, [{ item: 'tea', count: 1 }]],
    ['is JSON without a type', [order], { body: '{"item":"tea","count":1}' }, [{ item: 'tea', count: 1 }]],
    [
      'is JSON of a kind',
      [order],
      { headers: { 'content-type': 'application/merge-patch+json' }, body: '{"item":"a","count":1}' },
      [{ item: 'a', count: 1 }],
    ],
    [
      'is bytes',
      [order],
      { headers: JSON_TYPE, body: Buffer.from('{"item":"ü","count":1}') },
      [{ item: 'ü', count: 1 }],
    ],
    [
      'is not UTF-8',
      [order],
      { headers: JSON_TYPE, body: Buffer.from([0x7b, 0xff]) },
      [400, 'the body is not text in UTF-8'],
    ],
    ...[
      ['UTF-8', 'with a mark', Buffer.from('\ufeff{"item":"ü","count":1}')],
      ['iso-8859-1', 'as it says', Buffer.from('{"item":"ü","count":1}', 'latin1')],
      ['"utf-16"', 'as it says', Buffer.from('{"item":"ü","count":1}', 'utf16le')],
    ].map(([charset, how, body]): [string, Param[], Sent, unknown] => [
      `is in ${charset}, ${how}`,
      [order],
      { headers: { 'content-type': `application/json; charset=${charset}` }, body: body as Buffer },
      [{ item: 'ü', count: 1 }],
    ]),
    [
      'is UTF-16, and does not say so',
      [order],
      { headers: JSON_TYPE, body: Buffer.from('\ufeff{"item":"ü","count":1}', 'utf16le') },
      [400, 'the body is not text in UTF-8'],
    ],
    [
      'is in a charset that nobody knows',
      [order],
      { headers: { 'content-type': 'application/json; charset=klingon' }, body: '{}' },
      [415, 'the body has to be in UTF-8'],
    ],
    [
      'is a form in another charset',
      [name],
      { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1' }, body: 'name=%FC' },
      [415, 'the body has to be in UTF-8'],
    ],
    [
      'has escapes of another charset in a form',
      [name],
      { headers: FORM_TYPE, body: 'name=%FC&other=1' },
      [400, 'name has escapes that are not UTF-8'],
    ],
    [
      'has escapes of another charset in the query',
      [tags],
      { query: 'tag=%EF%BF%BD&tag=%FC' },
      [400, 'tag has escapes that are not UTF-8'],
    ],
    ['says what looks like them', [tags], { query: 'tag=%EF%BF%BD&tag=%25FC' }, [['\ufffd', '%FC']]],
    ['has such escapes elsewhere', [tags], { query: 'tag=%C3%BC&other=%FC' }, [['ü']]],
    ['is not JSON', [order], { headers: JSON_TYPE, body: '{' }, [400, 'the body is not JSON']],
    ['has no body', [order], { headers: JSON_TYPE }, [400, 'the body is missing']],
    [
      'would change a prototype',
      [order],
      { headers: JSON_TYPE, body: '{"item":"a","count":1,"__proto__":{"x":1}}' },
      [400, 'the body has a field __proto__'],
    ],
    [
      'would change it deeper',
      [order],
      { headers: JSON_TYPE, body: '{"a":[{"__proto__":1}]}' },
      [400, 'the body has a field __proto__'],
    ],
    [
      'is of another type',
      [order],
      { headers: { 'content-type': 'text/xml' }, body: '<a/>' },
      [415, 'the body has to be JSON, with the header content-type: application/json'],
    ],
    [
      'is a form for an object',
      [order],
      { headers: FORM_TYPE, body: 'item=a' },
      [415, 'the body has to be JSON, with the header content-type: application/json'],
    ],
    ['gives fields by JSON', [name], { headers: JSON_TYPE, body: '{"name":"Ada","__x":1}' }, ['Ada']],
    ['gives fields by a form', [name, numbers], { headers: FORM_TYPE, body: 'name=A+B&n=1&n=2' }, ['A B', 1, 2]],
    ['gives fields by the query', [name], { query: 'name=Ada' }, ['Ada']],
    ['gives a list of fields', [name], { headers: JSON_TYPE, body: '["Ada"]' }, [400, 'the body has to be an object']],
    [
      'does not convert within JSON',
      [name],
      { headers: JSON_TYPE, body: '{"name":7}' },
      [400, 'name has to be a text'],
    ],
  ])('%s', async (_name, params, sent, expected) => {
    expect(await ask(params, sent)).toEqual(expected);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('x');
  });
});

describe('an answer', () => {
  const plain: Route = { fn: 'm#f', params: [] };
  const answerOf = async (run: () => unknown, route: Route = plain) => {
    const { statusCode, body } = await request(route, run);
    return [statusCode, body];
  };

  it('is JSON, or nothing', async () => {
    expect(await request(plain, () => 'tea')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '"tea"',
    });
    expect(await answerOf(async () => ({ when: new Date(0), none: undefined }))).toEqual([
      200,
      '{"when":"1970-01-01T00:00:00.000Z"}',
    ]);
    expect(await answerOf(() => null)).toEqual([200, 'null']);
    expect(await answerOf(() => undefined)).toEqual([204, '']);
  });

  it('is taken as it is only where the function says so', async () => {
    const own = { statusCode: 302, headers: { location: '/' }, body: '' };
    expect(await request({ ...plain, raw: true }, () => own)).toBe(own);
    expect(await answerOf(() => own)).toEqual([200, JSON.stringify(own)]);
    expect(await answerOf(() => ({ price: 3 }), { ...plain, raw: true })).toEqual([200, '{"price":3}']);
  });

  it('is a Response with all it has', async () => {
    const headers = new Headers([
      ['x-a', 'b'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const give = () => new Response(new Uint8Array([0, 255]), { status: 201, headers });
    expect(await request({ ...plain, raw: true }, give)).toEqual({
      statusCode: 201,
      headers: { 'x-a': 'b' },
      cookies: ['a=1', 'b=2'],
      body: 'AP8=',
      isBase64Encoded: true,
    });
  });

  it('says nothing of what went wrong, unless it was the caller', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const fail = (more: object) => () => {
      throw Object.assign(new Error('secret at /home/me'), more);
    };
    expect(await answerOf(fail({}))).toEqual([500, '{"error":"something went wrong"}']);
    expect(await answerOf(fail({ statusCode: 503 }))).toEqual([500, '{"error":"something went wrong"}']);
    expect(log).toHaveBeenCalledTimes(2);
    expect(await answerOf(fail({ statusCode: 404 }))).toEqual([404, '{"error":"secret at /home/me"}']);
    expect(await answerOf(fail({ status: 409 }))).toEqual([409, '{"error":"secret at /home/me"}']);
    expect(await answerOf(() => Promise.reject(new Error('x')))).toEqual([500, '{"error":"something went wrong"}']);
  });

  it('is an error where JSON would lose something', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const lossy = [new Map(), { a: new Set() }, [Number.NaN], { f: () => 1 }, 1n];
    for (const value of lossy) expect(await answerOf(() => value)).toEqual([500, '{"error":"something went wrong"}']);
    expect(log).toHaveBeenCalledTimes(lossy.length);
  });

  it('is for no other address, and calls of stubs go on', async () => {
    expect(await request(plain, () => 1, { routeKey: 'GET /other' })).toMatchObject({ statusCode: 404 });
    expect(await request(plain, () => 1, { routeKey: 'constructor' })).toMatchObject({ statusCode: 404 });
    expect(await request(plain, () => 1, { v: 3 })).toBe('a call');
    const handler = http((event) => event, {}, {});
    for (const event of [{ args: [1] }, { routeKey: 'GET /x' }, null, 'text']) expect(await handler(event)).toBe(event);
  });
});

describe('the clock', () => {
  const run = vi.fn();
  const handler = timed((event) => event, { 'm#f': { run } });

  it('runs a function, or none', async () => {
    expect(await handler({ faasify: 'warm' })).toBe(null);
    expect(run).not.toHaveBeenCalled();
    expect(await handler({ faasify: 'run', fn: 'm#f' })).toBe(null);
    expect(run).toHaveBeenCalledWith();
    await expect(handler({ faasify: 'run', fn: 'constructor' })).rejects.toThrow('no function constructor');
    expect(await handler({ args: ['warm'] })).toEqual({ args: ['warm'] });
  });

  it('lets the provider know that a run has failed', async () => {
    const failing = timed(() => 0, { 'm#f': { run: () => Promise.reject(new Error('no')) } });
    await expect(failing({ faasify: 'run', fn: 'm#f' })).rejects.toThrow('no');
  });
});
