import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import type { RoutePlan } from '../../src/types.ts';
import { buildRuntime, bundleUnit, writeManifest } from './program.ts';

/** Functions with an address, asked over HTTP on this machine. */

const ROUTES: RoutePlan[] = [
  { key: 'GET /price/{id}', fn: 'm#price', params: [{ name: 'id', from: 'path', type: 'string' }] },
  { key: 'GET /price/best', fn: 'm#best', params: [] },
  { key: 'POST /echo', fn: 'm#echo', params: [{ name: 'o', from: 'body', type: 'any' }] },
  { key: 'GET /page', fn: 'm#page', raw: true, params: [] },
  { key: 'GET /exit', fn: 'm#exit', params: [] },
];
const UNIT = `
const functions = {
  'm#price': { run: (id) => ({ id }) },
  'm#best': { run: () => 'the best' },
  'm#echo': { run: (o) => o },
  'm#page': { run: () => ({ statusCode: 201, headers: { 'x-a': 'b\\r\\nx-c: d' }, cookies: ['a=1', 'b=2'], body: 'aGk=', isBase64Encoded: true }) },
  'm#exit': { run: () => process.exit(3) },
};
export const handler = timed(http(handle(functions), functions, ${JSON.stringify(Object.fromEntries(ROUTES.map(({ key, ...route }) => [key, route])))}), functions);
`;

let folder: string;
let serving: Serving;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-routes-'));
  await buildRuntime(folder);
  await bundleUnit(folder, 'lambda', 'm', UNIT);
  const functions = ROUTES.map(({ fn }) => fn);
  writeManifest(folder, [{ name: 'm', functions, bundle: 'm.mjs', routes: ROUTES }]);
  serving = await serveFolder({ out: folder, cwd: folder, port: 0, log: 'calls.log' }, join(folder, 'host.cjs'));
});
afterAll(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

it('is noted as other calls are', async () => {
  const trace = 'Root=1-6b077ff7-547f3f2525ce80b46cab6bc3;Parent=819f2b9c3a7af8aa';
  await ask('/price/noted', { headers: { 'x-amzn-trace-id': trace } });
  const read = () => readFileSync(join(folder, 'calls.log'), 'utf8');
  await expect.poll(read, { timeout: 10_000 }).toContain('"trace":"1-6b077ff7-547f3f2525ce80b46cab6bc3"');
  expect(read()).not.toContain('noted');
});

async function ask(path: string, init: RequestInit = {}): Promise<[number, string]> {
  const answer = await fetch(serving.url + path, init);
  return [answer.status, await answer.text()];
}

/** As it is: `fetch` would tidy up the path. */
function askRaw(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(serving.url);
    const outgoing = request({ hostname, port, path, headers }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    outgoing.on('error', fail);
    outgoing.end();
  });
}

describe('addresses on this machine', () => {
  it('lead to their functions, what is written out first', async () => {
    expect(await ask('/price/tea')).toEqual([200, '{"id":"tea"}']);
    expect(await ask('/price/best')).toEqual([200, '"the best"']);
    expect(await ask('/price/a%2Fb%20c?x=1')).toEqual([200, '{"id":"a/b c"}']);
    expect(serving.routes.map(({ key }) => key)).toContain('GET /price/{id}');
  });

  it('are no others', async () => {
    for (const path of ['/', '/price', '/price/', '/price/a/b', '/Price/tea', '/price/%zz', '/price/a%']) {
      expect([path, await askRaw(path)]).toEqual([path, 404]);
    }
    expect((await ask('/price/tea', { method: 'POST' }))[0]).toBe(404);
    expect(await askRaw('/price/..%2f..%2fetc')).toBe(200);
  });

  it('take bodies of any kind', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await ask('/echo', { method: 'POST', headers: json, body: '{"ü":[1]}' })).toEqual([200, '{"ü":[1]}']);
    const binary = { 'content-type': 'application/octet-stream' };
    expect((await ask('/echo', { method: 'POST', headers: binary, body: Buffer.from([255]) }))[0]).toBe(415);
    const large = `"${'x'.repeat(7 * 1024 * 1024)}"`;
    // Whoever is still sending may see nothing but the end of the connection.
    const sent = ask('/echo', { method: 'POST', headers: json, body: large }).catch(() => [413]);
    expect((await sent)[0]).toBe(413);
  });

  it('answer as the function says', async () => {
    const answer = await fetch(`${serving.url}/page`);
    expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([201, 'hi', ['a=1', 'b=2']]);
    expect([answer.headers.get('x-a'), answer.headers.get('x-c')]).toEqual(['b  x-c: d', null]);
    expect(await ask('/exit')).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  it('are closed to web pages of others and to other machines', async () => {
    expect(await askRaw('/price/tea', { origin: 'http://evil.example' })).toBe(403);
    expect(await askRaw('/price/tea', { host: 'evil.example' })).toBe(403);
  });
});
