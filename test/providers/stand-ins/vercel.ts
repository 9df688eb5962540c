/** Vercel's REST API, of which there is enough here. */
import { createHash } from 'node:crypto';
import { startStandIn } from './stand-in.ts';

export const KEY = 'a key of the tests';

interface Given {
  name: string;
  project: string;
  target: string;
  files: { file: string; sha: string; size: number }[];
  env: Record<string, string>;
  meta: Record<string, string>;
}

export interface Deployment extends Given {
  id: string;
  readyState: 'BUILDING' | 'READY' | 'ERROR';
  aliasAssigned: boolean;
  errorMessage?: string;
}

const refuse = (status: number, code: string, message: string, more: object = {}) => ({
  status,
  body: { error: { code, message, ...more } },
});

/** A deployment is shown some looks after it was made, with `isQuick` at the first one, unless production is held where it is. */
export async function startVercel({ isQuick = false } = {}) {
  const state = {
    deployments: [] as Deployment[],
    blobs: new Map<string, Buffer>(),
    shown: undefined as Deployment | undefined,
    isHeld: false,
    /** Variables of the project. */
    secrets: {} as Record<string, { value: string; comment: string }>,
    failing: '',
  };
  const advance = (deployment: Deployment) => {
    if (deployment.readyState === 'READY' && !deployment.aliasAssigned) {
      deployment.aliasAssigned = true;
      if (!state.isHeld) state.shown = deployment;
    }
    if (deployment.readyState !== 'BUILDING') return;
    if (state.failing) Object.assign(deployment, { readyState: 'ERROR', errorMessage: state.failing });
    else deployment.readyState = 'READY';
  };
  const tell = ({ files: _, env: __, ...told }: Deployment) => ({ ...told, alias: ['shop.vercel.app'] });
  const create = (given: Given) => {
    const missing = [...new Set(given.files.map(({ sha }) => sha).filter((sha) => !state.blobs.has(sha)))];
    if (missing.length > 0) return refuse(400, 'missing_files', 'Missing files', { missing });
    const id = `dpl_${state.deployments.length + 1}`;
    const made: Deployment = { ...given, id, readyState: 'BUILDING', aliasAssigned: false };
    state.deployments.push(made);
    return { body: tell(made) };
  };
  const api = await startStandIn('/', ({ method, url: { pathname, searchParams }, headers, bytes, json }) => {
    if (headers.authorization !== 'Bearer t1' || searchParams.get('teamId') !== 'team_1')
      return refuse(403, 'forbidden', 'Not authorized');
    if (pathname === '/v9/projects/prj_1')
      return { body: { id: 'prj_1', targets: state.shown ? { production: { id: state.shown.id } } : {} } };
    if (pathname === '/v10/projects/prj_1/env') {
      if (method === 'GET') {
        return { body: { envs: Object.entries(state.secrets).map(([key, { comment }]) => ({ key, comment })) } };
      }
      const { key, value, comment } = json as { key: string; value: string; comment: string };
      state.secrets[key] = { value, comment };
      return { status: 201, body: {} };
    }
    if (pathname === '/v2/files') {
      const digest = createHash('sha1').update(bytes).digest('hex');
      if (headers['x-vercel-digest'] !== digest) return refuse(400, 'bad_request', 'Digest does not match');
      state.blobs.set(digest, bytes);
      return { body: {} };
    }
    if (pathname === '/v6/deployments') {
      const found = state.deployments.filter(({ meta }) => meta.faasifyApp === searchParams.get('meta-faasifyApp'));
      return { body: { deployments: found.slice(0, 1).map(({ id, meta }) => ({ uid: id, meta })) } };
    }
    if (method === 'POST') return create(json as Given);
    const found = state.deployments.find(({ id }) => pathname === `/v13/deployments/${id}`);
    if (!found) return refuse(404, 'not_found', 'The deployment was not found');
    if (method === 'DELETE') {
      state.deployments.splice(state.deployments.indexOf(found), 1);
      if (state.shown === found) state.shown = undefined;
    } else for (let looks = isQuick ? 3 : 1; looks > 0; looks--) advance(found);
    return { body: tell(found) };
  });
  const env = {
    VERCEL_API_URL: api.address,
    VERCEL_TOKEN: 't1',
    VERCEL_ORG_ID: 'team_1',
    VERCEL_PROJECT_ID: 'prj_1',
    FAASIFY_KEY_VERCEL: KEY,
  };
  return { ...api, state, env };
}
