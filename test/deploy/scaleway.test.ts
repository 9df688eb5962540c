/** Deployment to Scaleway's functions over their API. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TRIG } from '../cli/command.ts';
import { buildFor } from './built.ts';
import { startScaleway } from './scaleway.ts';

const HEAD = 'Scaleway Serverless Functions at namespace shop (nl-ams)\n';
const lines = (action: string, ...units: string[]) => units.map((unit) => `  ${action}  shop-trig-${unit}\n`).join('');

const SALTED = {
  ...TRIG,
  'trig.ts': `${TRIG['trig.ts']}\nexport function sign(text: string): string {\n  return text + process.env.SALT;\n}\n`,
  'main.ts': `${TRIG['main.ts']}import { sign } from './trig.js';\nconsole.log(sign('a'));\n`,
  'globals.d.ts': 'declare const process: { env: Record<string, string | undefined> };\n',
};

/** A build, and `faasify` in its folder. */
async function build(files?: Record<string, string>) {
  const scaleway = await startScaleway();
  const find = (name: string) => [...scaleway.functions.values()].find((fn) => fn.name === name);
  return { scaleway, find, ...(await buildFor('scaleway', scaleway.env, files)) };
}

test('a namespace is made for the app, functions come, change and go as the build says, and it goes with the last of them', async () => {
  const { scaleway, run, folder, built, find } = await build();
  const all = ['calculate', 'square'];
  const planned = `${HEAD}  create  namespace shop\n${lines('create', ...all)}`;
  expect(await run('diff', 'faas')).toEqual({ code: 1, stdout: planned, stderr: '' });
  expect(scaleway.written).toEqual([]);
  const where =
    '  apps find them with FAASIFY_ENDPOINT_SCALEWAY=https://shop7x-{name}.functions.fnc.nl-ams.scw.cloud\n';
  expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: planned + where, stderr: '' });
  const square = find('shop-trig-square');
  expect(square).toMatchObject({
    status: 'ready',
    runtime: 'node22',
    handler: 'handler.handle',
    privacy: 'private',
    memory_limit: 512,
    timeout: '30s',
    tags: ['faasify-app=shop', expect.stringMatching(/^faasify-hash=[0-9a-f]{48}$/)],
  });
  expect(square?.live?.toString('latin1')).toMatch(/^PK/);
  const before = scaleway.written.length;
  expect((await run('deploy', 'faas')).stdout).toBe(`${HEAD}  nothing differs\n`);
  expect(scaleway.written).toHaveLength(before);

  square?.tags.push('team=shop');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "faasify": { "timeout": 5 } }');
  await built();
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', ...all));
  expect(find('shop-trig-square')).toMatchObject({ timeout: '10s', tags: expect.arrayContaining(['team=shop']) });
  await built('--exclude', '**#square');
  expect((await run('deploy', 'faas')).stdout).toContain(lines('delete', 'square'));
  const gone = `${HEAD}${lines('delete', 'calculate')}  delete  namespace shop\n`;
  expect((await run('destroy', 'faas', '--yes')).stdout).toBe(gone);
  expect([scaleway.functions.size, scaleway.namespaces.size]).toEqual([0, 0]);
  expect((await run('destroy', 'faas', '--yes')).stdout).toBe('there is nothing of shop\n');
});

test('variables that functions read are secrets there, and those that they do not read any more go', async () => {
  const { scaleway, run, built, find } = await build(SALTED);
  scaleway.env.SALT = 'pepper';
  await run('deploy', 'faas');
  expect(find('shop-trig-sign')?.secret_environment_variables).toEqual([{ key: 'SALT', value: 'pepper' }]);
  find('shop-trig-sign')?.secret_environment_variables.push({ key: 'OLD', value: '1' });
  scaleway.env.SALT = 'salt';
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', 'sign'));
  expect(find('shop-trig-sign')?.secret_environment_variables).toEqual([{ key: 'SALT', value: 'salt' }]);
  scaleway.env.SCW_DEFAULT_REGION = 'nl-ams';
  await built('--exclude', '**#sign');
});

test('what ends in the middle is finished by the next deployment, also where the code is there and nothing else', async () => {
  const { scaleway, run, find } = await build();
  scaleway.faults.set('GET functions', [429, 503]);
  scaleway.faults.set('PATCH functions', [409, 429]);
  scaleway.faults.set('POST deploy', [500]);
  const stopped = await run('deploy', 'faas');
  expect(stopped).toMatchObject({ code: 2, stdout: '' });
  expect(stopped.stderr).toContain('answered 500 to POST /functions/v1beta1/regions/nl-ams/functions/');
  scaleway.faults.clear();
  expect((await run('diff', 'faas')).stdout).toMatch(/update {2}shop-trig-\w+\n/);
  expect((await run('deploy', 'faas')).code).toBe(0);
  expect((await run('diff', 'faas')).code).toBe(0);
  const square = find('shop-trig-square');
  expect(square?.live).toEqual(square?.code);

  scaleway.broken.set('shop-trig-square', 'build failed');
  if (square) square.tags = ['faasify-app=shop', 'faasify-hash=other'];
  expect((await run('deploy', 'faas')).stderr).toContain('could not deploy shop-trig-square: build failed');
  scaleway.broken.clear();
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', 'square'));
});

test('a namespace or a function of somebody else is not touched; one that is given is used, and stays', async () => {
  const { scaleway, run } = await build();
  scaleway.namespaces.set('ns-1', { id: 'ns-1', name: 'shop', status: 'ready', tags: [] });
  expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop');
  scaleway.env.SCW_FUNCTION_NAMESPACE = 'ns-1';
  scaleway.functions.set('fn-1', {
    ...{ id: 'fn-1', name: 'shop-trig-square', status: 'ready', tags: [] },
    ...{ namespace_id: 'ns-1', secret_environment_variables: [] },
  });
  expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop-trig-square');
  expect(scaleway.written).toEqual([]);
  scaleway.functions.clear();
  expect((await run('deploy', 'faas')).code).toBe(0);
  expect((await run('destroy', 'faas', '--yes')).code).toBe(0);
  expect([scaleway.functions.size, scaleway.namespaces.size]).toEqual([0, 1]);
  scaleway.env.SCW_SECRET_KEY = '';
  expect((await run('deploy', 'faas')).stderr).toContain('Nothing says who asks Scaleway');
});
