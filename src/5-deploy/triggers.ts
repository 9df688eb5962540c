/** What is to start the functions of a region besides calls. */
import { createHash } from 'node:crypto';
import { formatRate } from '../2-plan/schedules.ts';
import type { ManifestUnit } from '../types.ts';
import type { Tags } from './state.ts';
import type { ActualTriggers, DesiredApi, DesiredRule, DesiredTriggers, Grant } from './trigger-state.ts';

export interface TriggerInput {
  app: string;
  partition: string;
  account: string;
  region: string;
  /** Those of the region. */
  units: readonly ManifestUnit[];
  tags: Tags;
}

/** A name of a rule has at most 64 characters. */
const MAX_NAME = 64;
const MARK_DIGITS = 8;

/** Absent where nothing does. */
export function describeTriggers(input: TriggerInput): DesiredTriggers | undefined {
  const api = describeApi(input);
  const rules = input.units.flatMap((unit) => describeRules(unit, input));
  return api || rules.length > 0 ? { ...(api && { api }), rules } : undefined;
}

function describeApi({ app, partition, account, region, units, tags }: TriggerInput): DesiredApi | undefined {
  const routes = units.flatMap((unit) =>
    (unit.routes ?? []).map(({ key }) => {
      const own = { partition, account, region };
      return { key, function: nameOf(unit), target: formatTarget(unit, own) };
    }),
  );
  if (routes.length === 0) return undefined;
  const source = `arn:${partition}:execute-api:${region}:${account}:`;
  return { name: app, source, routes: routes.sort((a, b) => (a.key < b.key ? -1 : 1)), tags };
}

function describeRules(unit: ManifestUnit, input: TriggerInput): DesiredRule[] {
  const { partition, account, region, tags } = input;
  const { warm } = unit.settings;
  const describe = (mark: string, expression: string, event: object): DesiredRule => {
    const name = `${nameOf(unit).slice(0, MAX_NAME - MARK_DIGITS - 1)}-${mark}`;
    const arn = `arn:${partition}:events:${region}:${account}:rule/${name}`;
    const target = formatTarget(unit, input);
    return { name, arn, expression, function: nameOf(unit), target, input: JSON.stringify(event), tags };
  };
  return [
    ...(unit.schedules ?? []).map(({ fn, expression }) =>
      describe(hashText(`${nameOf(unit)} ${fn}`), expression, { faasify: 'run', fn }),
    ),
    ...(warm === undefined ? [] : [describe(hashText(`${nameOf(unit)} warm`), formatRate(warm), { faasify: 'warm' })]),
  ];
}

function nameOf({ name, deployed }: ManifestUnit): string {
  return deployed?.name ?? name;
}

function formatTarget(
  unit: ManifestUnit,
  { partition, account, region }: Omit<TriggerInput, 'app' | 'units' | 'tags'>,
) {
  return `arn:${partition}:lambda:${region}:${account}:function:${nameOf(unit)}:${unit.deployed?.alias}`;
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, MARK_DIGITS);
}

export const NO_TRIGGERS: ActualTriggers = { spareApis: [], rules: [], grants: [] };

/** Statements that begin so are ours. */
export const GRANT_MARK = 'faasify-';

/** Who starts functions. */
export const API_GATEWAY = 'apigateway.amazonaws.com';
export const EVENTS = 'events.amazonaws.com';

/** Exactly the method and path of a route, in whatever stage; what a parameter stands for may be anything. */
export function grantRoute({ key, function: fn }: { key: string; function: string }, api: string): Grant {
  const [method, path = ''] = key.split(' ');
  const source = `${api}/*/${method}${path.replaceAll(/\{[^}]*\}/g, '*')}`;
  return { function: fn, id: `${GRANT_MARK}http-${hashText(key)}`, principal: API_GATEWAY, source };
}

export function grantRule({ name, arn, function: fn }: Pick<DesiredRule, 'name' | 'arn' | 'function'>): Grant {
  return { function: fn, id: `${GRANT_MARK}time-${hashText(name)}`, principal: EVENTS, source: arn };
}
