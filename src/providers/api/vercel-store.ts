/**
 * The production deployment of a project with all functions of an app, over Vercel's REST API: https://vercel.com/docs/rest-api/deployments
 * The order of requests, and values of variables in them, as its tool has it: https://github.com/vercel/vercel/tree/main/packages/client/src
 */
import { createHash, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaasifyError } from '../../errors.ts';
import type { StoredFunction, StoreRequest, WantedFunction, WholeStore } from './function-store.ts';
import { openShown } from './shown-store.ts';
import { type Ask, createAsk, waitUntil } from './store-api.ts';
import { readFiles } from './store-files.ts';
import { readKey } from './store-key.ts';

const API = 'https://api.vercel.com';

interface Project {
  ask: Ask;
  id: string;
  app: string;
  /** Where `vercel.json` lies. */
  folder: string;
}

/** Where `vercel` would go: https://vercel.com/docs/cli/global-options, https://vercel.com/kb/guide/using-vercel-cli-for-custom-workflows */
export function openVercel({ env, app, folder }: StoreRequest): WholeStore {
  const { VERCEL_TOKEN: token, VERCEL_PROJECT_ID: id, VERCEL_ORG_ID: owner = '' } = env;
  if (!token || !id) {
    throw new FaasifyError('credentials', 'Nothing says which project at Vercel it is, or who deploys', {
      fix: 'Set VERCEL_PROJECT_ID to a project that is there for this app alone, VERCEL_ORG_ID to its team, and VERCEL_TOKEN to an access token.',
    });
  }
  const ask = createAsk({
    title: 'Vercel',
    base: (env.VERCEL_API_URL ?? API).replace(/\/+$/, ''),
    authorize: () => ({ authorization: `Bearer ${token}` }),
    credentialsFix:
      'VERCEL_TOKEN has to be a token of somebody who may deploy, and VERCEL_ORG_ID the team of that project.',
  });
  const project = { ask: owner.startsWith('team_') ? asTeam(ask, owner) : ask, id, app, folder };
  const place = {
    kind: 'project',
    id,
    shown: 'production deployment of the project',
    find: () => findOwner(project),
    list: () => listFunctions(project),
    deploy: (fns: readonly WantedFunction[], own: Record<string, string>) => deploy(project, fns, own),
    removeAll: () => removeAll(project),
  };
  return openShown(place, readKey('vercel', env, app));
}

function asTeam(ask: Ask, team: string): Ask {
  return (method, path, asked) =>
    ask(method, `${path}${path.includes('?') ? '&' : '?'}teamId=${encodeURIComponent(team)}`, asked);
}

interface Deployment {
  id: string;
  readyState: string;
  meta?: Record<string, string>;
  alias?: string[];
  aliasAssigned?: boolean | number | null;
  aliasError?: { message: string } | null;
  errorMessage?: string | null;
}

/** What the project shows, if anything. */
async function findShown({ ask, id }: Project): Promise<Deployment | undefined> {
  const { body } = await ask('GET', `/v9/projects/${encodeURIComponent(id)}`);
  const shown = Object(Object(Object(body).targets).production).id;
  return typeof shown === 'string' ? findDeployment(ask, shown) : undefined;
}

async function findDeployment(ask: Ask, id: string): Promise<Deployment | undefined> {
  const { status, body } = await ask('GET', `/v13/deployments/${id}`, { allow: [404] });
  return status === 404 ? undefined : (body as Deployment);
}

/** The metadata of a deployment say whose it is, and what each of its functions was. */
const APP = 'faasifyApp';
const FUNCTION = 'faasify-';
/** And with which key its clock comes, if there is one. */
const CLOCK = 'faasifyClock';

async function findOwner(project: Project): Promise<'ours' | 'foreign' | undefined> {
  const shown = await findShown(project);
  if (!shown) return undefined;
  return shown.meta?.[APP] === project.app ? 'ours' : 'foreign';
}

async function listFunctions(project: Project): Promise<StoredFunction[]> {
  const shown = await findShown(project);
  const [host] = shown?.alias ?? [];
  const isLate = shown?.meta?.[CLOCK] !== undefined && shown.meta[CLOCK] !== (await findSecret(project));
  return Object.entries(shown?.meta ?? {}).flatMap(([key, hash]) => {
    if (!key.startsWith(FUNCTION)) return [];
    const name = key.slice(FUNCTION.length);
    return [
      {
        name,
        mark: { app: project.app, hash },
        ...(host !== undefined && { url: `https://${host}/api/${name}` }),
        ...(isLate && { isUnfinished: true }),
      },
    ];
  });
}

interface SentFile {
  file: string;
  sha: string;
  size: number;
  bytes: Buffer;
}

/** Nobody sees anything of it before it has been built. */
async function deploy(project: Project, fns: readonly WantedFunction[], own: Record<string, string>): Promise<void> {
  const files = [
    toSent('vercel.json', readFileSync(join(project.folder, 'vercel.json'))),
    ...fns.flatMap((fn) => readFiles(fn.folder).map(({ name, text }) => toSent(`api/${fn.name}/${name}`, text))),
  ];
  const isTimed = fns.some(({ schedules }) => schedules);
  const clock = isTimed && { [CLOCK]: await setSecret(project, own.FAASIFY_KEY ?? '') };
  const body = {
    name: project.app.toLowerCase(),
    project: project.id,
    target: 'production',
    files: files.map(({ bytes: _, ...file }) => file),
    env: Object.assign({}, ...fns.map(({ env }) => env), own),
    meta: {
      [APP]: project.app,
      ...clock,
      ...Object.fromEntries(fns.map(({ name, mark }) => [`${FUNCTION}${name}`, mark.hash])),
    },
    projectSettings: { framework: null },
  };
  const first = await create(project, body);
  if ('id' in first) return waitUntilShown(project, first);
  await upload(project.ask, files, first.missing);
  const second = await create(project, body);
  if ('id' in second) return waitUntilShown(project, second);
  throw new FaasifyError(
    'provider-refused',
    `Vercel still misses ${second.missing.length} files that it has been sent`,
    {
      fix: 'Nothing has changed there; try it again.',
    },
  );
}

const SECRET = 'CRON_SECRET';

/**
 * What its clock brings, which it takes from the project: https://vercel.com/docs/cron-jobs/manage-cron-jobs#securing-cron-jobs
 * Nobody is told such a value; its comment tells which one it is.
 */
async function setSecret({ ask, id, app }: Project, value: string): Promise<string> {
  const comment = `faasify ${scryptSync(value, app, 24).toString('hex')}`;
  const body = { key: SECRET, value, type: 'sensitive', target: ['production'], comment };
  await ask('POST', `/v10/projects/${encodeURIComponent(id)}/env?upsert=true`, { body });
  return comment;
}

async function findSecret({ ask, id }: Project): Promise<string | undefined> {
  const { body } = await ask('GET', `/v10/projects/${encodeURIComponent(id)}/env`);
  const { envs = [] }: { envs?: { key: string; comment?: string }[] } = Object(body);
  return envs.find(({ key }) => key === SECRET)?.comment;
}

function toSent(file: string, bytes: Buffer): SentFile {
  return { file, sha: createHash('sha1').update(bytes).digest('hex'), size: bytes.length, bytes };
}

/** Refused where there are files that Vercel has not had before. */
async function create({ ask }: Project, body: object): Promise<Deployment | { missing: string[] }> {
  const answer = await ask('POST', '/v13/deployments?forceNew=1&skipAutoDetectionConfirmation=1', {
    body,
    allow: [400],
  });
  if (answer.status !== 400) return answer.body as Deployment;
  const { code, message, missing }: { code?: string; message?: string; missing?: string[] } = Object(
    Object(answer.body).error,
  );
  if (code === 'missing_files' && missing) return { missing };
  throw new FaasifyError('provider-refused', `Vercel takes no such deployment: ${message}`, {
    fix: 'Nothing has changed there.',
  });
}

async function upload(ask: Ask, files: readonly SentFile[], missing: readonly string[]): Promise<void> {
  const wanted = new Map(files.filter(({ sha }) => missing.includes(sha)).map((file) => [file.sha, file]));
  for (const { sha, bytes } of wanted.values()) {
    await ask('POST', '/v2/files', {
      headers: { 'content-type': 'application/octet-stream', 'x-vercel-digest': sha },
      body: bytes,
    });
  }
}

const ENDED = new Set(['READY', 'ERROR', 'CANCELED', 'BLOCKED']);

async function waitUntilShown(project: Project, { id }: Deployment): Promise<void> {
  const made = await waitUntil(`The deployment ${id}`, async () => {
    const found = await findDeployment(project.ask, id);
    const isAtWork = found?.readyState === 'READY' && !found.aliasAssigned && !found.aliasError;
    return found && ENDED.has(found.readyState) && !isAtWork ? found : undefined;
  });
  const fix = `Look at \`vercel inspect ${id} --logs\`; what was shown before still is.`;
  if (made.readyState !== 'READY') {
    const said = made.errorMessage ? `: ${made.errorMessage}` : '';
    throw new FaasifyError('provider-refused', `The deployment ${id} has ended as ${made.readyState}${said}`, { fix });
  }
  const shown = await findShown(project);
  if (shown?.id === id) return;
  throw new FaasifyError('provider-refused', `The deployment ${id} is there, but the project shows ${shown?.id}`, {
    fix: 'Somebody has deployed at the same time, or production is held at that deployment: `vercel promote` lets it go.',
  });
}

/** Earlier ones have addresses of their own, at which functions can still be called. */
async function removeAll(project: Project): Promise<void> {
  const { ask, id, app } = project;
  for (;;) {
    const { body } = await ask(
      'GET',
      `/v6/deployments?projectId=${encodeURIComponent(id)}&limit=100&meta-${APP}=${app}`,
    );
    const listed: unknown = Object(body).deployments;
    const found = Array.isArray(listed) ? listed.filter(({ meta }) => Object(meta)[APP] === app) : [];
    if (found.length === 0) return;
    for (const { uid } of found) await ask('DELETE', `/v13/deployments/${uid}`, { allow: [404] });
  }
}
