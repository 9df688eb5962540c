/** Deployment to Vercel over its REST API. */
import { expect, test } from 'vitest';
import { KEY, startVercel } from './stand-ins/vercel.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';

const head = 'Vercel Functions at project prj_1\n';
const ground = 'production deployment of the project prj_1';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test(
  'production is what the folder says, in one deployment, and nothing is sent where nothing differs',
  async () => {
    const { state, written, env: given } = await startVercel();
    const { run, build, env } = await buildProgram('vercel', given, { memory: 1024 });
    const all = `  create  ${ground}\n${lines('create')}`;
    expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + all });
    const deployed = await run('deploy', 'faas');
    expect(deployed).toMatchObject({ code: 0, stderr: '' });
    expect(deployed.stdout).toContain(head + all);
    expect(deployed.stdout).toContain('FAASIFY_ENDPOINT_VERCEL=https://shop.vercel.app/api/{name}\n');
    expect(state.shown).toMatchObject({ name: 'shop', project: 'prj_1', target: 'production' });
    expect(state.shown?.env).toEqual({ SALT, FAASIFY_KEY: KEY });
    expect(state.shown?.files.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['vercel.json', 'api/shop-work-sign/index.mjs', 'api/shop-work-square/index.mjs']),
    );
    expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
    const sent = written.length;
    env.SALT = 'cinnamon';
    expect((await run('deploy', 'faas')).stdout).toContain(`${head}  update  shop-work-sign\n`);
    expect(written.slice(sent)).toEqual(['POST v13/deployments']);
    await build('--exclude', '**#square');
    expect((await run('deploy', 'faas')).stdout).toContain(`${head}  delete  shop-work-square\n`);
    expect(state.shown?.files.some(({ file }) => file.includes('square'))).toBe(false);
    expect(state.deployments).toHaveLength(3);
    const gone = await run('destroy', 'faas', '--yes');
    expect(gone).toMatchObject({ code: 0, stdout: `${head}  delete  shop-work-sign\n  delete  ${ground}\n` });
    expect(state.deployments).toEqual([]);
  },
  LONG,
);

test(
  'one that ends half-way is not shown, and the next one is; a project that shows something else is not touched',
  async () => {
    const { state, written, fail, env: given } = await startVercel();
    const { run, env } = await buildProgram('vercel', given, { memory: 1024 });
    fail(/v2\/files/, 500);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 500 to POST /v2/files');
    fail(/deployments/, 429, 0);
    expect((await run('deploy', 'faas')).code).toBe(2);
    expect(state.deployments).toEqual([]);
    expect((await run('deploy', 'faas')).code).toBe(0);

    env.SALT = 'cinnamon';
    state.failing = 'No such runtime';
    expect((await run('deploy', 'faas')).stderr).toContain('The deployment dpl_2 has ended as ERROR: No such runtime');
    expect(state.shown?.id).toBe('dpl_1');
    state.failing = '';
    state.isHeld = true;
    expect((await run('deploy', 'faas')).stderr).toContain(
      'The deployment dpl_3 is there, but the project shows dpl_1',
    );
    state.isHeld = false;
    fail(/POST .*deployments/, 409);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-work-sign\n');

    if (state.shown) state.shown.meta = {};
    written.length = 0;
    expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: prj_1');
    expect((await run('diff', 'faas')).stderr).toContain('do not belong to this app: prj_1');
    await run('destroy', 'faas', '--yes');
    expect(written).toEqual([]);
    env.FAASIFY_KEY_VERCEL = '';
    env.VERCEL_TOKEN = 'another';
    expect((await run('deploy', 'faas')).stderr).toContain('answered 403');
    env.VERCEL_TOKEN = '';
    expect((await run('deploy', 'faas')).stderr).toContain('Set VERCEL_PROJECT_ID');
  },
  LONG,
);
