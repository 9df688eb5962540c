/** Deployments through APIs of functions that requests and the clock start. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGoogle } from '../deploy/google.ts';
import { startScaleway } from '../deploy/scaleway.ts';
import { startAzure } from './stand-ins/azure.ts';
import { KEY, startCloudflare } from './stand-ins/cloudflare.ts';
import { startNetlify } from './stand-ins/netlify.ts';
import { startVercel } from './stand-ins/vercel.ts';
import { buildProgram, LONG, STARTED } from './store-program.ts';

const DAILY = '/** @faas schedule="rate(1 day)" */\nexport function report(): void {\n  console.log(1);\n}\n';
const NONE = 'export function report(): void {\n  console.log(1);\n}\n';

const start = (target: string, env: Record<string, string>, settings: object = {}) =>
  buildProgram(target, env, { depth: 'shallow', ...settings }, STARTED);

test(
  'Workers have Cron Triggers, and keep those that they should',
  async () => {
    const { workers, written, fail, env } = await startCloudflare();
    const { run, build, folder } = await start('workers', env);
    fail(/^PUT .*schedules/, 409);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
    expect(workers.get('shop-report')).toMatchObject({ enabled: false });
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-report\n');
    expect(workers.get('shop-report')).toMatchObject({ enabled: true, crons: ['*/5 * * * *', '0 12 * * *'] });
    expect(workers.get('shop-shop')).toMatchObject({ enabled: true });
    expect(workers.get('shop-shop')?.crons).toBeUndefined();
    const before = written.length;
    expect((await run('deploy', 'faas')).stdout).toContain('nothing differs');
    expect(written).toHaveLength(before);

    writeFileSync(join(folder, 'report.ts'), DAILY);
    await build();
    fail(/^PUT .*report$/, 409);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
    expect(workers.get('shop-report')?.crons).toEqual(['*/5 * * * *', '0 12 * * *']);
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-report\n');
    expect(workers.get('shop-report')?.crons).toEqual(['0 0 * * *']);
    writeFileSync(join(folder, 'report.ts'), NONE);
    await build();
    expect((await run('deploy', 'faas')).code).toBe(0);
    expect(workers.get('shop-report')?.crons ?? []).toEqual([]);
    expect((await run('destroy', 'faas', '--yes')).code).toBe(0);
    expect(workers.size).toBe(0);
  },
  LONG,
);

test(
  'Vercel is told with the files, and its clock has the key',
  async () => {
    const { state, fail, env: given } = await startVercel({ isQuick: true });
    const { run, env } = await start('vercel', given, { memory: 1024 });
    expect((await run('deploy', 'faas')).code).toBe(0);
    expect(state.secrets).toMatchObject({ CRON_SECRET: { value: KEY, comment: expect.stringMatching(/^faasify /) } });
    const sent = state.shown?.files.find(({ file }) => file === 'vercel.json');
    const told = JSON.parse(`${state.blobs.get(sent?.sha ?? '')}`);
    expect(told.crons).toMatchObject([{ path: '/api/shop-report/run/0' }, { path: '/api/shop-report/run/1' }]);
    expect(told.routes).toContainEqual({ src: '^/price/[^/]+$', methods: ['GET'], dest: '/api/shop-shop' });
    expect((await run('diff', 'faas')).code).toBe(0);
    env.FAASIFY_KEY_VERCEL = 'another';
    fail(/^POST .*deployments/, 409);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
    expect(state.secrets.CRON_SECRET?.value).toBe('another');
    env.FAASIFY_KEY_VERCEL = KEY;
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-report\n');
    expect(state.secrets.CRON_SECRET?.value).toBe(KEY);
    expect((await run('diff', 'faas')).code).toBe(0);
  },
  LONG,
);

test(
  'at Azure functions say it themselves',
  async () => {
    const { state, env } = await startAzure({ isQuick: true });
    const { run } = await start('azure', env);
    expect((await run('deploy', 'faas')).code).toBe(0);
    expect(state.functions.sort()).toEqual(['shop-report', 'shop-shop']);
    expect((await run('diff', 'faas')).code).toBe(0);
  },
  LONG,
);

test(
  'at Scaleway a public function answers requests, and triggers of the clock come and go',
  async () => {
    const { functions, crons, faults, env } = await startScaleway();
    const { run, build, folder } = await start('scaleway', env);
    const find = (name: string) => [...functions.values()].find((one) => one.name === name);
    faults.set('POST crons', [500]);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 500');
    const deployed = await run('deploy', 'faas');
    expect(deployed.stdout).toContain('  update  shop-report\n');
    expect(find('shop-shop')).toMatchObject({ handler: 'handler.handle', privacy: 'private' });
    expect(find('shop-shop-web')).toMatchObject({ handler: 'handler.web', privacy: 'public', status: 'ready' });
    expect(find('shop-report-web')).toBeUndefined();
    const own = { function_id: find('shop-report')?.id };
    expect([...crons.values()].sort((a, b) => (a.name < b.name ? -1 : 1))).toMatchObject([
      { ...own, schedule: '0 12 * * *', args: { faasify: 'run', fn: 'report#close' } },
      { ...own, schedule: '*/5 * * * *', args: { faasify: 'run', fn: 'report#report' } },
    ]);
    expect((await run('diff', 'faas')).code).toBe(0);
    crons.set('mine', { id: 'mine', function_id: `${own.function_id}`, name: 'mine', schedule: '* * * * *', args: {} });
    writeFileSync(join(folder, 'report.ts'), DAILY);
    await build();
    expect((await run('deploy', 'faas')).code).toBe(0);
    expect([...crons.values()].map(({ schedule }) => schedule).sort()).toEqual(['* * * * *', '0 0 * * *']);
    writeFileSync(join(folder, 'shop.ts'), `${STARTED['shop.ts']}`.replace(' http="GET /price/{id}"', ''));
    await build();
    expect((await run('deploy', 'faas')).stdout).toContain('  delete  shop-shop-web\n');
  },
  LONG,
);

test(
  'at Google anybody may ask a second function, and jobs call by the clock as the account that is named',
  async () => {
    const { functions, open, jobs, faults, written, env: given } = await startGoogle();
    const { run, build, folder, env } = await start('gcf', given);
    const refused = await run('deploy', 'faas');
    expect(refused.stderr).toContain('does not set up schedules of functions at Google Cloud Functions');
    expect(refused.stderr).toContain('FAASIFY_SCHEDULER');
    expect(written).toEqual([]);
    env.FAASIFY_SCHEDULER = 'clock@shop-1.iam.gserviceaccount.com';
    faults.set('POST jobs', [403]);
    expect((await run('deploy', 'faas')).stderr).toContain('roles/cloudscheduler.admin');
    const place = 'projects/shop-1/locations/europe-west1';
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-report (europe-west1)\n');
    expect([...open]).toEqual([`${place}/services/shop-shop-web`]);
    expect(functions.get(`${place}/functions/shop-shop-web`)?.buildConfig.entryPoint).toBe('shop-shop-web');
    const url = 'https://europe-west1-shop-1.cloudfunctions.net/shop-report';
    expect([...jobs.keys()]).toEqual([`${place}/jobs/shop-report-run-0`, `${place}/jobs/shop-report-run-1`]);
    const [first] = jobs.values();
    expect(first).toMatchObject({
      ...{ description: 'faasify: shop', timeZone: 'Etc/UTC', attemptDeadline: '30s' },
      httpTarget: { uri: url, oidcToken: { serviceAccountEmail: env.FAASIFY_SCHEDULER, audience: url } },
    });
    expect((await run('diff', 'faas')).code).toBe(0);
    writeFileSync(join(folder, 'report.ts'), DAILY);
    await build();
    expect((await run('deploy', 'faas')).stdout).toContain('  update  shop-report (europe-west1)\n');
    expect([...jobs.values()].map(({ schedule }) => schedule)).toEqual(['0 0 * * *']);
    expect((await run('destroy', 'faas', '--yes')).code).toBe(0);
    expect([functions.size, jobs.size]).toEqual([0, 0]);
  },
  LONG,
);

test(
  'what an API is not told of is refused with the reason, before anything is sent',
  async () => {
    const { written, env } = await startNetlify();
    const { run } = await start('netlify', env, { memory: 1024 });
    const refused = await run('deploy', 'faas');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(
      'faasify does not set up addresses of functions at Netlify Functions: only its own',
    );
    expect(refused.stderr).toContain('netlify/deploy.sh');
    expect(written).toEqual([]);
  },
  LONG,
);
