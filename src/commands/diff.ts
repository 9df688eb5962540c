import { readDesiredPart, refuseForeign } from '../5-deploy/deploy.ts';
import { type Change, diff as compare } from '../5-deploy/diff.ts';
import { checkLimits } from '../5-deploy/limits.ts';
import type { Desired } from '../5-deploy/state.ts';
import { getManifest, type ProviderRequest, readDesired, withCloud } from './provider.ts';

export interface DiffResult {
  desired: Desired;
  changes: Change[];
}

/** What a deployment of the output folder would change. Changes nothing. */
export async function diff(request: ProviderRequest): Promise<DiffResult> {
  const manifest = getManifest(request);
  return withCloud(request, manifest, async (cloud) => {
    const desired = await readDesired(request, manifest, cloud);
    checkLimits(desired, manifest);
    const actual = await readDesiredPart(cloud, desired);
    refuseForeign(actual);
    return { desired, changes: compare(desired, actual) };
  });
}
