/** Access tokens for Google's APIs. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaasifyError } from '../../errors.ts';

const LIBRARY = 'google-auth-library';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** What is used of google-auth-library, which a project has that deploys to Google. */
interface AuthLibrary {
  GoogleAuth: new (options: { scopes: string }) => { getAccessToken(): Promise<string | null | undefined> };
}

/**
 * One that is given as gcloud takes it (https://cloud.google.com/sdk/docs/authorizing), or Terraform; else what google-auth-library finds,
 * which has to be installed where `folder` belongs to: https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function openTokens(env: NodeJS.ProcessEnv, folder: string): () => Promise<string> {
  const given = env.CLOUDSDK_AUTH_ACCESS_TOKEN || env.GOOGLE_OAUTH_ACCESS_TOKEN;
  if (given) return async () => given;
  const file = findLibrary(folder);
  let auth: Promise<InstanceType<AuthLibrary['GoogleAuth']>> | undefined;
  return async () => {
    auth ??= load(file).then(({ GoogleAuth }) => new GoogleAuth({ scopes: SCOPE }));
    const token = await auth.then((one) => one.getAccessToken()).catch(refuse);
    return token || refuse(new Error('it found none'));
  };
}

function findLibrary(folder: string): string {
  for (const from of [join(folder, 'x.js'), import.meta.url]) {
    try {
      return createRequire(from).resolve(LIBRARY);
    } catch {
      // Maybe in the other place.
    }
  }
  throw new FaasifyError(
    'credentials',
    `Google Cloud Functions: there is no access token, and no ${LIBRARY} to get one`,
    {
      fix: `Run \`npm install --save-dev ${LIBRARY}\`, or set CLOUDSDK_AUTH_ACCESS_TOKEN="$(gcloud auth print-access-token)".`,
    },
  );
}

async function load(file: string): Promise<AuthLibrary> {
  const module: AuthLibrary & { default?: AuthLibrary } = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return module.default ?? module;
}

function refuse(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new FaasifyError('credentials', `Google Cloud Functions: ${LIBRARY} gives no access token: ${why}`, {
    fix: 'Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.',
    cause: error,
  });
}
