/** What shows Azure who deploys: https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/local-development-environment-service-principal */
import { FaasifyError } from '../../errors.ts';
import { createAsk } from './store-api.ts';

const AUTHORITY = 'https://login.microsoftonline.com';
const SCOPE = 'https://management.azure.com/.default';
/** Seconds before it ends, in which a token is not used any more. */
const MARGIN = 120;

/** AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of a service principal, or a token that somebody else has got. */
export function findAzureToken(env: NodeJS.ProcessEnv): () => Promise<string> {
  const { AZURE_ACCESS_TOKEN: given } = env;
  if (given) return async () => given;
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: secret } = env;
  if (!tenant || !id || !secret) throw refuseNobody();
  const authority = env.AZURE_AUTHORITY_HOST ?? AUTHORITY;
  let known: Promise<Token> | undefined;
  const ask = () => {
    known = askForToken(authority, tenant, { client_id: id, client_secret: secret });
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  return async () => {
    const token = await (known ?? ask());
    return (Date.now() < token.until ? token : await ask()).text;
  };
}

function refuseNobody(): FaasifyError {
  return new FaasifyError('credentials', 'Nothing says who deploys to Azure', {
    fix: 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET to those of a service principal, or AZURE_ACCESS_TOKEN="$(az account get-access-token --query accessToken -o tsv)".',
  });
}

interface Token {
  text: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
async function askForToken(authority: string, tenant: string, client: Record<string, string>): Promise<Token> {
  const ask = createAsk({
    title: 'Microsoft Entra',
    base: authority.replace(/\/+$/, ''),
    authorize: () => ({}),
    credentialsFix: 'Look at AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    readError: (body) => Object(body).error_description,
  });
  const form = new URLSearchParams({ ...client, grant_type: 'client_credentials', scope: SCOPE });
  const { body } = await ask('POST', `/${tenant}/oauth2/v2.0/token`, {
    body: Buffer.from(form.toString()),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const { access_token: text, expires_in: seconds }: { access_token: string; expires_in: number } = Object(body);
  return { text, until: Date.now() + (seconds - MARGIN) * 1000 };
}
