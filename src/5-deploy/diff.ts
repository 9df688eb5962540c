import { type Action, diffTags, type SettingChange, toChange } from './diff-settings.ts';
import { diffTriggers, type TriggerChange } from './diff-triggers.ts';
import { formatPolicy, isSameDocument, listPermissions } from './policy.ts';
import type {
  Actual,
  ActualBucket,
  ActualFunction,
  ActualRegion,
  Desired,
  DesiredBucket,
  DesiredFunction,
  DesiredRegion,
  FunctionContent,
  Scaling,
} from './state.ts';

export interface LogGroupChange {
  kind: 'log-group';
  action: Action;
  region: string;
  name: string;
  settings: SettingChange[];
}

export interface RoleChange {
  kind: 'role';
  action: Action;
  region: string;
  name: string;
  /** `logs:PutLogEvents on arn:…` */
  permissions: { added: string[]; removed: string[] };
  settings: SettingChange[];
}

export interface FunctionChange {
  kind: 'function';
  action: Action;
  region: string;
  name: string;
  unit: string;
  /** Its code differs. */
  code: boolean;
  settings: SettingChange[];
  /** What callers reach is not what it is to be: a version is published and the alias moved to it. */
  isStale: boolean;
}

export interface BucketChange {
  kind: 'bucket';
  action: Action;
  region: string;
  name: string;
  settings: SettingChange[];
}

export type Change = LogGroupChange | RoleChange | BucketChange | FunctionChange | TriggerChange;

/** What there is to do, in the order of names; nothing if nothing. */
export function diff(desired: Desired, actual: Actual): Change[] {
  const names = new Set([...desired.regions, ...actual.regions].map(({ region }) => region));
  return [...names].sort().flatMap((region) =>
    diffRegion(
      region,
      desired.regions.find((one) => one.region === region),
      actual.regions.find((one) => one.region === region),
    ),
  );
}

function diffRegion(region: string, desired: DesiredRegion | undefined, actual: ActualRegion | undefined): Change[] {
  const functions = new Map(actual?.functions.map((fn) => [fn.name, fn]));
  const wanted = new Set(desired?.functions.map(({ name }) => name));
  const gone = [...functions.values()].filter(({ name }) => !wanted.has(name));
  return [
    ...diffLogGroup(region, desired?.logGroup, actual?.logGroup),
    ...diffBucket(region, desired?.bucket, actual?.bucket),
    ...diffRole(region, desired, actual),
    ...(desired?.functions ?? []).flatMap((fn) => diffFunction(fn, functions.get(fn.name))),
    ...diffTriggers(region, desired?.triggers, actual?.triggers),
    ...gone.map((fn): FunctionChange => ({ ...describe(fn, 'delete'), code: false, settings: [], isStale: false })),
  ];
}

function describe({ region, name, unit }: DesiredFunction | ActualFunction, action: Action) {
  return { kind: 'function', action, region, name, unit } as const;
}

export function diffFunction(desired: DesiredFunction, actual: ActualFunction | undefined): FunctionChange[] {
  if (!actual) {
    const settings = [...diffContent(desired.content, undefined), ...diffScaling(desired.scaling, undefined)];
    return [{ ...describe(desired, 'create'), code: true, settings, isStale: true }];
  }
  const code = desired.content.code !== actual.latest.code;
  const settings = [
    ...diffContent(desired.content, actual.latest),
    ...diffScaling(desired.scaling, actual.scaling),
    ...diffTags(desired.tags, actual.tags),
  ];
  const isStale = !actual.live || !isSame(desired.content, actual.live.content);
  if (!code && settings.length === 0 && !isStale) return [];
  return [{ ...describe(desired, 'update'), code, settings, isStale }];
}

export function isSame(desired: FunctionContent, actual: FunctionContent): boolean {
  return desired.code === actual.code && diffContent(desired, actual).length === 0;
}

const COMPARED = [
  'handler',
  'runtime',
  'architecture',
  'memory',
  'timeout',
  'storage',
  'tracing',
  'role',
  'vpc',
  'deadLetter',
  'logGroup',
] as const;

const SCALING = ['reservedConcurrency', 'provisionedConcurrency'] as const;

/** What a function that is not there yet has of settings that it may be without. */
const NONE: Partial<Record<(typeof COMPARED)[number], string>> = { vpc: '', deadLetter: '' };

/** Everything but the code. A log group that the provider does not tell is taken for right. */
export function diffContent(desired: FunctionContent, actual: FunctionContent | undefined): SettingChange[] {
  const plain = COMPARED.filter((key) => key !== 'logGroup' || !actual || actual.logGroup !== undefined)
    .filter((key) => desired[key] !== (actual?.[key] ?? NONE[key]))
    .map((key) => toChange(key, actual?.[key] || undefined, desired[key] || undefined));
  const env = { ...actual?.env, ...desired.env };
  const changed = Object.keys(env).filter((name) => desired.env[name] !== actual?.env[name]);
  return [...plain, ...changed.sort().map((name) => ({ setting: `env ${name}` }))];
}

function diffScaling(desired: Scaling, actual: Scaling | undefined): SettingChange[] {
  return SCALING.filter((key) => desired[key] !== (actual?.[key] ?? 0)).map((key) =>
    toChange(key, actual?.[key] || undefined, desired[key] || undefined),
  );
}

/** That of a region which has no units any more stays until the app is destroyed: its logs may be wanted. */
function diffLogGroup(
  region: string,
  desired: DesiredRegion['logGroup'] | undefined,
  actual: ActualRegion['logGroup'] | undefined,
): LogGroupChange[] {
  if (!desired) return [];
  const { name, retention } = desired;
  const settings = [
    ...(retention === actual?.retention ? [] : [toChange('retention', actual?.retention, retention)]),
    ...(actual ? diffTags(desired.tags, actual.tags) : []),
  ];
  if (!actual) return [{ kind: 'log-group', action: 'create', region, name, settings }];
  return settings.length === 0 ? [] : [{ kind: 'log-group', action: 'update', region, name, settings }];
}

/** That of a region which has no units any more stays, too: it tells where the app has been. */
function diffRole(region: string, desired: DesiredRegion | undefined, actual: ActualRegion | undefined): RoleChange[] {
  const [wanted, found] = [desired?.role, actual?.role];
  const before = listPermissions(found?.policy);
  const after = listPermissions(wanted && formatPolicy(wanted.policy));
  const permissions = {
    added: after.filter((permission) => !before.includes(permission)),
    removed: before.filter((permission) => !after.includes(permission)),
  };
  if (!wanted) return [];
  const settings = found ? diffTags(wanted.tags, found.tags) : [];
  if (found && !isSameDocument(found.trust, wanted.trust)) settings.push({ setting: 'trust' });
  const isSame = settings.length === 0 && permissions.added.length === 0 && permissions.removed.length === 0;
  if (found && isSame) return [];
  return [{ kind: 'role', action: found ? 'update' : 'create', region, name: wanted.name, permissions, settings }];
}

/** One that is not needed any more stays until the app is destroyed: versions that can be gone back to may want it. */
function diffBucket(
  region: string,
  desired: DesiredBucket | undefined,
  actual: ActualBucket | undefined,
): BucketChange[] {
  if (!desired) return [];
  const { name, tags, isOwn } = desired;
  const own = [
    ...(actual ? diffTags(tags, actual.tags) : []),
    ...(actual?.isPrivate ? [] : [toChange('public access', undefined, 'blocked')]),
    ...(actual?.isEncrypted ? [] : [toChange('encryption', undefined, 'AES256')]),
    ...(actual?.expires ? [] : [toChange('objects expire', undefined, 'after a day')]),
  ];
  const left = actual?.leftovers.length ?? 0;
  const settings = [...(isOwn ? own : []), ...(left > 0 ? [toChange('zips left behind', left, undefined)] : [])];
  if (!actual) return [{ kind: 'bucket', action: 'create', region, name, settings }];
  return settings.length === 0 ? [] : [{ kind: 'bucket', action: 'update', region, name, settings }];
}
