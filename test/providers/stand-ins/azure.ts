/** Azure's REST API, Microsoft's tokens and the place where a function app takes code, of which there is enough here. */
import { startStandIn } from './stand-in.ts';

const APP = '/subscriptions/sub-1/resourceGroups/group-1/providers/Microsoft.Web/sites/shop';

interface Publication {
  id: string;
  status: number;
  status_text: string;
  zip: Buffer;
  /** Packages were installed there. */
  isBuilt: boolean;
}

const refuse = (status: number, code: string, message: string) => ({ status, body: { error: { code, message } } });

/** What is published is there some looks later. `isFlex`: an app of the plan that takes code in another way. */
export async function startAzure({ isFlex = false, isQuick = false } = {}) {
  const state = {
    settings: { AzureWebJobsStorage: 'mine', FUNCTIONS_WORKER_RUNTIME: 'node' } as Record<string, string>,
    functions: [] as string[],
    /** What the host cannot load. */
    unread: [] as string[],
    publications: [] as Publication[],
    failing: '',
    tokens: 0,
  };
  const api = await startStandIn(APP, ({ method, url, headers, bytes, json }) => {
    if (url.pathname === '/tenant-1/oauth2/v2.0/token') {
      const form = new URLSearchParams(bytes.toString());
      if (form.get('client_secret') !== 's3cret')
        return { status: 401, body: { error: 'invalid_client', error_description: 'Invalid client secret provided.' } };
      state.tokens++;
      return { body: { access_token: 't1', expires_in: 3599 } };
    }
    if (headers.authorization !== 'Bearer t1')
      return refuse(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
    const path = url.pathname.replace(APP, '');
    if (path === '') {
      const hostNameSslStates = [
        { name: 'shop.azurewebsites.net', hostType: 'Standard' },
        { name: headers.host, hostType: 'Repository' },
      ];
      const config = isFlex ? { functionAppConfig: {} } : {};
      return { body: { properties: { defaultHostName: 'shop.azurewebsites.net', hostNameSslStates, ...config } } };
    }
    if (path === '/config/appsettings/list') return { body: { properties: state.settings } };
    if (path === '/config/appsettings' && method === 'PUT') {
      state.settings = (json as { properties: Record<string, string> }).properties;
      return { body: { properties: state.settings } };
    }
    if (path === '/syncfunctiontriggers') {
      const names = `${state.publications.at(-1)?.zip.toString('latin1')}`.matchAll(/functions\/([\w-]+)\/index\.mjs/g);
      state.functions = [...new Set([...names].map(([, name = '']) => name))].filter(
        (name) => !state.unread.includes(name),
      );
      return { status: 204 };
    }
    if (path === '/functions') return { body: { value: state.functions.map((name) => ({ name: `shop/${name}` })) } };
    if (path === '/api/deployments/latest') {
      const latest = state.publications.at(-1);
      if (!latest) return { status: 404 };
      if (latest.status < 3) latest.status = state.failing ? 3 : latest.status === 0 && !isQuick ? 1 : 4;
      return { body: { id: latest.id, status: latest.status, status_text: state.failing } };
    }
    const isTaken = path === (isFlex ? '/api/publish' : '/api/zipdeploy');
    if (method !== 'POST' || !isTaken) return refuse(404, 'ResourceNotFound', `${url.pathname} was not found.`);
    const isBuilt = isFlex
      ? url.searchParams.get('RemoteBuild') === 'true'
      : state.settings.SCM_DO_BUILD_DURING_DEPLOYMENT === 'true';
    const id = `k${state.publications.length + 1}`;
    state.publications.push({ id, status: 0, status_text: '', zip: bytes, isBuilt });
    return { status: 202 };
  });
  const env = {
    AZURE_RESOURCE_MANAGER_URL: api.address,
    AZURE_AUTHORITY_HOST: api.address,
    AZURE_TENANT_ID: 'tenant-1',
    AZURE_CLIENT_ID: 'client-1',
    AZURE_CLIENT_SECRET: 's3cret',
    AZURE_SUBSCRIPTION_ID: 'sub-1',
    AZURE_RESOURCE_GROUP: 'group-1',
    AZURE_FUNCTIONAPP_NAME: 'shop',
  };
  return { ...api, state, env };
}
