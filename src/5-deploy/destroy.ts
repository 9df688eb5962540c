import { mapLimit } from '../4-package/map-limit.ts';
import type { Cloud } from './cloud.ts';
import { deleteFunction } from './function-calls.ts';
import { deleteLogGroup, deleteRole } from './groundwork.ts';
import { BUCKET_TAG, namePrefix } from './ownership.ts';
import type { Actual, ActualFunction, ActualRegion } from './state.ts';
import { deleteApi, deleteRule } from './trigger-calls.ts';

export interface Resource {
  /** `objects`: what is ours in a bucket of the user's, `bucket/prefix/`. */
  kind: 'api' | 'schedule' | 'objects' | 'function' | 'log-group' | 'bucket' | 'role';
  region: string;
  name: string;
  /** What is to be removed of a rule before it, and that by which others are removed if it is not their name. */
  targets?: string[];
  id?: string;
}

/** All that is ours, in the order in which it can be removed: what tells of something goes after it. */
export function listResources(app: string, { regions }: Actual): Resource[] {
  return regions.flatMap(({ region, functions, logGroup, bucket, role, triggers }): Resource[] => [
    ...listTriggers(region, triggers),
    ...listShared(functions).map((name): Resource => ({ kind: 'objects', region, name: `${name}/${namePrefix(app)}` })),
    ...functions.map(({ name }): Resource => ({ kind: 'function', region, name })),
    ...(logGroup ? [{ kind: 'log-group' as const, region, name: logGroup.name }] : []),
    ...(bucket?.isOwn ? [{ kind: 'bucket' as const, region, name: bucket.name }] : []),
    ...(role ? [{ kind: 'role' as const, region, name: role.name }] : []),
  ]);
}

/** Buckets of the user's that functions were told to use. */
function listShared(functions: readonly ActualFunction[]): string[] {
  return [...new Set(functions.flatMap(({ tags }) => tags[BUCKET_TAG] ?? []))].sort();
}

function listTriggers(region: string, triggers: ActualRegion['triggers']): Resource[] {
  const { api, spareApis, rules } = triggers ?? { api: undefined, spareApis: [], rules: [] };
  return [
    ...(api ? [{ kind: 'api' as const, region, name: api.name, id: api.id }] : []),
    ...spareApis.map((id) => ({ kind: 'api' as const, region, name: id, id })),
    ...rules.map(({ name, targets }) => {
      return { kind: 'schedule' as const, region, name, targets: targets.map(({ id }) => id) };
    }),
  ];
}

/** Nothing is started any more; then functions go with their versions and aliases; what they stand on goes last. */
export async function destroy(cloud: Cloud, app: string, resources: readonly Resource[]): Promise<void> {
  for (const { kind, region, name, id = name, targets = [] } of resources) {
    if (kind === 'objects') await emptyShared(cloud, region, name);
    if (kind === 'api') await deleteApi(cloud.at(region), id);
    if (kind === 'schedule') await deleteRule(cloud.at(region), name, targets);
  }
  await mapLimit(
    resources.filter(({ kind }) => kind === 'function'),
    ({ region, name }) => deleteFunction(cloud.at(region), name),
  );
  for (const { kind, region, name } of resources) {
    if (kind === 'log-group') await deleteLogGroup(cloud.at(region), name);
    if (kind === 'bucket') await removeBucket(cloud, region, name, namePrefix(app));
    if (kind === 'role') await deleteRole(cloud.at(region), name);
  }
}

async function emptyShared(cloud: Cloud, region: string, place: string): Promise<void> {
  const [bucket = '', ...prefix] = place.split('/');
  const { emptyBucket } = await import('./buckets.ts');
  await emptyBucket(cloud, region, bucket, prefix.join('/'));
}

async function removeBucket(cloud: Cloud, region: string, name: string, prefix: string): Promise<void> {
  const { emptyBucket, deleteBucket } = await import('./buckets.ts');
  await emptyBucket(cloud, region, name, prefix);
  await deleteBucket(cloud, region, name);
}
