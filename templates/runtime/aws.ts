/** What AWS wants of an app's call: a signature, and credentials for it. */
import type { OutgoingHttpHeaders } from 'node:http';
import { sign } from 'aws4';
import { CredentialsError } from './invoke-url.ts';
import type { Credentials, Unit } from './line.ts';

/** The headers of a POST with a signature (Signature Version 4), where one is wanted. Rejects without credentials. */
export async function signHeaders({ signing }: Unit, url: URL, body: Buffer): Promise<OutgoingHttpHeaders> {
  const headers = { host: url.host, 'content-type': 'application/json', 'content-length': body.length };
  if (!signing) return headers;
  const { region } = signing;
  const path = url.pathname + url.search;
  const request = { service: 'lambda', region, method: 'POST', host: url.host, path, headers, body };
  const credentials = signing.credentials ?? (await findCredentials());
  return sign(request, credentials).headers ?? headers;
}

type Provider = () => Promise<Credentials>;

let provider: Promise<Provider> | undefined;

/** From profiles, SSO, containers and roles, in the order of AWS's own package, which remembers them until they expire. */
async function findCredentials(): Promise<Credentials> {
  provider ??= openChain();
  const provide = await provider;
  try {
    return await provide();
  } catch (error) {
    throw new CredentialsError(error instanceof Error ? error.message : String(error));
  }
}

async function openChain(): Promise<Provider> {
  try {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return defaultProvider();
  } catch {
    const way = 'install @aws-sdk/credential-provider-node in the app for profiles, SSO and roles';
    throw new CredentialsError(`set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ${way}`);
  }
}
