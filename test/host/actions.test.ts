/** Actions of OpenWhisk that are made over its API, as `wsk` makes them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServeRequest, type Serving, serve } from '../../src/commands/serve.ts';
import { ask } from './ask.ts';
import { makeZip } from './control/zips.ts';

let folder: string;
let serving: Serving;
const printed: string[] = [];

const start = (options: Partial<ServeRequest> = {}) =>
  serve({ cwd: folder, port: 0, data: 'data', print: (line) => printed.push(line), ...options });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-actions-'));
  serving = await start();
});
afterAll(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

const ACTIONS = '/api/v1/namespaces/_/actions';
const request = (method: string, name: string, body?: unknown, headers: Record<string, string> = {}) =>
  ask(serving.url, { path: `${ACTIONS}${name && `/${name}`}`, method, body, headers });
const put = (name: string, body: unknown, query = '') => request('PUT', `${name}${query}`, body);
const call = (name: string, body: unknown = {}, query = '?blocking=true&result=true') =>
  request('POST', `${name}${query}`, body);
const text = (code: string, more: object = {}) => ({ exec: { kind: 'nodejs:20', code, ...more } });
const zip = (files: Record<string, string>, more: object = {}) => {
  const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
  return text(makeZip(entries).toString('base64'), { binary: true, ...more });
};
const GREET = 'function main({ name = "you" }) { console.log("hello", name); return { hello: name }; }';

describe('an action', () => {
  it('is made, listed, told, called, changed and removed', async () => {
    const made = await put('greet', { ...text(GREET), parameters: [{ key: 'name', value: 'ana' }] });
    expect(made).toMatchObject({
      status: 200,
      value: {
        ...{ name: 'greet', namespace: 'guest', version: '0.0.1', publish: false },
        exec: { kind: 'nodejs:20', code: GREET, binary: false },
        limits: { timeout: 60_000, memory: 256, logs: 10, concurrency: 1 },
        annotations: [
          { key: 'provide-api-key', value: false },
          { key: 'exec', value: 'nodejs:20' },
        ],
      },
    });
    expect((await request('GET', '')).value).toMatchObject([{ name: 'greet', exec: { binary: false } }]);
    expect(await call('greet')).toMatchObject({ status: 200, value: { hello: 'ana' } });
    expect(await call('greet', { name: 'ben' })).toMatchObject({ status: 200, value: { hello: 'ben' } });
    expect(await put('greet', text(GREET))).toMatchObject({ status: 409, value: { error: 'resource already exists' } });
    const changed = await put('greet', { limits: { timeout: 2000 }, annotations: [] }, '?overwrite=true');
    expect(changed.value).toMatchObject({ version: '0.0.2', limits: { timeout: 2000 }, exec: { code: GREET } });
    await put('greet', text('const main = () => ({ changed: true })'), '?overwrite=true');
    expect((await call('greet')).value).toEqual({ changed: true });
    expect((await request('GET', 'greet?code=false')).value).toMatchObject({ exec: { kind: 'nodejs:20' } });
    expect((await request('GET', 'greet?code=false')).text).not.toContain('"code"');
    expect(await request('DELETE', 'greet')).toMatchObject({ status: 200, value: { name: 'greet' } });
    for (const method of ['GET', 'DELETE', 'POST']) expect((await request(method, 'greet')).status).toBe(404);
    expect((await request('GET', '')).value).toEqual([]);
    expect(printed).toContain('greet: hello ben');
  });

  it('is a zip with packages and files, or a text that exports', async () => {
    const files = {
      'package.json': '{ "main": "lib/main.js" }',
      'lib/main.js':
        'exports.run = async () => ({ data: require("data"), text: require("fs").readFileSync("a.txt", "utf8") });',
      'node_modules/data/index.js': 'module.exports = [1];',
      'a.txt': 'read',
    };
    await put('zipped', zip(files, { main: 'run' }));
    expect(await call('zipped')).toMatchObject({ status: 200, value: { data: [1], text: 'read' } });
    await put('exporting', text('exports.main = () => ({ os: typeof require("os").cpus });'));
    expect((await call('exporting')).value).toEqual({ os: 'function' });
  });

  it('keeps what it has between calls, and finds about itself and the caller in its environment', async () => {
    const code = 'let n = 0; function main() { return { n: ++n, env: { ...process.env } }; }';
    const annotations = [{ key: 'provide-api-key', value: true }];
    await put('env', { ...text(code), annotations, parameters: [{ key: 'TOKEN', value: 't', init: true }] });
    const headers = { authorization: `Basic ${Buffer.from('me:key').toString('base64')}` };
    const path = 'env?blocking=true&result=true';
    expect((await request('POST', path, {}, headers)).value).toMatchObject({ n: 1 });
    const { value } = await request('POST', path, {}, headers);
    expect(value).toMatchObject({
      n: 2,
      env: {
        ...{ __OW_ACTION_NAME: '/guest/env', __OW_NAMESPACE: 'guest', __OW_API_KEY: 'me:key', TOKEN: 't' },
        __OW_API_HOST: serving.url,
      },
    });
    expect(Object.keys((value as { env: object }).env).filter((name) => /AWS|LAMBDA/.test(name))).toEqual([]);
  });

  it('has an activation with what it has printed', async () => {
    await put('told', text(GREET));
    const { value } = await call('told', { name: 'eva' }, '?blocking=true');
    const { activationId } = value as { activationId: string };
    expect(value).toMatchObject({ name: 'told', response: { success: true, result: { hello: 'eva' } } });
    const asked = await ask(serving.url, {
      path: `/api/v1/namespaces/_/activations/${activationId}/logs`,
      method: 'GET',
    });
    expect(asked.value).toEqual({ logs: [expect.stringMatching(/^\d{4}-.*Z stdout: hello eva$/)] });
    expect(await call('told', {}, '')).toMatchObject({ status: 202, value: { activationId: expect.any(String) } });
  });

  it('is there when the server begins again', async () => {
    await put('stays', text(GREET));
    await serving.close();
    serving = await start();
    expect((await call('stays')).value).toEqual({ hello: 'you' });
  });
});

describe('an action that fails', () => {
  const ends: [what: string, body: object, error: unknown][] = [
    ['throws', text('function main() { throw new TypeError("no"); }'), 'An error has occurred: TypeError: no'],
    ['rejects', text('async function main() { throw new TypeError("no"); }'), { name: 'TypeError', message: 'no' }],
    ['says so', text('const main = () => ({ error: "said" })'), 'said'],
    ['gives no object', text('const main = () => 1'), 'The action did not return a dictionary or array.'],
    ['ends', text('const main = () => process.exit(1)'), /exited unexpectedly/],
    [
      'takes too long',
      { ...text('const main = () => new Promise(() => setInterval(() => {}, 9e5))'), limits: { timeout: 300 } },
      /time limits of 300/,
    ],
    [
      'gives too much',
      text('const main = () => ({ x: "x".repeat(2 ** 20) })'),
      /exceeded the allowed length: 1048584 > 1048576/,
    ],
    [
      'has no main',
      text('const other = 1'),
      /^Initialization has failed due to: Action entrypoint 'main' is not a function/,
    ],
    [
      'has another main',
      text(GREET, { main: 'constructor("x")' }),
      /entrypoint 'constructor\("x"\)' is not a function/,
    ],
    ['cannot be read', text('function main( {'), /^Initialization has failed due to: .*SyntaxError/s],
    [
      'is no zip',
      text(Buffer.from('no zip at all').toString('base64').slice(0, 16)),
      /error uncompressing the action archive/,
    ],
    ['has no index.js', zip({ 'main.js': '' }), /must contain either package.json or index.js/],
    ['leaves its folder', zip({ '../../index.js': 'exports.main = () => ({})' }), /error uncompressing/],
  ];
  it.each(ends)('%s', async (what, body, error) => {
    const name = what.replaceAll(' ', '-');
    expect((await put(name, body)).status).toBe(200);
    const answer = await call(name);
    const told = (answer.value as { error: unknown }).error;
    expect(answer.status).toBe(502);
    if (error instanceof RegExp) expect(told).toMatch(error);
    else if (typeof error === 'string') expect(told).toBe(error);
    else expect(told).toMatchObject(error as object);
  });
});

describe('what cannot be made', () => {
  const MALFORMED = 'The request content was malformed:\n';
  it.each<[what: string, name: string, body: unknown, status: number, error: string]>([
    ['broken JSON', 'a', '{', 400, MALFORMED],
    ['a list', 'a', '[]', 400, MALFORMED],
    ['no code', 'a', {}, 400, 'exec undefined'],
    ['no kind', 'a', { exec: {} }, 400, `${MALFORMED}'kind' must be a string`],
    ['another kind', 'a', { exec: { kind: 'python:3', code: 'x' } }, 400, `${MALFORMED}kind 'python:3' not in Set(`],
    ['a kind without code', 'a', { exec: { kind: 'nodejs:20' } }, 400, `${MALFORMED}'code' must be a string`],
    ['a strange main', 'a', text('x', { main: 1 }), 400, `${MALFORMED}if defined, 'main' be a string`],
    [
      'little memory',
      'a',
      { ...text('x'), limits: { memory: 64 } },
      400,
      `${MALFORMED}requirement failed: memory 64 MB below allowed threshold of 128 MB`,
    ],
    ['much time', 'a', { ...text('x'), limits: { timeout: 1e9 } }, 400, `${MALFORMED}requirement failed: duration`],
    ['memory as text', 'a', { ...text('x'), limits: { memory: '256' } }, 400, MALFORMED],
    ['parameters as an object', 'a', { ...text('x'), parameters: { a: 1 } }, 400, `${MALFORMED}parameters malformed!`],
    [
      'large parameters',
      'a',
      { ...text('x'), parameters: [{ key: 'a', value: 'x'.repeat(2 ** 20) }] },
      413,
      'parameters larger than allowed: ',
    ],
    ['large code', 'a', text('é'.repeat(25 * 2 ** 20)), 413, 'exec larger than allowed: 52428800 > 50331648 bytes.'],
    [
      'a name that leaves',
      '..%2Fa',
      text('x'),
      400,
      'The request content was malformed:\nThe name of the entity contains illegal characters.',
    ],
    ['a name with a zero', 'a%00', text('x'), 400, 'illegal characters'],
    ['a name that begins with -', '-a', text('x'), 400, 'illegal characters'],
    ['a long name', 'x'.repeat(300), text('x'), 400, 'longer than allowed: 300 > 256'],
    ['a package that is not there', 'package/a', text('x'), 404, 'The requested resource does not exist.'],
  ])('%s', async (_, name, body, status, error) => {
    const answer = await put(name, body);
    expect([answer.status, (answer.value as { error?: string }).error]).toEqual([
      status,
      expect.stringContaining(error),
    ]);
    expect((await request('GET', 'a')).status).toBe(404);
  });

  it('takes no parameter that is fixed, and no list', async () => {
    const parameters = [{ key: 'name', value: 'ana' }];
    await put('fixed', { ...text(GREET), parameters, annotations: [{ key: 'final', value: true }] });
    expect(await call('fixed', { name: 'ben' })).toMatchObject({ status: 400 });
    expect(await call('fixed', { other: 1 })).toMatchObject({ status: 200, value: { hello: 'ana' } });
    expect((await call('fixed', '[]')).status).toBe(400);
    expect((await call('fixed', '{"__proto__":{"name":"eva"}}')).value).toEqual({ hello: 'ana' });
  });
});

it('belongs to the account that has made it', async () => {
  const [ana, ben] = ['ana', 'ben'].map((name) => ({ id: `${name}-1`, secret: `secret-of-${name}` }));
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify({ ana, ben }));
  const { url, close } = await start({ data: 'other-data', accounts: 'accounts.json' });
  const send = (who: typeof ana, method: string, path: string, body?: unknown) =>
    ask(url, {
      ...{ method, path: `/api/v1/namespaces/${path}`, body },
      headers: { authorization: `Basic ${Buffer.from(`${who?.id}:${who?.secret}`).toString('base64')}` },
    });
  try {
    expect((await send(ana, 'PUT', '_/actions/greet', text(GREET))).value).toMatchObject({ namespace: 'ana' });
    expect((await send(ana, 'GET', 'ana/actions/greet')).status).toBe(200);
    expect((await send(ben, 'GET', '_/actions/greet')).status).toBe(404);
    expect((await send(ben, 'GET', 'ana/actions/greet')).status).toBe(403);
    expect((await send(ben, 'PUT', 'ana/actions/greet', text(GREET))).status).toBe(403);
    expect((await send(ben, 'GET', '_/actions')).value).toEqual([]);
    expect((await ask(url, { path: `${ACTIONS}/greet`, method: 'PUT', body: text(GREET) })).status).toBe(401);
  } finally {
    await close();
  }
});
