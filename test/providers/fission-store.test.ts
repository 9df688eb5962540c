/** Deployment to Fission over the API of Kubernetes. */
import { expect, test } from 'vitest';
import { startKubernetes, writeKubeconfig } from './stand-ins/kubernetes.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';

const ground = (action: string) => `  ${action}  environment faasify-shop\n`;
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');

test(
  'functions, packages and the environment are made what the folder says, and only what differs is sent',
  async () => {
    const { objects, written, address, env: given } = await startKubernetes();
    const { run, build, env } = await buildProgram('fission', given);
    const head = `Fission at ${address}\n`;
    const all = ground('create') + lines('create');
    const others = { kind: 'Function', metadata: { name: 'others', resourceVersion: '0' }, spec: {} };
    objects.set('functions/others', others);
    expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + all });
    expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: head + all, stderr: '' });
    expect(objects.get('functions/shop-work-sign')).toMatchObject({
      metadata: { labels: { 'faasify/app': 'shop' } },
      spec: {
        environment: { name: 'faasify-shop' },
        package: {
          packageref: { resourceversion: objects.get('packages/shop-work-sign')?.metadata.resourceVersion },
        },
        functionTimeout: 30,
        resources: { limits: { memory: '512Mi' } },
      },
    });
    expect(objects.get('packages/shop-work-sign')?.spec.deployment).toEqual({
      type: 'literal',
      literal: expect.stringMatching(/^UEsDB/),
    });
    expect(JSON.stringify(objects.get('environments/faasify-shop')?.spec)).toContain(
      `{"name":"SALT","value":"${SALT}"}`,
    );
    expect(written).toHaveLength(5);
    expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
    expect(written).toHaveLength(5);

    const sign = objects.get('functions/shop-work-sign');
    if (sign) sign.metadata.labels = { ...sign.metadata.labels, mine: '1' };
    env.SALT = 'cinnamon';
    expect((await run('deploy', 'faas')).stdout).toBe(`${head}  update  shop-work-sign\n`);
    expect(objects.get('functions/shop-work-sign')?.metadata.labels).toMatchObject({ mine: '1' });
    expect((await run('diff', 'faas')).code).toBe(0);
    await build('--exclude', '**#square');
    expect((await run('deploy', 'faas')).stdout).toContain(`${head}  delete  shop-work-square\n`);
    expect([...objects.keys()].filter((key) => key.includes('square'))).toEqual([]);
    expect(await run('destroy', 'faas', '--yes')).toMatchObject({
      code: 0,
      stdout: `${head}  delete  shop-work-sign\n${ground('delete')}`,
    });
    expect([...objects.keys()]).toEqual(['functions/others']);
  },
  LONG,
);

test(
  'one that ends half-way is finished by the next, also if that wants what was there before',
  async () => {
    const { objects, fail, env: given } = await startKubernetes();
    const { run, env } = await buildProgram('fission', given);
    fail(/POST \/functions/, 500);
    expect((await run('deploy', 'faas')).stderr).toContain(
      'answered 500 to POST /apis/fission.io/v1/namespaces/default/functions',
    );
    fail(/POST \/packages/, 429, 429);
    fail(/GET \/functions$/, 0, 503);
    expect((await run('deploy', 'faas')).stdout).toContain(lines('create'));
    expect((await run('diff', 'faas')).code).toBe(0);

    for (const pattern of [/PUT \/packages\/shop-work-sign/, /PUT \/functions\/shop-work-sign/]) {
      env.SALT = 'cinnamon';
      fail(pattern, 500, 500, 500, 500);
      expect((await run('deploy', 'faas')).code).toBe(2);
      env.SALT = SALT;
      expect((await run('diff', 'faas')).stdout).toContain('  update  shop-work-sign\n');
      expect((await run('deploy', 'faas')).code).toBe(0);
      expect(JSON.stringify(objects.get('environments/faasify-shop')?.spec)).toContain(SALT);
      expect((await run('diff', 'faas')).code).toBe(0);
    }
    env.SALT = 'cinnamon';
    fail(/PUT/, 409, 409);
    expect((await run('deploy', 'faas')).code).toBe(0);
    fail(/DELETE \/packages\/shop-work-square/, 500, 500, 500, 500);
    expect((await run('destroy', 'faas', '--yes')).code).toBe(2);
    expect((await run('destroy', 'faas', '--yes')).code).toBe(0);
    expect([...objects.keys()]).toEqual([]);
  },
  LONG,
);

test(
  'what is not of the app is not touched, and nothing is asked by nobody',
  async () => {
    const { objects, written, address, env: given } = await startKubernetes();
    const { run, env } = await buildProgram('fission', given);
    const foreign = (kind: string, key: string) => {
      const name = key.replace(/.*\//, '');
      objects.set(key, {
        kind,
        metadata: { name, resourceVersion: '0', labels: { 'faasify/app': 'other' } },
        spec: {},
      });
    };
    foreign('Function', 'functions/shop-work-sign');
    expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: shop-work-sign');
    objects.clear();
    foreign('Package', 'packages/shop-work-sign');
    expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: package shop-work-sign');
    objects.clear();
    foreign('Environment', 'environments/faasify-shop');
    expect((await run('deploy', 'faas')).stderr).toContain('do not belong to this app: faasify-shop');
    writeKubeconfig(given.KUBECONFIG, { server: address }, { token: 'another' });
    expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
    writeKubeconfig(given.KUBECONFIG, { server: address, 'proxy-url': 'http://127.0.0.1:9' }, {});
    expect((await run('deploy', 'faas')).stderr).toContain('The kubeconfig has proxy-url, which is not understood');
    env.KUBECONFIG = '/nowhere';
    expect((await run('deploy', 'faas')).stderr).toContain('Nothing says which cluster it is');
    expect(written).toEqual([]);
  },
  LONG,
);
