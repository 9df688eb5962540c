/** A build for several targets: each is deployed in its own way. */
import { expect, test, vi } from 'vitest';
import { serve } from '../../src/commands/serve.ts';
import { faasify, makeProject, TRIG } from '../cli/command.ts';
import { startWhisk } from './whisk.ts';

const TARGETS = 'lambda,openwhisk,openfaas';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'planted-right', AWS_REGION: 'eu-west-1' };

test('all targets are asked before one is changed, those with an API are deployed to, of the others the commands are shown', async () => {
  const whisk = await startWhisk();
  const folder = makeProject(TRIG);
  const aws = await serve({ cwd: folder, port: 0, env: KEYS });
  const env: Record<string, string | undefined> = {
    ...whisk.env,
    AUTH: undefined,
    ...KEYS,
    AWS_ENDPOINT_URL: aws.url,
    OPENFAAS_URL: undefined,
  };
  const run = (...args: string[]) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return faasify(folder, ...args);
  };
  try {
    expect(await run('.', '--target', TARGETS, '--app', 'shop')).toMatchObject({ code: 0 });

    const planned = await run('deploy', 'faas', '--dry-run');
    expect(planned).toMatchObject({ code: 1, stderr: '' });
    expect(planned.stdout).toMatch(/^AWS Lambda\n {2}create {2}/);
    expect(planned.stdout).toContain('Apache OpenWhisk: what is there is not known, so neither is what would change\n');
    expect(planned.stdout).toContain('  to be there: shop-trig-calculate, shop-trig-square\n');
    expect(planned.stdout).toContain('OpenFaaS is deployed with its own tool, by faas/openfaas/deploy.sh\n  faas-cli');
    expect(planned.stdout).toMatch(/nothing has been sent: this was a dry run\n$/);
    const asJson = JSON.parse((await run('deploy', 'faas', '--dry-run', '--json')).stdout);
    expect(asJson).toMatchObject({
      kind: 'dry-run',
      providers: [
        { target: 'lambda', app: 'shop' },
        { target: 'openwhisk', problem: { code: 'no-endpoint' } },
        { target: 'openfaas', script: 'faas/openfaas/deploy.sh', commands: expect.any(Array) },
      ],
    });

    const refused = await run('deploy', 'faas');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('OpenWhisk');
    const listed = await run('list', 'faas');
    expect(listed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^nothing is deployed of shop\nApache OpenWhisk: /),
    });
    expect((await run('list', 'faas', '--target', 'lambda')).stdout).toBe('nothing is deployed of shop\n');

    Object.assign(env, whisk.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(await run('deploy', 'faas')).toMatchObject({ code: 2, stdout: '' });
    expect(whisk.written).toEqual([]);

    env.AWS_ENDPOINT_URL = aws.url;
    expect(await run('deploy', 'faas', '--target', 'openwhisk')).toMatchObject({ code: 0 });
    expect(whisk.written).toHaveLength(2);
    expect((await run('diff', 'faas', '--target', 'lambda,openwhisk')).code).toBe(1);
    const deployed = await run('deploy', 'faas', '--json');
    expect(deployed).toMatchObject({ code: 1 });
    expect(JSON.parse(deployed.stdout)).toMatchObject({
      kind: 'deploy',
      app: 'shop',
      providers: [
        { target: 'openwhisk', changes: [] },
        { target: 'openfaas', script: 'faas/openfaas/deploy.sh' },
      ],
    });
    expect(await run('diff', 'faas')).toMatchObject({ code: 0 });
    expect((await run('deploy', 'faas', '--target', 'openfaas')).stderr).toMatch(/deploy\.sh:\n {4}faas-cli/);
    expect((await run('deploy', 'faas', '--target', 'openwisk')).stderr).toContain('Did you mean "openwhisk"?');

    expect((await run('destroy', 'faas')).stderr).toMatch(
      /OpenWhisk.*\n.*delete {2}shop-trig-calculate[\s\S]*function shop-/,
    );
    expect((await run('destroy', 'faas', '--target', 'lambda', '--yes')).code).toBe(0);
    expect(whisk.actions.size).toBe(2);
    const gone = await run('destroy', 'faas', '--yes');
    expect(gone).toMatchObject({ code: 1, stdout: expect.stringContaining('OpenFaaS') });
    expect(whisk.actions.size).toBe(0);
  } finally {
    await aws.close();
  }
}, 120_000);
