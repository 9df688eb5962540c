import { type Pruned, prune as removeOld } from '../5-deploy/rollback.ts';
import { type ProviderRequest, withDeployedApp } from './provider.ts';

export interface PruneRequest extends ProviderRequest {
  /** How many deployments can still be gone back to. */
  keep: number;
}

/** Removes versions that neither callers nor the last deployments need. */
export function prune(request: PruneRequest): Promise<Pruned> {
  return withDeployedApp(request, async ({ cloud, read }) => removeOld(cloud, await read(), request.keep));
}
