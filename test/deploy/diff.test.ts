import { describe, expect, test } from 'vitest';
import { type Change, diff } from '../../src/5-deploy/diff.ts';
import { tagResource } from '../../src/5-deploy/ownership.ts';
import { formatPolicy, makePolicy, TRUST } from '../../src/5-deploy/policy.ts';
import type {
  Actual,
  ActualBucket,
  ActualFunction,
  ActualRegion,
  Desired,
  DesiredFunction,
  DesiredRegion,
  FunctionContent,
} from '../../src/5-deploy/state.ts';

const REGION = 'eu-west-1';

const content: FunctionContent = {
  code: 'code 1',
  handler: 'handler.handler',
  runtime: 'nodejs22.x',
  architecture: 'x86_64',
  memory: 512,
  timeout: 30,
  storage: 512,
  tracing: false,
  role: 'arn:aws:iam::123456789012:role/faasify-shop-eu-west-1',
  vpc: '',
  deadLetter: '',
  logGroup: '/faasify/shop',
  env: { TOKEN: 'hidden value' },
};

const ABOUT = { partition: 'aws', account: '123456789012', region: REGION, logGroup: '/faasify/shop' };
const scaling = { reservedConcurrency: 0, provisionedConcurrency: 0 };

const bucket = { name: 'b', isOwn: true, prefix: 'faasify/shop/', tags: tagResource('shop', {}) };
const BUCKET: ActualBucket = {
  ...{ name: 'b', isOwn: true, tags: tagResource('shop', {}), leftovers: [] },
  ...{ isPrivate: true, isEncrypted: true, expires: true },
};

const policy = (tracing = false, calls: string[] = []) =>
  makePolicy({ ...ABOUT, calls, tracing, vpc: false, asked: [] });

function wanted(name: string, changes: Partial<FunctionContent> = {}): DesiredFunction {
  const tags = tagResource('shop', {}, name);
  return {
    region: REGION,
    name: `shop-${name}`,
    unit: name,
    zip: `${name}.zip`,
    content: { ...content, ...changes },
    scaling,
    tags,
  };
}

function found(name: string, changes: Partial<ActualFunction> = {}): ActualFunction {
  const { region, unit, tags } = wanted(name);
  const about = { region, name: `shop-${name}`, unit, tags, arn: `arn:${name}`, revision: 'r', scaling };
  return { ...about, latest: content, live: { version: '1', content }, ...changes };
}

function desiredOf(functions: DesiredFunction[], changes: Partial<DesiredRegion> = {}): Desired {
  const tags = tagResource('shop', {});
  const logGroup = { name: '/faasify/shop', retention: 30, tags };
  const role = { name: 'faasify-shop-eu-west-1', path: '/', trust: TRUST, policy: policy(), tags };
  return { app: 'shop', alias: 'live', regions: [{ region: REGION, logGroup, role, functions, ...changes }] };
}

function actualOf(functions: ActualFunction[], changes: Partial<ActualRegion> = {}): Actual {
  const tags = tagResource('shop', {});
  const logGroup = { name: '/faasify/shop', retention: 30, tags };
  const role = { name: 'faasify-shop-eu-west-1', trust: TRUST, policy: formatPolicy(policy()), tags };
  return { regions: [{ region: REGION, logGroup, role, functions, foreign: [], ...changes }] };
}

/** `update shop-a: code, memory 512→1024, stale` */
function formatAll(changes: Change[]): string[] {
  return changes.map((change) => {
    const settings = change.settings.map(({ setting, from, to }) => `${setting} ${from}→${to}`);
    const marks =
      change.kind === 'function' ? [change.code ? ['code'] : [], change.isStale ? ['stale'] : []].flat() : [];
    return `${change.action} ${change.name}: ${[...settings, ...marks].join(', ')}`;
  });
}

describe('what a deployment changes', () => {
  test.each<[string, Desired, Actual, string[]]>([
    ['nothing where nothing differs', desiredOf([wanted('a')]), actualOf([found('a')]), []],
    ['code', desiredOf([wanted('a', { code: 'code 2' })]), actualOf([found('a')]), ['update shop-a: code, stale']],
    [
      'one setting',
      desiredOf([wanted('a', { memory: 1024 })]),
      actualOf([found('a')]),
      ['update shop-a: memory 512→1024, stale'],
    ],
    [
      'the one of several that differs',
      desiredOf([wanted('a'), wanted('b', { timeout: 9 })]),
      actualOf([found('a'), found('b')]),
      ['update shop-b: timeout 30→9, stale'],
    ],
    [
      'a value of the environment, which is not told',
      desiredOf([wanted('a', { env: { TOKEN: 'other' } })]),
      actualOf([found('a')]),
      ['update shop-a: env TOKEN undefined→undefined, stale'],
    ],
    [
      'a variable that is gone',
      desiredOf([wanted('a', { env: {} })]),
      actualOf([found('a')]),
      ['update shop-a: env TOKEN undefined→undefined, stale'],
    ],
    ['what has left the program', desiredOf([wanted('a')]), actualOf([found('a'), found('b')]), ['delete shop-b: ']],
    [
      'one that was updated and never published',
      desiredOf([wanted('a')]),
      actualOf([found('a', { live: { version: '1', content: { ...content, code: 'code 0' } } })]),
      ['update shop-a: stale'],
    ],
    [
      'one that was created and never published',
      desiredOf([wanted('a')]),
      actualOf([{ ...found('a'), live: undefined as never }]),
      ['update shop-a: stale'],
    ],
    [
      'one that somebody has changed behind the alias',
      desiredOf([wanted('a')]),
      actualOf([found('a', { latest: { ...content, code: 'by hand' } })]),
      ['update shop-a: code'],
    ],
    [
      'a tag, but not those of others',
      desiredOf([{ ...wanted('a'), tags: { ...wanted('a').tags, team: 'x' } }]),
      actualOf([found('a', { tags: { ...found('a').tags, theirs: 'y' } })]),
      ['update shop-a: tag team undefined→x'],
    ],
    [
      'networks and where failures go, given up',
      desiredOf([wanted('a')]),
      actualOf([found('a', { latest: { ...content, vpc: 'sg-1 subnet-1', deadLetter: 'arn:x' } })]),
      ['update shop-a: vpc sg-1 subnet-1→undefined, deadLetter arn:x→undefined'],
    ],
    [
      'instances, which are of no version',
      desiredOf([{ ...wanted('a'), scaling: { reservedConcurrency: 5, provisionedConcurrency: 2 } }]),
      actualOf([found('a', { scaling: { reservedConcurrency: 0, provisionedConcurrency: 3 } })]),
      ['update shop-a: reservedConcurrency undefined→5, provisionedConcurrency 3→2'],
    ],
    [
      'a bucket, as far as it is not what it is to be',
      desiredOf([wanted('a')], { bucket }),
      actualOf([found('a')], { bucket: { ...BUCKET, expires: false, leftovers: ['x.zip'] } }),
      ['update b: objects expire undefined→after a day, zips left behind 1→undefined'],
    ],
    [
      'nothing of a bucket of the user but zips that were left there',
      desiredOf([wanted('a')], { bucket: { ...bucket, isOwn: false } }),
      actualOf([found('a')], { bucket: { ...BUCKET, tags: {}, isPrivate: false, isOwn: false, leftovers: ['x.zip'] } }),
      ['update b: zips left behind 1→undefined'],
    ],
    [
      'retention',
      desiredOf([wanted('a')]),
      actualOf([found('a')], { logGroup: { name: '/faasify/shop', tags: tagResource('shop', {}) } }),
      ['update /faasify/shop: retention undefined→30'],
    ],
    [
      'nothing where the provider does not tell the log group',
      desiredOf([wanted('a')]),
      actualOf([found('a', untold())]),
      [],
    ],
    [
      'a region without units: functions go, logs and role stay until all is destroyed',
      { ...desiredOf([]), regions: [] },
      actualOf([found('a')]),
      ['delete shop-a: '],
    ],
  ])('%s', (_, desired, actual, expected) => {
    expect(formatAll(diff(desired, actual))).toEqual(expected);
  });

  test('everything where there is nothing', () => {
    const changes = diff(desiredOf([wanted('a')]), { regions: [] });
    expect(changes.map(({ action, kind }) => `${action} ${kind}`)).toEqual([
      'create log-group',
      'create role',
      'create function',
    ]);
    expect(JSON.stringify(changes)).not.toContain('hidden value');
  });

  test('permissions, one by one', () => {
    const arn = `arn:aws:lambda:${REGION}:123456789012:function:shop-b:live`;
    const role = {
      name: 'faasify-shop-eu-west-1',
      path: '/',
      trust: TRUST,
      policy: policy(false, [arn]),
      tags: tagResource('shop', {}),
    };
    const before = { ...role, policy: formatPolicy(policy(true)) };
    const [change] = diff(desiredOf([wanted('a')], { role }), actualOf([found('a')], { role: before }));
    expect(change).toMatchObject({
      kind: 'role',
      action: 'update',
      permissions: {
        added: [`lambda:InvokeFunction on ${arn}`],
        removed: ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'],
      },
    });
  });
});

function untold(): Partial<ActualFunction> {
  const { logGroup: _logGroup, ...rest } = content;
  return { latest: rest, live: { version: '1', content: rest } };
}

describe('the policy of a role', () => {
  test('names what the functions need, and * only where AWS gives no choice', () => {
    const resources = policy(false, ['arn:aws:lambda:eu-west-1:123456789012:function:shop-b:live']).statements.flatMap(
      (one) => one.resources,
    );
    expect(resources).toEqual([
      'arn:aws:logs:eu-west-1:123456789012:log-group:/faasify/shop:*',
      'arn:aws:lambda:eu-west-1:123456789012:function:shop-b:live',
    ]);
    const all = policy(true).statements.filter((one) => one.resources.some((resource) => resource.includes('*')));
    expect(all.every(({ why }) => why.includes('*'))).toBe(true);
  });
});
