import { rollback as moveBack, type RolledBack } from '../5-deploy/rollback.ts';
import { type ProviderRequest, withDeployedApp } from './provider.ts';

export interface RollbackRequest extends ProviderRequest {
  /** Id of a deployment, or the beginning or end of one; the one before what is live if it is not given. */
  to?: string;
}

/** Lets all units be what they were after an earlier deployment. */
export function rollback(request: RollbackRequest): Promise<RolledBack> {
  return withDeployedApp(request, ({ cloud, read }) => moveBack({ cloud, read, to: request.to }));
}
