import { describe, expect, test } from 'vitest';
import { type DesiredInput, describeDesired } from '../../src/5-deploy/desired.ts';
import { redact, selectEnvironment } from '../../src/5-deploy/environment.ts';
import { checkLimits } from '../../src/5-deploy/limits.ts';
import { nameBucket } from '../../src/5-deploy/ownership.ts';
import { describeProviderError, isConflict, isRoleUnknown, ProviderError } from '../../src/5-deploy/provider-error.ts';
import type { Manifest, ManifestUnit } from '../../src/types.ts';

const deploy = {
  runtime: 'nodejs22.x',
  architecture: 'x86_64',
  storage: 512,
  tracing: false,
  logRetention: 30,
  tags: {},
};

const ASKED = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::photos/*'], from: 'faasify.config.mjs' };

function unit(name: string, changes: Partial<ManifestUnit> = {}): ManifestUnit {
  const files = { source: 's', bundle: 'b', map: 'm', zip: `packages/${name}.zip`, inputs: '' };
  const sizes = { bytes: 1000, unpackedBytes: 2000, hash: 'ab'.repeat(32) };
  const deployed = { name: `shop-${name}`, alias: 'live' };
  return {
    name,
    functions: [],
    ...files,
    ...sizes,
    settings: { memory: 512, timeout: 30 },
    deployed,
    env: [],
    ...changes,
  };
}

function manifestOf(units: ManifestUnit[], changes: Partial<Manifest> = {}): Manifest {
  const lists = { entries: [], functions: [], cuts: [], runtime: [], problems: [] };
  return {
    version: 1,
    faasify: '0',
    target: 'lambda',
    targets: ['lambda'],
    app: 'shop',
    deploy,
    units,
    ...lists,
    ...changes,
  };
}

const account = { partition: 'aws', id: '123456789012' };
function describeApp(manifest: Manifest, changes: Partial<DesiredInput> = {}) {
  return describeDesired({ manifest, out: '/out', env: {}, account, region: 'eu-west-1', ...changes });
}

describe('what is to be there', () => {
  test('is told by the manifest', () => {
    const { regions } = describeApp(manifestOf([unit('a', { env: ['TOKEN', 'NONE'] })]), {
      env: { TOKEN: 'x', OTHER: 'y' },
    });
    expect(regions).toMatchObject([
      {
        region: 'eu-west-1',
        logGroup: { name: '/faasify/shop', retention: 30 },
        role: { name: 'faasify-shop-eu-west-1' },
        functions: [
          {
            name: 'shop-a',
            zip: '/out/packages/a.zip',
            content: { code: Buffer.from('ab'.repeat(32), 'hex').toString('base64'), env: { TOKEN: 'x' }, memory: 512 },
            tags: { 'managed-by': 'faasify', 'faasify:app': 'shop', 'faasify:unit': 'a' },
          },
        ],
      },
    ]);
  });

  test('every region has functions, log group and role of its own, and a role that is given is left alone', () => {
    const manifest = manifestOf([
      unit('a'),
      unit('b', { settings: { memory: 512, timeout: 30, region: 'us-east-1' } }),
    ]);
    const roles = describeApp(manifest).regions.map(({ region, role, functions }) => [
      region,
      role?.name,
      functions.length,
    ]);
    expect(roles).toEqual([
      ['eu-west-1', 'faasify-shop-eu-west-1', 1],
      ['us-east-1', 'faasify-shop-us-east-1', 1],
    ]);
    const role = 'arn:aws:iam::123456789012:role/mine';
    const given = describeApp(manifest, { role }).regions;
    expect(given.map((one) => [one.role, one.functions[0]?.content.role])).toEqual([
      [undefined, role],
      [undefined, role],
    ]);
  });

  test('a role is that of the flag, the annotation, the configuration, the environment, in this order', () => {
    const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const annotated = unit('a', { settings: { memory: 512, timeout: 30, role: arn('annotation'), storage: 1024 } });
    const manifest = manifestOf([annotated, unit('b')], { deploy: { ...deploy, role: arn('config') } });
    const env = { FAASIFY_ROLE: arn('env') };
    const rolesOf = (changes: Partial<DesiredInput>, of = manifest) =>
      describeApp(of, changes).regions[0]?.functions.map(({ content }) => content.role.replace(/.*\//, ''));
    expect(rolesOf({ env, role: arn('flag') })).toEqual(['flag', 'flag']);
    expect(rolesOf({ env })).toEqual(['annotation', 'config']);
    expect(rolesOf({ env }, manifestOf([annotated, unit('b')]))).toEqual(['annotation', 'env']);
    expect(rolesOf({}, manifestOf([annotated, unit('b')]))).toEqual(['annotation', 'faasify-shop-eu-west-1']);
    expect(describeApp(manifest).regions[0]?.functions.map(({ content }) => content.storage)).toEqual([1024, 512]);
    expect(describeApp(manifest).regions[0]?.role).toBeUndefined();
  });

  test('what units call is all that they may call', () => {
    const region = { settings: { memory: 512, timeout: 30, region: 'us-east-1' } };
    const [first] = describeApp(manifestOf([unit('a', { calls: ['a', 'b'] }), unit('b', region)])).regions;
    expect(first?.role?.policy.statements[1]).toMatchObject({
      actions: ['lambda:InvokeFunction'],
      resources: [
        'arn:aws:lambda:eu-west-1:123456789012:function:shop-a:live',
        'arn:aws:lambda:us-east-1:123456789012:function:shop-b:live',
      ],
    });
  });

  test('what settings need and what is asked for is all else that they may do, with the reason', () => {
    const vpc = { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] };
    const deadLetter = 'arn:aws:sqs:eu-west-1:123456789012:failed';
    const more = { vpc, deadLetter, permissions: [ASKED], claimCheck: true };
    const [region] = describeApp(manifestOf([unit('a')], { deploy: { ...deploy, ...more } })).regions;
    expect(region?.functions[0]?.content).toMatchObject({ vpc: 'sg-1 subnet-1 subnet-2', deadLetter });
    const lines = region?.role?.policy.statements.map(({ actions, resources }) => `${actions} on ${resources}`);
    expect(lines).toEqual([
      'logs:CreateLogStream,logs:PutLogEvents on arn:aws:logs:eu-west-1:123456789012:log-group:/faasify/shop:*',
      's3:GetObject,s3:PutObject,s3:DeleteObject on arn:aws:s3:::faasify-shop-123456789012-eu-west-1/faasify/shop/calls/*',
      expect.stringMatching(/^ec2:.* on \*$/),
      `sqs:SendMessage on ${deadLetter}`,
      's3:GetObject on arn:aws:s3:::photos/*',
    ]);
    expect(region?.role?.policy.statements.at(-1)?.why).toBe('may use s3:GetObject: asked for in faasify.config.mjs');
  });

  test('a zip that is too large to be sent goes by a bucket, the one that is named or one of the app', () => {
    const manifest = manifestOf([unit('a', { bytes: 60 * 1024 * 1024 }), unit('b')]);
    const [region] = describeApp(manifest).regions;
    expect(region?.bucket).toMatchObject({ name: 'faasify-shop-123456789012-eu-west-1', isOwn: true });
    const key = `faasify/shop/code/${'ab'.repeat(32)}.zip`;
    expect(region?.functions.map(({ upload }) => upload)).toEqual([{ bucket: region?.bucket?.name, key }, undefined]);
    const [named] = describeApp({ ...manifest, deploy: { ...deploy, bucket: 'mine' } }).regions;
    expect(named?.bucket).toMatchObject({ name: 'mine', isOwn: false });
    expect(named?.functions.map(({ tags }) => tags['faasify:bucket'])).toEqual(['mine', 'mine']);
    expect(describeApp(manifestOf([unit('b')])).regions[0]?.bucket).toBeUndefined();
  });

  test('names of buckets are short, small, and differ where those of apps do', () => {
    const names = ['shop', 'Shop', 'shop_', 'a'.repeat(40), `${'a'.repeat(39)}b`].map((app) =>
      nameBucket(app, '123456789012', 'ap-northeast-1'),
    );
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a build that is not for a provider cannot be deployed', () => {
    const { app: _app, ...rest } = manifestOf([unit('a')]);
    expect(() => describeApp(rest)).toThrow(expect.objectContaining({ code: 'no-app' }));
  });
});

describe('limits, before anything is sent', () => {
  const big = 60 * 1024 * 1024;
  test.each<[string, Manifest, NodeJS.ProcessEnv?]>([
    ['unit a: memory is 64 MB, not 128 to 10240', manifestOf([unit('a', { settings: { memory: 64, timeout: 3 } })])],
    ['unit a: role admin is not the ARN of a role', manifestOf([unit('a')]), { FAASIFY_ROLE: 'admin' }],
    ['unit a: timeout is 901 s', manifestOf([unit('a', { settings: { memory: 128, timeout: 901 } })])],
    ['unit a: its zip has 300.0 MB, at most 250.0', manifestOf([unit('a', { bytes: 5 * big })])],
    ['unit a: it has 300.0 MB unpacked', manifestOf([unit('a', { unpackedBytes: 5 * big })])],
    ['tag a: at most 128 characters', manifestOf([unit('a')], { deploy: { ...deploy, tags: { a: 'x;y' } } })],
    ['unit a: storage is 100 MB, not 512 to 10240', manifestOf([unit('a')], { deploy: { ...deploy, storage: 100 } })],
    [
      'unit a: runtime nodejs18.x is none of',
      manifestOf([unit('a')], { deploy: { ...deploy, runtime: 'nodejs18.x' } }),
    ],
    [
      'environment variable AWS_REGION is not yours to set',
      manifestOf([unit('a')], { deploy: { ...deploy, environment: { AWS_REGION: 'ssm:x' } } }),
    ],
    [
      'unit a: 3 instances are to be kept ready (provisionedConcurrency), but it may have 2',
      manifestOf([unit('a')], { deploy: { ...deploy, reservedConcurrency: 2, provisionedConcurrency: 3 } }),
    ],
    [
      'permissions are asked for in faasify.config.mjs, but all functions run as a role of yours',
      manifestOf([unit('a')], { deploy: { ...deploy, permissions: [ASKED] } }),
      { FAASIFY_ROLE: 'arn:aws:iam::123456789012:role/mine' },
    ],
    [
      'tag faasify:app is not yours to set',
      manifestOf([unit('a')], { deploy: { ...deploy, tags: { 'faasify:app': 'x' } } }),
    ],
    [
      'unit a: its environment variables have 5003 bytes',
      manifestOf([unit('a', { env: ['BIG'] })]),
      { BIG: 'x'.repeat(5000) },
    ],
    [
      'unit a: its timeout is 60 s, but a request to an address gets an answer within 30 s or none',
      manifestOf([
        unit('a', { settings: { memory: 128, timeout: 60 }, routes: [{ key: 'GET /a', fn: 'm#f', params: [] }] }),
      ]),
    ],
    [
      'unit a: it has 40 addresses, at most 36 are possible',
      manifestOf([
        unit('a', { routes: Array.from({ length: 40 }, (_, i) => ({ key: `GET /${i}`, fn: 'm#f', params: [] })) }),
      ]),
    ],
    [
      'the policy of their role',
      manifestOf(Array.from({ length: 200 }, (_, index) => unit(`u${index}`, { calls: [`u${index}`] }))),
    ],
  ])('%s', (problem, manifest, env = {}) => {
    const check = () => checkLimits(describeApp(manifest, { env }), manifest);
    expect(check).toThrow(expect.objectContaining({ code: 'deploy-limit', message: expect.stringContaining(problem) }));
  });

  test('nothing is said of what is allowed', () => {
    const manifest = manifestOf([unit('a'), unit('b')]);
    expect(() => checkLimits(describeApp(manifest), manifest)).not.toThrow();
  });
});

describe('the environment', () => {
  test('has no credentials of ours, nothing of this machine and no name that is not possible', () => {
    const names = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'PATH', 'HOME', '_OWN', 'X', 'TOKEN'];
    const env = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(selectEnvironment(names, env)).toEqual({ TOKEN: 'x' });
  });

  test.each([
    [
      "Value '{TOKEN=hunter2, N=1}' at 'environment.variables'",
      "Value '{TOKEN=***, N=***}' at 'environment.variables'",
    ],
    ['hunter2hunter2 in v1.10', '****** in v1.10'],
  ])('is taken out of %s', (text, expected) => {
    expect(redact(text, { TOKEN: 'hunter2', N: '1', EMPTY: '' })).toBe(expected);
  });
});

describe('what the provider refuses', () => {
  const codeOf = (type: string, message = '') =>
    describeProviderError(new ProviderError('CreateFunction', type, message), {}) as { code: string; message: string };

  test.each([
    ['ExpiredTokenException', 'credentials'],
    ['UnrecognizedClientException', 'credentials'],
    ['CredentialsProviderError', 'credentials'],
    ['AccessDeniedException', 'access-denied'],
    ['ECONNREFUSED', 'provider-unreachable'],
    ['CodeStorageExceededException', 'provider-refused'],
  ])('%s is told as %s', (type, code) => {
    expect(codeOf(type, 'why').code).toBe(code);
    expect(codeOf(type, 'why').message).toContain('CreateFunction: why');
  });

  test('is looked at again where somebody else is at work, and waited for where a role is new', () => {
    const conflict = (operation: string, type: string, text = '') =>
      isConflict(new ProviderError(operation, type, text));
    expect(conflict('UpdateAlias', 'PreconditionFailedException')).toBe(true);
    expect(
      conflict('PublishVersion', 'InvalidParameterValueException', 'CodeSHA256 (a) is different from current'),
    ).toBe(true);
    expect(conflict('CreateFunction', 'InvalidParameterValueException', 'no')).toBe(false);
    const unknown = 'The role defined for the function cannot be assumed by Lambda.';
    expect(isRoleUnknown(new ProviderError('CreateFunction', 'InvalidParameterValueException', unknown))).toBe(true);
  });
});
