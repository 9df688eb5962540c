/** What differs between the addresses and rules that are there and those that are to be. */
import { type Action, diffTags, type SettingChange, toChange } from './diff-settings.ts';
import type {
  ActualApi,
  ActualRule,
  ActualTriggers,
  DesiredApi,
  DesiredRule,
  DesiredTriggers,
  Grant,
} from './trigger-state.ts';
import { API_GATEWAY, EVENTS, grantRoute, grantRule, NO_TRIGGERS } from './triggers.ts';

export interface TriggerChange {
  /** `api`: the addresses of an app; `schedule`: a rule. */
  kind: 'api' | 'schedule';
  action: Action;
  region: string;
  name: string;
  settings: SettingChange[];
}

export function diffTriggers(
  region: string,
  desired: DesiredTriggers | undefined,
  actual: ActualTriggers = NO_TRIGGERS,
): TriggerChange[] {
  const rules = new Map(actual.rules.map((rule) => [rule.name, rule]));
  const wanted = new Set(desired?.rules.map(({ name }) => name));
  const gone = [...actual.rules.map(({ name }) => name), ...actual.grants.flatMap(readRuleName)];
  return [
    ...diffApi(region, desired?.api, actual),
    ...actual.spareApis.map((id) => change('api', 'delete', region, id)),
    ...(desired?.rules ?? []).flatMap((rule) => diffRule(region, rule, rules.get(rule.name), actual.grants)),
    ...[...new Set(gone)].filter((name) => !wanted.has(name)).map((name) => change('schedule', 'delete', region, name)),
  ];
}

/** That of a rule may be all that is left of it. */
function readRuleName({ principal, source }: Grant): string[] {
  return principal === EVENTS ? [source.slice(source.lastIndexOf('/') + 1)] : [];
}

function change(
  kind: TriggerChange['kind'],
  action: Action,
  region: string,
  name: string,
  settings: SettingChange[] = [],
): TriggerChange {
  return { kind, action, region, name, settings };
}

function diffApi(region: string, desired: DesiredApi | undefined, actual: ActualTriggers): TriggerChange[] {
  const { api } = actual;
  if (!desired) return api ? [change('api', 'delete', region, api.name)] : [];
  const settings = [
    ...diffRoutes(desired, api),
    ...(api ? [...diffApiGrants(desired, api, actual.grants), ...diffTags(desired.tags, api.tags)] : []),
    ...(api && !api.isLive ? [toChange('stage', 'not live', 'live')] : []),
  ];
  if (!api) return [change('api', 'create', region, desired.name, settings)];
  return settings.length === 0 ? [] : [change('api', 'update', region, desired.name, settings)];
}

function diffRoutes({ routes }: DesiredApi, actual: ActualApi | undefined): SettingChange[] {
  const before = new Map(actual?.routes.map((route) => [route.key, findTarget(actual, route.integration)]));
  const wanted = new Set(routes.map(({ key }) => key));
  const gone = [...before].filter(([key]) => !wanted.has(key));
  return [
    ...routes
      .filter(({ key, target }) => before.get(key) !== target)
      .map(({ key, target }) => toChange(key, shorten(before.get(key)), shorten(target))),
    ...gone.map(([key, target]) => toChange(key, shorten(target) ?? 'nothing', undefined)),
    ...findUnused(actual).map(({ target }) => toChange('integration', shorten(target) ?? 'nothing', undefined)),
  ];
}

/** Undefined also where it would be called otherwise. */
function findTarget({ integrations }: ActualApi, id: string): string | undefined {
  return integrations.find((one) => one.id === id && one.isPlain)?.target;
}

/** What no route leads to: that of a deployment which was killed. */
function findUnused(api: ActualApi | undefined): ActualApi['integrations'] {
  return api?.integrations.filter(({ id }) => !api.routes.some(({ integration }) => integration === id)) ?? [];
}

/** `shop-price:live` */
function shorten(arn: string | undefined): string | undefined {
  return arn?.replace(/^.*:function:/, '');
}

function diffApiGrants(desired: DesiredApi, { id }: ActualApi, grants: readonly Grant[]): SettingChange[] {
  return diffGrants(
    desired.routes.map((route) => grantRoute(route, desired.source + id)),
    grants.filter(({ principal }) => principal === API_GATEWAY),
  );
}

/** The reason of each one is its name: who may start what. */
function diffGrants(desired: readonly Grant[], actual: readonly Grant[]): SettingChange[] {
  const textOf = ({ function: fn, id, principal, source }: Grant) => `${fn} by ${principal} for ${source} (${id})`;
  const [before, after] = [actual.map(textOf), desired.map(textOf)];
  return [
    ...after.filter((one) => !before.includes(one)).map((one) => toChange('may be started', undefined, one)),
    ...before.filter((one) => !after.includes(one)).map((one) => toChange('may be started', one, undefined)),
  ];
}

function diffRule(
  region: string,
  desired: DesiredRule,
  actual: ActualRule | undefined,
  grants: readonly Grant[],
): TriggerChange[] {
  const grant = grantRule(desired);
  const [target] = actual?.targets ?? [];
  const isTarget = actual?.targets.length === 1 && target?.arn === desired.target && target.input === desired.input;
  const settings = [
    ...(actual?.expression === desired.expression ? [] : [toChange('when', actual?.expression, desired.expression)]),
    ...(isTarget ? [] : [toChange('starts', shorten(target?.arn), shorten(desired.target))]),
    ...(actual && !actual.isOn ? [toChange('state', 'off', 'on')] : []),
    ...diffGrants(
      [grant],
      grants.filter((one) => one.function === desired.function && one.id === grant.id),
    ),
    ...(actual ? diffTags(desired.tags, actual.tags) : []),
  ];
  if (!actual) return [change('schedule', 'create', region, desired.name, settings)];
  return settings.length === 0 ? [] : [change('schedule', 'update', region, desired.name, settings)];
}
