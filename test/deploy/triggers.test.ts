import { describe, expect, test } from 'vitest';
import { diffTriggers } from '../../src/5-deploy/diff-triggers.ts';
import type { ActualTriggers, DesiredTriggers } from '../../src/5-deploy/trigger-state.ts';
import { describeTriggers, grantRoute, grantRule } from '../../src/5-deploy/triggers.ts';
import type { ManifestUnit, RoutePlan } from '../../src/types.ts';

/** What starts functions besides calls: what is to be there, and what differs from it. */

const TARGET = 'arn:aws:lambda:eu-west-1:123456789012:function:shop-a:live';

function unit(name: string, changes: Partial<ManifestUnit> = {}): ManifestUnit {
  const files = { source: 's', bundle: 'b', map: 'm', zip: 'z', inputs: '', bytes: 1, unpackedBytes: 1, hash: 'ab' };
  const deployed = { name: `shop-${name}`, alias: 'live' };
  return { name, functions: [], ...files, settings: { memory: 512, timeout: 30 }, deployed, env: [], ...changes };
}

const route = (key: string): RoutePlan => ({ key, fn: 'm#f', params: [] });

function describeUnits(...units: ManifestUnit[]): DesiredTriggers | undefined {
  const account = { partition: 'aws', account: '123456789012', region: 'eu-west-1' };
  return describeTriggers({ app: 'shop', ...account, units, tags: { 'faasify:app': 'shop' } });
}

const shop = unit('a', {
  routes: [route('POST /orders'), route('GET /price/{id}')],
  schedules: [{ fn: 'm#f', expression: 'rate(1 minute)' }],
  settings: { memory: 512, timeout: 30, warm: 1 },
});

/** As if it had been deployed. */
function makeActual({ api, rules }: DesiredTriggers): ActualTriggers {
  const grants = [
    ...(api?.routes ?? []).map((one) => grantRoute(one, `${api?.source}x1`)),
    ...rules.map((rule) => grantRule(rule)),
  ];
  return {
    ...(api && {
      api: {
        id: 'x1',
        name: api.name,
        endpoint: 'https://x1',
        tags: api.tags,
        isLive: true,
        routes: api.routes.map(({ key }, index) => ({ id: `r${index}`, key, integration: 'i1' })),
        integrations: [{ id: 'i1', target: TARGET, isPlain: true }],
      },
    }),
    spareApis: [],
    rules: rules.map(({ name, tags, expression, target, input }) => {
      return { name, tags, expression, isOn: true, targets: [{ id: 't', arn: target, input }] };
    }),
    grants,
  };
}

describe('what is to be there', () => {
  test('is an API for all addresses and a rule for each schedule', () => {
    expect(describeUnits(unit('a'))).toBeUndefined();
    const found = describeUnits(shop, unit('b', { routes: [route('GET /b')] }));
    expect(found?.api?.routes.map(({ key, function: fn }) => [key, fn])).toEqual([
      ['GET /b', 'shop-b'],
      ['GET /price/{id}', 'shop-a'],
      ['POST /orders', 'shop-a'],
    ]);
    expect(found?.rules.map(({ expression, target, input }) => [expression, target, input])).toEqual([
      ['rate(1 minute)', TARGET, '{"faasify":"run","fn":"m#f"}'],
      ['rate(1 minute)', TARGET, '{"faasify":"warm"}'],
    ]);
  });

  test('has names of rules that are possible, and differ', () => {
    const long = 'x'.repeat(60);
    const names = describeUnits(
      unit('a', { deployed: { name: `${long}aaaa`, alias: 'live' }, settings: { memory: 1, timeout: 1, warm: 5 } }),
      unit('b', { deployed: { name: `${long}bbbb`, alias: 'live' }, settings: { memory: 1, timeout: 1, warm: 5 } }),
    )?.rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names ?? []) expect(name).toMatch(/^[.\-_A-Za-z0-9]{1,64}$/);
  });

  test('lets only these requests start a function', () => {
    const grant = grantRoute(
      { key: 'GET /price/{id}/of/{n}', function: 'shop-a' },
      'arn:aws:execute-api:eu-west-1:1:x1',
    );
    expect(grant.source).toBe('arn:aws:execute-api:eu-west-1:1:x1/*/GET/price/*/of/*');
    expect(grant.id).toMatch(/^faasify-http-[0-9a-f]{8}$/);
  });
});

describe('what differs', () => {
  const desired = describeUnits(shop);
  if (!desired) throw new Error('nothing is desired');
  const actual = makeActual(desired);
  const textsOf = (wanted: DesiredTriggers | undefined, found: ActualTriggers) =>
    diffTriggers('eu-west-1', wanted, found).flatMap(({ kind, action, settings }) => [
      `${action} ${kind}`,
      ...settings.map(({ setting, from, to }) => `${setting}: ${from} → ${to}`),
    ]);

  test('is nothing', () => {
    expect(textsOf(desired, actual)).toEqual([]);
    expect(textsOf(undefined, { spareApis: [], rules: [], grants: [] })).toEqual([]);
  });

  const api = actual.api;
  const [first, ...others] = actual.rules;
  if (!api || !first) throw new Error('nothing is there');

  test.each<[string, ActualTriggers, string]>([
    [
      'a route',
      { ...actual, api: { ...api, routes: api.routes.slice(1) } },
      'GET /price/{id}: undefined → shop-a:live',
    ],
    [
      'another target',
      { ...actual, api: { ...api, integrations: [{ id: 'i1', target: `${TARGET}2`, isPlain: true }] } },
      'GET /price/{id}: shop-a:live2 → shop-a:live',
    ],
    [
      'an integration of another kind',
      { ...actual, api: { ...api, integrations: [{ id: 'i1', target: TARGET, isPlain: false }] } },
      'GET /price/{id}: undefined → shop-a:live',
    ],
    [
      'what nothing leads to',
      { ...actual, api: { ...api, integrations: [...api.integrations, { id: 'i2', target: TARGET, isPlain: true }] } },
      'integration: shop-a:live → undefined',
    ],
    ['a stage', { ...actual, api: { ...api, isLive: false } }, 'stage: not live → live'],
    ['a tag', { ...actual, api: { ...api, tags: {} } }, 'tag faasify:app: undefined → shop'],
    ['a permission', { ...actual, grants: actual.grants.slice(1) }, 'may be started: undefined → shop-a by apigateway'],
    ['an API that is one too many', { ...actual, spareApis: ['x2'] }, 'delete api'],
    [
      'a schedule',
      { ...actual, rules: [{ ...first, expression: 'rate(2 minutes)' }, ...others] },
      'when: rate(2 minutes) → rate(1 minute)',
    ],
    ['a schedule that is off', { ...actual, rules: [{ ...first, isOn: false }, ...others] }, 'state: off → on'],
    [
      'a schedule that starts nothing',
      { ...actual, rules: [{ ...first, targets: [] }, ...others] },
      'starts: undefined → shop-a:live',
    ],
    ['all of a schedule', { ...actual, rules: others }, 'create schedule'],
    [
      'what is left of one',
      {
        ...actual,
        grants: [
          ...actual.grants,
          {
            function: 'shop-a',
            id: 'faasify-time-1',
            principal: 'events.amazonaws.com',
            source: 'arn:aws:events:eu-west-1:1:rule/shop-old',
          },
        ],
      },
      'delete schedule',
    ],
  ])('is %s', (_name, found, expected) => {
    expect(textsOf(desired, found).join('\n')).toContain(expected);
  });

  test('is all that is not wanted any more', () => {
    expect(textsOf(undefined, actual)).toEqual(['delete api', 'delete schedule', 'delete schedule']);
  });
});
