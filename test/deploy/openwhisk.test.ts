/** Deployment to OpenWhisk over its REST API, of which there is enough here. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faasify, makeProject, TRIG } from '../cli/command.ts';

interface Action {
  name: string;
  namespace: string;
  exec: { kind: string; code: string; binary: boolean; main: string };
  limits: object;
  annotations: { key: string; value: unknown }[];
}

const KEY = 'id:secret';
const actions = new Map<string, Action>();
/** What was written: `PUT shop-trig-square`. */
const written: string[] = [];
let failing = '';
let server: Server;
let env: Record<string, string>;

beforeEach(async () => {
  actions.clear();
  written.length = 0;
  failing = '';
  server = createServer(async (incoming, outgoing) => {
    const [status, body] = await answer(incoming);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  env = { APIHOST: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AUTH: KEY };
});

afterEach(() => void server.close());

async function answer(incoming: IncomingMessage): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://localhost');
  const body = await text(incoming);
  const [, name] = /^\/api\/v1\/namespaces\/_\/actions(?:\/([\w-]+))?$/.exec(pathname) ?? [];
  if (incoming.headers.authorization !== `Basic ${btoa(KEY)}`)
    return [401, { error: 'The supplied authentication is invalid' }];
  if (name === undefined) {
    const [skip, limit] = [Number(searchParams.get('skip')), Number(searchParams.get('limit'))];
    const listed = [...actions.values()].map(({ exec: _, ...one }) => ({ ...one, namespace: 'guest' }));
    return [200, listed.slice(skip, skip + limit)];
  }
  if (name === failing) return [500, { error: 'There was an internal server error.' }];
  const known = actions.get(name);
  if (incoming.method === 'DELETE' && !known) return [404, { error: 'The requested resource does not exist.' }];
  if (incoming.method === 'PUT' && known && searchParams.get('overwrite') !== 'true') return [409, {}];
  written.push(`${incoming.method} ${name}`);
  if (incoming.method === 'DELETE') actions.delete(name);
  else actions.set(name, { ...known, ...JSON.parse(body) });
  return [200, actions.get(name) ?? known];
}

/** A build of two units, and `faasify` in its folder. */
async function build() {
  const folder = makeProject(TRIG);
  const run = (...args: string[]) => faasify(folder, ...args);
  for (const [name, value] of Object.entries(env)) process.env[name] = value;
  const made = await run('.', '--target', 'openwhisk', '--app', 'shop');
  expect(made.code, made.stderr).toBe(0);
  return { run, folder };
}

afterEach(() => {
  for (const name of ['APIHOST', 'AUTH']) delete process.env[name];
});

test('what is there is made what the folder says, only what differs is sent, and only what is ours goes', async () => {
  const { run, folder } = await build();
  actions.set('others', {
    name: 'others',
    namespace: '_',
    exec: { kind: 'python:3', code: '', binary: false, main: 'main' },
    limits: {},
    annotations: [],
  });
  const lines = (action: string) => ['calculate', 'square'].map((unit) => `  ${action}  shop-trig-${unit}\n`).join('');
  const head = `Apache OpenWhisk at ${env.APIHOST}\n`;
  expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + lines('create') });
  expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: head + lines('create'), stderr: '' });
  expect(actions.get('shop-trig-square')).toMatchObject({
    exec: { kind: 'nodejs:20', binary: true, main: 'main', code: expect.stringMatching(/^UEsDB/) },
    limits: { memory: 512, timeout: 30_000 },
    annotations: [
      { key: 'faasify', value: { app: 'shop', hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { key: 'provide-api-key', value: false },
    ],
  });
  expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
  expect(written).toHaveLength(2);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "faasify": { "timeout": 20 } }');
  await run('.', '--target', 'openwhisk', '--app', 'shop');
  expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + lines('update') });
  await run('.', '--target', 'openwhisk', '--app', 'shop', '--exclude', '**#square');
  expect((await run('deploy', 'faas')).stdout).toContain('  delete  shop-trig-square\n');
  expect(await run('destroy', 'faas', '--yes')).toMatchObject({
    code: 0,
    stdout: `${head}  delete  shop-trig-calculate\n`,
  });
  expect([...actions.keys()]).toEqual(['others']);
});

test('one that ends half-way is finished by the next; what is not ours is not touched, and nothing is asked without a key', async () => {
  const { run } = await build();
  failing = 'shop-trig-square';
  const broken = await run('deploy', 'faas');
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toContain('answered 500 to PUT /shop-trig-square: There was an internal server error.');
  failing = '';
  expect((await run('deploy', 'faas')).stdout).toContain('  create  shop-trig-square\n');
  const foreign = actions.get('shop-trig-square');
  if (foreign) actions.set('shop-trig-square', { ...foreign, annotations: [] });
  expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop-trig-square');
  process.env.AUTH = 'somebody:else';
  expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
  delete process.env.AUTH;
  expect((await run('deploy', 'faas')).stderr).toContain('Nothing says where OpenWhisk is, or who deploys');
});
