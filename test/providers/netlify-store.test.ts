/** Deployment to Netlify over its REST API, of which there is enough here; what was uploaded runs in `netlify dev`'s own parts. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { unzip } from '../../src/host/control/unzip.ts';
import { makeProject } from '../cli/command.ts';
import { install } from './install.ts';
import { runtime } from './netlify.ts';
import { startStandIn } from './stand-in.ts';
import { buildProgram, isAsked, SALT } from './store-program.ts';

interface Deploy {
  id: string;
  title: string;
  state: 'uploading' | 'processing' | 'ready' | 'error';
  error_message?: string;
  files: Record<string, string>;
  functions: Record<string, string>;
  environment: { key: string; value: string; is_secret: boolean }[];
}

const KEY = 'a key of the tests';
const hash = (kind: string, bytes: Buffer) => createHash(kind).update(bytes).digest('hex');

/** A deploy is shown some looks after all of it is there, unless the site is locked. */
async function startNetlify() {
  const state = {
    deploys: [] as Deploy[],
    blobs: new Map<string, Buffer>(),
    metadata: { mine: 1 } as Record<string, unknown>,
    shown: undefined as Deploy | undefined,
    locked: false,
    failing: '',
  };
  const missing = (digests: Record<string, string>) => Object.values(digests).filter((one) => !state.blobs.has(one));
  const advance = (deploy: Deploy) => {
    if (missing({ ...deploy.files, ...deploy.functions }).length > 0) return;
    if (deploy.state === 'uploading') deploy.state = 'processing';
    else if (deploy.state === 'processing' && state.failing)
      Object.assign(deploy, { state: 'error', error_message: state.failing });
    else if (deploy.state === 'processing') {
      deploy.state = 'ready';
      if (!state.locked) state.shown = deploy;
    }
  };
  const tell = ({ id, title, state, error_message }: Deploy) => ({ id, title, state, error_message });
  const api = await startStandIn('/api/v1', ({ method, url, headers, bytes, json }) => {
    const path = url.pathname.replace('/api/v1', '');
    if (headers.authorization !== 'Bearer t1') return { status: 401, body: { code: 401, message: 'Access Denied' } };
    if (method === 'GET' && path === '/sites/s1')
      return {
        body: {
          id: 's1',
          ssl_url: 'https://shop.netlify.app',
          published_deploy: state.shown ? tell(state.shown) : null,
        },
      };
    if (path === '/sites/s1/metadata') {
      if (method === 'PUT') state.metadata = json as Record<string, unknown>;
      return { body: state.metadata };
    }
    if (method === 'POST' && path === '/sites/s1/deploys') {
      const title = url.searchParams.get('title') ?? '';
      const given = json as Pick<Deploy, 'files' | 'functions' | 'environment'>;
      const deploy: Deploy = { id: `d${state.deploys.length + 1}`, title, state: 'uploading', ...given };
      state.deploys.push(deploy);
      return {
        body: { ...tell(deploy), required: missing(deploy.files), required_functions: missing(deploy.functions) },
      };
    }
    const [, id, what = '', name = ''] =
      /^(?:\/sites\/s1)?\/deploys\/(\w+)(?:\/(files|functions)\/(.+))?$/.exec(path) ?? [];
    const deploy = state.deploys.find((one) => one.id === id);
    if (!deploy) return { status: 404, body: { code: 404, message: 'Not Found' } };
    if (method === 'PUT') {
      const digest = what === 'files' ? hash('sha1', bytes) : hash('sha256', bytes);
      const wanted = what === 'files' ? deploy.files[`/${name}`] : deploy.functions[name];
      if (digest !== wanted) return { status: 422, body: { code: 422, message: 'Digest does not match' } };
      state.blobs.set(digest, bytes);
      return { body: {} };
    }
    advance(deploy);
    return { body: tell(deploy) };
  });
  const env = {
    NETLIFY_API_URL: `${api.address}/api/v1`,
    NETLIFY_AUTH_TOKEN: 't1',
    NETLIFY_SITE_ID: 's1',
    FAASIFY_KEY_NETLIFY: KEY,
  };
  return { ...api, state, env };
}

const head = 'Netlify Functions at site s1\n';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test('the site shows what the folder says, in one deploy, and nothing is sent where nothing differs', async () => {
  const { state, written, env: given } = await startNetlify();
  const { run, build, env } = await buildProgram('netlify', given, { memory: 1024 });
  const all = `  create  deploy of the site s1\n${lines('create')}`;
  expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + all });
  const deployed = await run('deploy', 'faas');
  expect(deployed).toMatchObject({ code: 0, stderr: '' });
  expect(deployed.stdout).toContain(head + all);
  expect(deployed.stdout).toContain('is at https://shop.netlify.app/.netlify/functions/shop-work-sign\n');
  expect(state.shown).toMatchObject({ id: 'd1', title: 'faasify: shop' });
  expect(state.shown?.environment).toEqual([
    { key: 'SALT', value: SALT, is_secret: true, scopes: ['builds', 'functions', 'runtime'] },
    { key: 'FAASIFY_KEY', value: KEY, is_secret: true, scopes: ['builds', 'functions', 'runtime'] },
  ]);
  expect(state.metadata).toMatchObject({
    mine: 1,
    faasify: { d1: { 'shop-work-sign': expect.stringMatching(/^[0-9a-f]{64}$/) } },
  });
  expect(written).toHaveLength(5);
  expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
  expect(written).toHaveLength(5);

  env.SALT = 'cinnamon';
  expect((await run('deploy', 'faas')).stdout).toContain(`${head}  update  shop-work-sign\n`);
  expect(written.slice(5)).toEqual(['POST /sites/s1/deploys', 'PUT /sites/s1/metadata']);
  await build('--exclude', '**#square');
  expect((await run('deploy', 'faas')).stdout).toContain(`${head}  delete  shop-work-square\n`);
  expect(Object.keys(state.shown?.functions ?? {})).toEqual(['shop-work-sign']);
  expect(Object.keys(Object(state.metadata.faasify))).toEqual(['d2', 'd3']);
  expect(await run('destroy', 'faas', '--yes')).toMatchObject({
    code: 0,
    stdout: `${head}  delete  shop-work-sign\n  delete  deploy of the site s1\n`,
  });
  expect(state.shown).toMatchObject({ title: 'faasify: ', functions: {} });
  expect(await run('destroy', 'faas', '--yes')).toMatchObject({ code: 0 });
  expect(state.deploys).toHaveLength(4);
});

test('one that ends half-way is not shown, and the next one is; a site that shows something else is not touched', async () => {
  const { state, written, fail, env: given } = await startNetlify();
  const { run, env } = await buildProgram('netlify', given, { memory: 1024 });
  fail(/functions\/shop-work-square/, 500, 500, 500, 500);
  const broken = await run('deploy', 'faas');
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toContain('answered 500 to PUT /api/v1/deploys/d1/functions/shop-work-square');
  expect(state.shown).toBeUndefined();
  fail(/^POST/, 429, 429);
  fail(/^PUT .*square/, 0, 503);
  expect((await run('deploy', 'faas')).code).toBe(0);
  expect(state.shown?.id).toBe('d2');

  env.SALT = 'cinnamon';
  state.failing = 'Invalid function';
  expect((await run('deploy', 'faas')).stderr).toContain('The deploy d3 has failed: Invalid function');
  state.failing = '';
  state.locked = true;
  expect((await run('deploy', 'faas')).stderr).toContain('The deploy d4 is there, but the site shows d2');
  state.locked = false;
  fail(/metadata/, 409);
  expect((await run('deploy', 'faas')).stderr).toContain('answered 409 to GET /api/v1/sites/s1/metadata');
  expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-work-sign\n');

  if (state.shown) state.shown.title = 'a page of mine';
  written.length = 0;
  for (const command of [
    ['deploy', 'faas'],
    ['diff', 'faas'],
    ['destroy', 'faas', '--yes'],
  ]) {
    const refused = await run(...command);
    if (command[0] !== 'destroy') expect(refused.stderr).toContain('do not belong to this app: s1');
    expect(written).toEqual([]);
  }
  env.NETLIFY_AUTH_TOKEN = 'another';
  expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
  env.NETLIFY_AUTH_TOKEN = '';
  expect((await run('deploy', 'faas')).stderr).toContain('NETLIFY_SITE_ID');
});

test('what the metadata do not know is put there again; without a key for calls nothing is', async () => {
  const { state, env: given } = await startNetlify();
  const { run, env } = await buildProgram('netlify', given, { memory: 1024 });
  await run('deploy', 'faas');
  state.metadata = {};
  expect((await run('deploy', 'faas')).stdout).toContain(head + lines('create'));
  env.FAASIFY_KEY_NETLIFY = '';
  expect((await run('deploy', 'faas')).stderr).toContain('Set FAASIFY_KEY_NETLIFY to a key of your own');
  expect(state.deploys).toHaveLength(2);
});

test.runIf(isAsked('netlify'))(
  'what was uploaded runs as functions of a site, with the values of variables',
  async () => {
    const { state, env: given } = await startNetlify();
    const { run } = await buildProgram('netlify', given, { memory: 1024 });
    await run('deploy', 'faas');
    const folder = makeProject({});
    const units = [];
    for (const [name, digest] of Object.entries(state.shown?.functions ?? {})) {
      mkdirSync(join(folder, name));
      await unzip(state.blobs.get(digest) ?? Buffer.alloc(0), join(folder, name));
      units.push({ name, folder: join(folder, name) });
    }
    for (const { key, value } of state.shown?.environment ?? []) vi.stubEnv(key, value);
    const running = await runtime.start({
      units,
      home: await install(runtime, process.env.FAASIFY_PROVIDERS_HOME ?? join(folder, 'home')),
      scratch: join(folder, 'scratch'),
    });
    try {
      const call = async (name: string, args: unknown[], key = KEY) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        const address = `${running.endpoint}/.netlify/functions/${name}`;
        return fetch(address, { method: 'POST', headers, body: JSON.stringify({ args }) });
      };
      expect(await (await call('shop-work-square', [7])).json()).toEqual({ ret: 49 });
      expect(await (await call('shop-work-sign', ['ä'])).json()).toEqual({ ret: `ä, ${SALT}` });
      expect((await call('shop-work-sign', ['a'], 'wrong')).status).toBe(401);
    } finally {
      await running.stop();
    }
  },
  240_000,
);
