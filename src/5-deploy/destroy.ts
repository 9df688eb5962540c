import type { Cloud } from './cloud.ts';
import { deleteFunction } from './function-calls.ts';
import { deleteLogGroup, deleteRole } from './groundwork.ts';
import { mapLimit } from './map-limit.ts';
import type { Actual } from './state.ts';

export interface Resource {
  kind: 'function' | 'log-group' | 'role';
  region: string;
  name: string;
}

/** All that is ours, in the order in which it can be removed. */
export function listResources({ regions }: Actual): Resource[] {
  return regions.flatMap(({ region, functions, logGroup, role }): Resource[] => [
    ...functions.map(({ name }): Resource => ({ kind: 'function', region, name })),
    ...(logGroup ? [{ kind: 'log-group' as const, region, name: logGroup.name }] : []),
    ...(role ? [{ kind: 'role' as const, region, name: role.name }] : []),
  ]);
}

/** Functions go with their versions and aliases; what they stand on goes last. */
export async function destroy(cloud: Cloud, resources: readonly Resource[]): Promise<void> {
  await mapLimit(
    resources.filter(({ kind }) => kind === 'function'),
    ({ region, name }) => deleteFunction(cloud.at(region), name),
  );
  for (const { kind, region, name } of resources) {
    if (kind === 'log-group') await deleteLogGroup(cloud.at(region), name);
    if (kind === 'role') await deleteRole(cloud.at(region), name);
  }
}
