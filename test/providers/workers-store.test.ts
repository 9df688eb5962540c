/** Deployment to Cloudflare over its REST API. */
import { expect, test } from 'vitest';
import { KEY, startCloudflare } from './stand-ins/cloudflare.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';

const head = 'Cloudflare Workers at account a1\n';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test(
  'Workers are made what the folder says, only what differs is sent, and only what is ours goes',
  async () => {
    const { workers, written, env: given } = await startCloudflare();
    const { run, build, env } = await buildProgram('workers', given);
    workers.set('others', { metadata: {}, module: '', enabled: true });
    expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + lines('create') });
    const deployed = await run('deploy', 'faas');
    expect(deployed).toMatchObject({ code: 0, stderr: '' });
    expect(deployed.stdout).toContain(head + lines('create'));
    expect(deployed.stdout).toContain('FAASIFY_ENDPOINT_WORKERS=https://{name}.ana.workers.dev\n');
    const sign = workers.get('shop-work-sign');
    expect(sign).toMatchObject({
      enabled: true,
      metadata: { compatibility_flags: ['nodejs_compat', 'enable_request_signal', 'global_fetch_strictly_public'] },
    });
    expect(sign?.metadata.tags).toEqual(['faasify-app-shop', expect.stringMatching(/^faasify-hash-[0-9a-f]{48}$/)]);
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
  },
  LONG,
);

test(
  'one that ends half-way is finished by the next; what is not ours is not touched',
  async () => {
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
  },
  LONG,
);

test(
  'without a key for calls, or with a wrong token, nothing is sent',
  async () => {
    const { written, env: given } = await startCloudflare();
    const { run, env } = await buildProgram('workers', { ...given, FAASIFY_KEY_WORKERS: '' });
    expect((await run('deploy', 'faas')).stderr).toContain('Set FAASIFY_KEY_WORKERS to a key of your own');
    env.CLOUDFLARE_API_TOKEN = 'another';
    expect((await run('deploy', 'faas')).stderr).toContain('answered 401 to GET /accounts/a1/workers/s');
    env.CLOUDFLARE_API_TOKEN = '';
    expect((await run('deploy', 'faas')).stderr).toContain('Set CLOUDFLARE_ACCOUNT_ID');
    expect(written).toEqual([]);
  },
  LONG,
);
