/** Where a call of the Invoke API goes, whoever signs it. */
import type { Unit } from './line.ts';
import { NO_CREDENTIALS } from './posting.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function toInvokeUrl({ name, deployed, signing, endpoint }: Unit): URL {
  const called = signing && deployed ? deployed.name : name;
  const url = new URL(`/2015-03-31/functions/${encodeURIComponent(called)}/invocations`, endpoint);
  if (signing && deployed) url.searchParams.set('Qualifier', deployed.alias);
  return url;
}

/** There are no credentials, or none that can be had now. Nothing has been sent. */
export class CredentialsError extends Error {
  readonly code = NO_CREDENTIALS;
}
