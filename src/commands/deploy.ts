import { type Deployed, deploy as deployDesired } from '../5-deploy/deploy.ts';
import { checkLimits } from '../5-deploy/limits.ts';
import type { Desired } from '../5-deploy/state.ts';
import { checkZips } from '../5-deploy/zips.ts';
import { FaasifyError } from '../errors.ts';
import type { Manifest } from '../types.ts';
import { getManifest, type ProviderRequest, readDesired, withCloud } from './provider.ts';

export interface DeployCommand extends ProviderRequest {
  /** Told what is going on, for somebody who waits. */
  progress(message: string): void;
}

export interface DeployResult extends Deployed {
  desired: Desired;
  seconds: number;
}

/** Makes the provider hold exactly what the output folder says: nothing is written where nothing differs. */
export async function deploy(request: DeployCommand): Promise<DeployResult> {
  const start = performance.now();
  const manifest = getManifest(request);
  refuseErrors(manifest);
  return withCloud(request, manifest, async (cloud) => {
    const desired = await readDesired(request, manifest, cloud);
    checkLimits(desired, manifest);
    checkZips(desired);
    const deployed = await deployDesired({ cloud, desired, progress: request.progress });
    return { ...deployed, desired, seconds: (performance.now() - start) / 1000 };
  });
}

/** The build has said what is wrong; what is deployed would not be what was meant. */
export function refuseErrors({ problems }: Manifest): void {
  const [first, ...others] = problems.filter(({ severity }) => severity === 'error');
  if (!first) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new FaasifyError('build-errors', `The build in this folder has errors: ${first.message}${more}`, {
    fix: 'Correct them and build again; nothing has been sent.',
  });
}
