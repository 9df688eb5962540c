/** The tags by which we know what is ours: nothing without them is ever touched. */
import { createHash } from 'node:crypto';
import type { Tags } from './state.ts';

const OWNER = 'managed-by';
const APP = 'faasify:app';
const UNIT = 'faasify:unit';

export function tagResource(app: string, own: Tags, unit?: string): Tags {
  return { ...own, [OWNER]: 'faasify', [APP]: app, ...(unit !== undefined && { [UNIT]: unit }) };
}

export function isOurs(tags: Tags, app: string): boolean {
  return tags[OWNER] === 'faasify' && tags[APP] === app;
}

export function readUnitTag(tags: Tags): string | undefined {
  return tags[UNIT];
}

/** Whether a tag of that name would be taken for one of these, or belongs to the provider. */
export function isReservedTag(name: string): boolean {
  return name === OWNER || name.startsWith('faasify:') || /^aws:/i.test(name);
}

/** One role and one log group an app and region. */
export function nameRole(app: string, region: string): string {
  return `faasify-${app}-${region}`;
}

/** Roles are the same in all regions: those below the path of an app tell where it is. */
export function nameRolePath(app: string): string {
  return `/faasify/${app}/`;
}

/** `faasify-shop-eu-west-1` → `eu-west-1` */
export function readRoleRegion(app: string, role: string): string | undefined {
  const prefix = nameRole(app, '');
  return role.startsWith(prefix) ? role.slice(prefix.length) : undefined;
}

export function nameLogGroup(app: string): string {
  return `/faasify/${app}`;
}

/** Below it lies everything of an app in a bucket, whoever's that is. */
export function namePrefix(app: string): string {
  return `faasify/${app}/`;
}

const MAX_BUCKET = 63;

/** Names of buckets are the same for all accounts of the world, and know no capitals and no `_`. */
export function nameBucket(app: string, account: string, region: string): string {
  const rest = `-${account}-${region}`;
  const plain = app.toLowerCase().replaceAll('_', '-');
  const room = MAX_BUCKET - 'faasify-'.length - rest.length;
  if (plain === app && app.length <= room) return `faasify-${app}${rest}`;
  const hash = createHash('sha256').update(app).digest('hex').slice(0, 8);
  return `faasify-${plain.slice(0, room - hash.length - 1)}-${hash}${rest}`;
}

/** Tags of functions that say what else there is to look for: a bucket of the user's, instances that are kept ready. */
export const BUCKET_TAG = 'faasify:bucket';
export const PROVISIONED_TAG = 'faasify:provisioned';
