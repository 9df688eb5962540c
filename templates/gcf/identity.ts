/** ID tokens for private functions: https://cloud.google.com/functions/docs/securing/authenticating */
import { get } from 'node:http';
import { CredentialsError } from '../runtime/invoke-url.ts';

interface Identity {
  /** Missing where there is none to be had: the function may be public. */
  token: string | undefined;
  /** Milliseconds since the epoch. */
  until: number;
}

/** What is used of google-auth-library, which not every app has. */
type LoadLibrary = () => Promise<{ GoogleAuth: new () => { getIdTokenClient(audience: string): Promise<IdClient> } }>;

interface IdClient {
  idTokenProvider: { fetchIdToken(audience: string): Promise<string> };
}

const identities = new Map<string, Promise<Identity>>();

/** Milliseconds before its end in which a token is not used any more, and after which it is looked again where there was none. */
const MARGIN = 60_000;

/** A token for that address: from Google where this runs there, else by google-auth-library if the app has it; or none. */
export async function findIdentity(audience: string, load: LoadLibrary): Promise<string | undefined> {
  const known = await identities.get(audience)?.catch(() => undefined);
  if (known && known.until > Date.now()) return known.token;
  const asked = ask(audience, load);
  identities.set(audience, asked);
  return (await asked).token;
}

async function ask(audience: string, load: LoadLibrary): Promise<Identity> {
  const { K_SERVICE, GCE_METADATA_HOST } = process.env;
  const token = K_SERVICE || GCE_METADATA_HOST ? await askMetadata(audience) : await askLibrary(audience, load);
  return { token, until: token ? readEnd(token) - MARGIN : Date.now() + MARGIN };
}

/** https://cloud.google.com/run/docs/securing/service-identity#identity_tokens */
function askMetadata(audience: string): Promise<string | undefined> {
  const { GCE_METADATA_HOST: host = 'metadata.google.internal' } = process.env;
  const path = `/computeMetadata/v1/instance/service-accounts/default/identity?audience=${encodeURIComponent(audience)}`;
  return new Promise((resolve) => {
    const asked = get(
      `http://${host}${path}`,
      { headers: { 'Metadata-Flavor': 'Google' }, timeout: 3000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve(answer.statusCode === 200 ? Buffer.concat(chunks).toString().trim() : undefined),
        );
        answer.on('error', () => resolve(undefined));
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
  });
}

/** By a service account's key, or whatever else the library finds. Rejects if it finds something, and gets no token for it. */
async function askLibrary(audience: string, load: LoadLibrary): Promise<string | undefined> {
  const client = await findClient(audience, load);
  try {
    return await client?.idTokenProvider.fetchIdToken(audience);
  } catch (error) {
    throw new CredentialsError(`no ID token: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** None without the library, or without anything in its places: the function may be public. */
async function findClient(audience: string, load: LoadLibrary) {
  try {
    const { GoogleAuth } = await load();
    return await new GoogleAuth().getIdTokenClient(audience);
  } catch {
    return undefined;
  }
}

/** Of the token's own `exp`; now, if it has none. */
function readEnd(token: string): number {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
