/** Deployment to OpenWhisk over its REST API. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TRIG } from '../cli/command.ts';
import { buildFor } from './built.ts';
import { startWhisk } from './whisk.ts';

/** A build of two units, and `faasify` in its folder. */
async function build(files?: Record<string, string>) {
  const whisk = await startWhisk();
  return { ...whisk, ...(await buildFor('openwhisk', whisk.env, files)) };
}

test('what is there is made what the folder says, only what differs is sent, and only what is ours goes', async () => {
  const { run, folder, env, actions, written } = await build();
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
      { key: 'faasify', value: { app: 'shop', hash: expect.stringMatching(/^[0-9a-f]{48}$/) } },
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
  const { run, env, actions, faults } = await build();
  faults.set('shop-trig-square', [500, 502, 503, 500]);
  const broken = await run('deploy', 'faas');
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toContain(
    'answered 500 to PUT /api/v1/namespaces/_/actions/shop-trig-square: There was a fault',
  );
  expect((await run('deploy', 'faas')).stdout).toContain('  create  shop-trig-square\n');
  const foreign = actions.get('shop-trig-square');
  if (foreign) actions.set('shop-trig-square', { ...foreign, annotations: [] });
  expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop-trig-square');
  env.AUTH = 'somebody:else';
  expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
  env.AUTH = '';
  expect((await run('deploy', 'faas')).stderr).toContain('Nothing says where OpenWhisk is, or who deploys');
});

test('too many requests and a failing server are waited for; variables that functions read are theirs, and in no message', async () => {
  const { run, env, actions, written, faults } = await build({
    ...TRIG,
    'trig.ts': `${TRIG['trig.ts']}\nexport function sign(text: string): string {\n  return text + process.env.SALT;\n}\n`,
    'main.ts': `${TRIG['main.ts']}import { sign } from './trig.js';\nconsole.log(sign('a'));\n`,
    'globals.d.ts': 'declare const process: { env: Record<string, string | undefined> };\n',
  });
  env.SALT = 'pepper-and-salt';
  faults.set('shop-trig-square', [429, 503]);
  const name = 'shop-trig-sign';
  expect((await run('deploy', 'faas')).stdout).toContain(`  create  ${name}\n`);
  expect(actions.get(name)?.parameters).toEqual([{ key: 'SALT', value: 'pepper-and-salt', init: true }]);
  expect(JSON.stringify(actions.get(name)?.annotations)).not.toContain('pepper');
  expect(await run('deploy', 'faas')).toMatchObject({ stdout: expect.stringContaining('nothing differs') });
  expect(written).toHaveLength(3);
  env.SALT = 'cinnamon-bark';
  expect((await run('deploy', 'faas', '--dry-run')).stdout).toContain(`  update  ${name}\n`);
  faults.set(name, [400]);
  const refused = await run('deploy', 'faas');
  expect(refused.stderr).toContain('answered 400');
  expect(refused.stderr).toContain('***');
  expect(refused.stderr).not.toContain('cinnamon');
});
