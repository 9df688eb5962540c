import type { Cloud } from '../5-deploy/cloud.ts';
import { type CostChange, diffCosts } from '../5-deploy/cost.ts';
import { readDesiredPart, refuseForeign } from '../5-deploy/deploy.ts';
import { type Change, diff as compare } from '../5-deploy/diff.ts';
import { checkLimits } from '../5-deploy/limits.ts';
import { measureBilled } from '../5-deploy/measure.ts';
import type { Desired } from '../5-deploy/state.ts';
import { getManifest, type ProviderRequest, readDesired, withCloud } from './provider.ts';

export interface DiffResult {
  desired: Desired;
  changes: Change[];
  costs: CostChange[];
}

/** What a deployment of the output folder would change. Changes nothing. */
export async function diff(request: ProviderRequest): Promise<DiffResult> {
  const manifest = getManifest(request);
  return withCloud(request, manifest, async (cloud) => {
    const desired = await readDesired(request, manifest, cloud);
    checkLimits(desired, manifest);
    const actual = await readDesiredPart(cloud, desired);
    refuseForeign(actual);
    const changes = compare(desired, actual);
    const measured = await measure(cloud, desired, changes);
    return { desired, changes, costs: diffCosts(changes, desired, actual, measured) };
  });
}

/** Only where functions change that are there. */
async function measure(cloud: Cloud, { app }: Desired, changes: readonly Change[]): Promise<Map<string, number>> {
  const there = changes.filter(({ kind, action }) => kind === 'function' && action !== 'create');
  const regions = [...new Set(there.map(({ region }) => region))];
  const found = await Promise.all(regions.map((region) => measureBilled(cloud, app, region)));
  return new Map(found.flatMap((one) => [...one]));
}
