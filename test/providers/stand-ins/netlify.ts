/** Netlify's REST API, of which there is enough here. */
import { createHash } from 'node:crypto';
import { startStandIn } from './stand-in.ts';

export const KEY = 'a key of the tests';

interface Deploy {
  id: string;
  title: string;
  state: 'uploading' | 'processing' | 'ready' | 'error';
  error_message?: string;
  files: Record<string, string>;
  functions: Record<string, string>;
  environment: { key: string; value: string; is_secret: boolean }[];
}

const hash = (kind: string, bytes: Buffer) => createHash(kind).update(bytes).digest('hex');

/** A deploy is shown some looks after all of it is there, with `isQuick` at the first one, unless the site is locked. */
export async function startNetlify({ isQuick = false } = {}) {
  const state = {
    deploys: [] as Deploy[],
    blobs: new Map<string, Buffer>(),
    metadata: { mine: 1 } as Record<string, unknown>,
    shown: undefined as Deploy | undefined,
    locked: false,
    failing: '',
  };
  const missing = (digests: Record<string, string>) => Object.values(digests).filter((one) => !state.blobs.has(one));
  const advance = (deploy: Deploy) => {
    if (missing({ ...deploy.files, ...deploy.functions }).length > 0) return;
    if (deploy.state === 'uploading') deploy.state = 'processing';
    else if (deploy.state === 'processing' && state.failing)
      Object.assign(deploy, { state: 'error', error_message: state.failing });
    else if (deploy.state === 'processing') {
      deploy.state = 'ready';
      if (!state.locked) state.shown = deploy;
    }
  };
  const tell = ({ id, title, state, error_message }: Deploy) => ({ id, title, state, error_message });
  const api = await startStandIn('/api/v1', ({ method, url, headers, bytes, json }) => {
    const path = url.pathname.replace('/api/v1', '');
    if (headers.authorization !== 'Bearer t1') return { status: 401, body: { code: 401, message: 'Access Denied' } };
    if (method === 'GET' && path === '/sites/s1')
      return {
        body: {
          id: 's1',
          ssl_url: 'https://shop.netlify.app',
          published_deploy: state.shown ? tell(state.shown) : null,
        },
      };
    if (path === '/sites/s1/metadata') {
      if (method === 'PUT') state.metadata = json as Record<string, unknown>;
      return { body: state.metadata };
    }
    if (method === 'POST' && path === '/sites/s1/deploys') {
      const title = url.searchParams.get('title') ?? '';
      const given = json as Pick<Deploy, 'files' | 'functions' | 'environment'>;
      const deploy: Deploy = { id: `d${state.deploys.length + 1}`, title, state: 'uploading', ...given };
      state.deploys.push(deploy);
      return {
        body: { ...tell(deploy), required: missing(deploy.files), required_functions: missing(deploy.functions) },
      };
    }
    const [, id, what = '', name = ''] =
      /^(?:\/sites\/s1)?\/deploys\/(\w+)(?:\/(files|functions)\/(.+))?$/.exec(path) ?? [];
    const deploy = state.deploys.find((one) => one.id === id);
    if (!deploy) return { status: 404, body: { code: 404, message: 'Not Found' } };
    if (method === 'PUT') {
      const digest = what === 'files' ? hash('sha1', bytes) : hash('sha256', bytes);
      const wanted = what === 'files' ? deploy.files[`/${name}`] : deploy.functions[name];
      if (digest !== wanted) return { status: 422, body: { code: 422, message: 'Digest does not match' } };
      state.blobs.set(digest, bytes);
      return { body: {} };
    }
    for (let looks = isQuick ? 3 : 1; looks > 0; looks--) advance(deploy);
    return { body: tell(deploy) };
  });
  const env = {
    NETLIFY_API_URL: `${api.address}/api/v1`,
    NETLIFY_AUTH_TOKEN: 't1',
    NETLIFY_SITE_ID: 's1',
    FAASIFY_KEY_NETLIFY: KEY,
  };
  return { ...api, state, env };
}
