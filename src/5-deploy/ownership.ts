/** The tags by which we know what is ours: nothing without them is ever touched. */
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
