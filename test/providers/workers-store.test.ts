/** Deployment to Cloudflare over its REST API, of which there is enough here; what was uploaded runs in its own runtime. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../cli/command.ts';
import { install } from './install.ts';
import { startStandIn } from './stand-in.ts';
import { buildProgram, isAsked, SALT } from './store-program.ts';
import { runtime } from './workers.ts';

interface Metadata {
  main_module: string;
  compatibility_date: string;
  compatibility_flags: string[];
  bindings: { type: string; name: string; text: string }[];
  tags: string[];
}

interface Worker {
  metadata: Partial<Metadata>;
  module: string;
  enabled: boolean;
}

const KEY = 'a key of the tests';
const ACCOUNT = '/accounts/a1/workers';

const ok = (result: unknown) => ({ body: { success: true, errors: [], messages: [], result } });
const fail = (status: number, code: number, message: string) => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

async function startCloudflare() {
  const workers = new Map<string, Worker>();
  const api = await startStandIn(ACCOUNT, async ({ method, url, headers, bytes, json }) => {
    if (headers.authorization !== 'Bearer t1') return fail(401, 10000, 'Authentication error');
    const [, name = '', rest = ''] = /^\/scripts\/([^/]+)(.*)$/.exec(url.pathname.replace(ACCOUNT, '')) ?? [];
    if (url.pathname === `${ACCOUNT}/subdomain`) return ok({ subdomain: 'ana' });
    if (url.pathname === `${ACCOUNT}/scripts`)
      return ok([...workers].map(([id, { metadata }]) => ({ id, tags: metadata.tags ?? null })));
    const known = workers.get(name);
    if (method === 'PUT' && rest === '') {
      const form = await new Response(bytes, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
      const metadata: Metadata = JSON.parse(String(form.get('metadata')));
      const module = form.get(metadata.main_module);
      if (!(module instanceof File) || module.type !== 'application/javascript+module')
        return fail(400, 10021, 'No such module');
      workers.set(name, { enabled: false, ...known, metadata, module: await module.text() });
      return ok({ id: name });
    }
    if (!known) return fail(404, 10007, 'This Worker does not exist on your account.');
    if (method === 'POST' && rest === '/subdomain') known.enabled = (json as { enabled: boolean }).enabled;
    if (method === 'DELETE') workers.delete(name);
    return ok(rest === '/subdomain' ? { enabled: known.enabled, previews_enabled: false } : null);
  });
  const env = {
    CLOUDFLARE_API_BASE_URL: api.address,
    CLOUDFLARE_API_TOKEN: 't1',
    CLOUDFLARE_ACCOUNT_ID: 'a1',
    FAASIFY_KEY_WORKERS: KEY,
  };
  return { ...api, workers, env };
}

const head = 'Cloudflare Workers at account a1\n';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test('Workers are made what the folder says, only what differs is sent, and only what is ours goes', async () => {
  const { workers, written, env: given } = await startCloudflare();
  const { run, build, env } = await buildProgram('workers', given);
  workers.set('others', { metadata: {}, module: '', enabled: true });
  expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + lines('create') });
  const deployed = await run('deploy', 'faas');
  expect(deployed).toMatchObject({ code: 0, stderr: '' });
  expect(deployed.stdout).toContain(head + lines('create'));
  expect(deployed.stdout).toContain('  shop-work-sign is at https://shop-work-sign.ana.workers.dev\n');
  const sign = workers.get('shop-work-sign');
  expect(sign).toMatchObject({
    enabled: true,
    metadata: { compatibility_flags: ['nodejs_compat', 'enable_request_signal'] },
  });
  expect(sign?.metadata.tags).toEqual(['faasify-app-shop', expect.stringMatching(/^faasify-hash-[0-9a-f]{64}$/)]);
  expect(sign?.metadata.bindings).toEqual([
    { type: 'secret_text', name: 'SALT', text: SALT },
    { type: 'secret_text', name: 'FAASIFY_KEY', text: KEY },
  ]);
  expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
  expect(written).toHaveLength(4);
  env.SALT = 'cinnamon';
  expect((await run('diff', 'faas')).stdout).toBe(`${head}  update  shop-work-sign\n`);
  env.FAASIFY_KEY_WORKERS = 'another key';
  expect((await run('diff', 'faas')).stdout).toBe(head + lines('update'));
  await build('--exclude', '**#square');
  expect((await run('deploy', 'faas')).stdout).toContain('  delete  shop-work-square\n');
  expect((await run('destroy', 'faas', '--yes')).stdout).toBe(`${head}  delete  shop-work-sign\n`);
  expect([...workers.keys()]).toEqual(['others']);
});

test('one that ends half-way is finished by the next; what is not ours is not touched', async () => {
  const { workers, written, fail, env: given } = await startCloudflare();
  const { run, env } = await buildProgram('workers', given);
  fail(/^POST .*square\/subdomain/, 500);
  const broken = await run('deploy', 'faas');
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toContain('answered 500 to POST /accounts/a1/workers/scripts/shop-work-square/subdomain');
  expect(workers.get('shop-work-square')?.enabled).toBe(false);
  expect((await run('deploy', 'faas')).stdout).toContain(`${head}  update  shop-work-square\n`);
  expect(workers.get('shop-work-square')?.enabled).toBe(true);

  env.SALT = 'cinnamon';
  fail(/^PUT .*sign/, 0, 429, 503, 409);
  expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
  written.length = 0;
  expect(await run('deploy', 'faas')).toMatchObject({ code: 0 });
  expect(written).toEqual(['PUT /scripts/shop-work-sign', 'POST /scripts/shop-work-sign/subdomain']);

  const own = workers.get('shop-work-square');
  if (own) own.metadata.tags = ['somebody'];
  const foreign = await run('deploy', 'faas');
  expect(foreign).toMatchObject({ code: 2 });
  expect(foreign.stderr).toContain('do not belong to this app: shop-work-square');
  if (own) own.metadata.tags = ['faasify-app-other', 'faasify-hash-1'];
  expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop-work-square');
  expect(written).toHaveLength(2);
});

test('without a key for calls, or with a wrong token, nothing is sent', async () => {
  const { written, env: given } = await startCloudflare();
  const { run, env } = await buildProgram('workers', { ...given, FAASIFY_KEY_WORKERS: '' });
  expect((await run('deploy', 'faas')).stderr).toContain('Set FAASIFY_KEY_WORKERS to a key of your own');
  env.CLOUDFLARE_API_TOKEN = 'another';
  expect((await run('deploy', 'faas')).stderr).toContain('answered 401 to GET /accounts/a1/workers/s');
  env.CLOUDFLARE_API_TOKEN = '';
  expect((await run('deploy', 'faas')).stderr).toContain('Set CLOUDFLARE_ACCOUNT_ID');
  expect(written).toEqual([]);
});

test.runIf(isAsked('workers'))(
  'what was uploaded runs in workerd, with the values of variables',
  async () => {
    const { workers, env: given } = await startCloudflare();
    const { run } = await buildProgram('workers', given);
    await run('deploy', 'faas');
    const folder = makeProject({});
    const units = [...workers].map(([name, { metadata, module }]) => {
      const { main_module: main = '', ...others } = metadata;
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, main), module);
      writeFileSync(join(folder, name, 'wrangler.jsonc'), JSON.stringify({ ...others, main }));
      return { name, folder: join(folder, name) };
    });
    const bound = workers.get('shop-work-sign')?.metadata.bindings ?? [];
    const running = await runtime.start({
      units,
      home: await install(runtime, process.env.FAASIFY_PROVIDERS_HOME ?? join(folder, 'home')),
      scratch: join(folder, 'scratch'),
      env: Object.fromEntries(bound.map(({ name, text }) => [name, text])),
    });
    try {
      const call = async (name: string, args: unknown[]) => {
        const headers = { authorization: `Bearer ${KEY}` };
        const answer = await fetch(`${running.endpoint}/${name}`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ args }),
        });
        return answer.json();
      };
      expect(await call('shop-work-square', [7])).toEqual({ ret: 49 });
      expect(await call('shop-work-sign', ['a'])).toEqual({ ret: `a, ${SALT}` });
    } finally {
      await running.stop();
    }
  },
  240_000,
);
