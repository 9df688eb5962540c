/** Deployment to Netlify over its REST API. */
import { expect, test } from 'vitest';
import { KEY, startNetlify } from './stand-ins/netlify.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';

const head = 'Netlify Functions at site s1\n';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test(
  'the site shows what the folder says, in one deploy, and nothing is sent where nothing differs',
  async () => {
    const { state, written, env: given } = await startNetlify();
    const { run, build, env } = await buildProgram('netlify', given, { memory: 1024 });
    const all = `  create  deploy of the site s1\n${lines('create')}`;
    expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + all });
    const deployed = await run('deploy', 'faas');
    expect(deployed).toMatchObject({ code: 0, stderr: '' });
    expect(deployed.stdout).toContain(head + all);
    expect(deployed.stdout).toContain('FAASIFY_ENDPOINT_NETLIFY=https://shop.netlify.app/.netlify/functions/{name}\n');
    expect(state.shown).toMatchObject({ id: 'd1', title: 'faasify: shop' });
    expect(state.shown?.environment).toEqual([
      { key: 'SALT', value: SALT, is_secret: true, scopes: ['builds', 'functions', 'runtime'] },
      { key: 'FAASIFY_KEY', value: KEY, is_secret: true, scopes: ['builds', 'functions', 'runtime'] },
    ]);
    expect(state.metadata).toMatchObject({
      mine: 1,
      faasify: { d1: { 'shop-work-sign': expect.stringMatching(/^[0-9a-f]{48}$/) } },
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
  },
  LONG,
);

test(
  'one that ends half-way is not shown, and the next one is; a site that shows something else is not touched',
  async () => {
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
    fail(/POST .*deploys/, 422);
    const quoted = await run('deploy', 'faas');
    expect(quoted.stderr).toMatch(/answered 422 .*"key":"SALT","value":"\*\*\*".*"key":"FAASIFY_KEY","value":"\*\*\*"/);
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
  },
  LONG,
);

test(
  'what the metadata do not know is put there again; without a key for calls nothing is',
  async () => {
    const { state, env: given } = await startNetlify();
    const { run, env } = await buildProgram('netlify', given, { memory: 1024 });
    await run('deploy', 'faas');
    state.metadata = {};
    expect((await run('deploy', 'faas')).stdout).toContain(head + lines('create'));
    env.FAASIFY_KEY_NETLIFY = '';
    expect((await run('deploy', 'faas')).stderr).toContain('Set FAASIFY_KEY_NETLIFY to a key of your own');
    expect(state.deploys).toHaveLength(2);
  },
  LONG,
);
