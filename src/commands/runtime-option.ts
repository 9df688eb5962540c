import { FaasifyError } from '../errors.ts';
import { findRuntimeClient, type RuntimeClient } from '../host/runtime/client-choice.ts';
import { getInstallation } from '../installation.ts';

/** `--runtime lambda --runtime-client own` */
export interface RuntimeOptions {
  runtime?: unknown;
  runtimeClient?: unknown;
}

/** What units are to run under: undefined for threads of the host. `folders`: where a program may have Amazon's client installed. */
export function readRuntimeOptions(
  { runtime = 'threads', runtimeClient = 'ric' }: RuntimeOptions,
  folders: string[],
  env: NodeJS.ProcessEnv,
): RuntimeClient | undefined {
  if (runtime !== 'threads' && runtime !== 'lambda') {
    throw refuse('--runtime', runtime, 'threads, or lambda: processes as on AWS Lambda');
  }
  if (runtimeClient !== 'ric' && runtimeClient !== 'own') {
    throw refuse('--runtime-client', runtimeClient, "ric: Amazon's aws-lambda-ric, or own: faasify's");
  }
  if (runtime === 'threads') return undefined;
  const installation = getInstallation();
  return findRuntimeClient(runtimeClient, [...folders, installation], installation, env);
}

function refuse(option: string, value: unknown, values: string): FaasifyError {
  return new FaasifyError('option-value', `${option}: there is no ${JSON.stringify(value)}`, {
    fix: `Give ${values}.`,
  });
}
