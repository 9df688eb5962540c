/**
 * Workers over Cloudflare's REST API: https://developers.cloudflare.com/api/resources/workers/subresources/scripts/methods/update/
 * What a Worker is made of: https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaasifyError } from '../../errors.ts';
import type { EachStore, Mark, StoredFunction, StoreRequest, WantedFunction } from './function-store.ts';
import { type Ask, createAsk } from './store-api.ts';
import { readKey } from './store-key.ts';

const API = 'https://api.cloudflare.com/client/v4';
/** Tags take letters, digits and hyphens for certain: https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/platform/limits/#tags */
const APP = 'faasify-app-';
const HASH = 'faasify-hash-';
/** Only those that have schedules. */
const CRONS = 'faasify-crons-';

interface Api {
  ask: Ask;
  account: string;
  /** What paths are relative to. */
  base: string;
  authorization: string;
}

/** Where `wrangler` would go: https://developers.cloudflare.com/workers/wrangler/system-environment-variables/ */
export function openApi(env: NodeJS.ProcessEnv): Api {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account } = env;
  if (!token || !account) {
    throw new FaasifyError('credentials', 'Nothing says whose account at Cloudflare it is, or who asks', {
      fix: 'Set CLOUDFLARE_ACCOUNT_ID, and CLOUDFLARE_API_TOKEN to a token with the permission Workers Scripts: Edit.',
    });
  }
  const base = `${env.CLOUDFLARE_API_BASE_URL ?? API}/accounts/${account}/workers`;
  const authorization = `Bearer ${token}`;
  const ask = createAsk({
    title: 'Cloudflare',
    base,
    authorize: () => ({ authorization }),
    credentialsFix:
      'CLOUDFLARE_API_TOKEN has to be a token with the permission Workers Scripts: Edit for that account.',
    readError,
  });
  return { ask, account, base, authorization };
}

export function openWorkers({ env, app }: StoreRequest): EachStore {
  const { ask, account } = openApi(env);
  const key = readKey('workers', env, app);
  return {
    address: `account ${account}`,
    version: key.version,
    secrets: key.secrets,
    list: () => listWorkers(ask),
    async put(fn) {
      await putWorker(ask, fn, key.getVariables());
    },
    async remove({ name }) {
      await ask('DELETE', `/scripts/${name}`, { allow: [404] });
    },
  };
}

/** `{ success: false, errors: [{ code: 10001, message: '…' }] }` */
function readError(body: unknown): string | undefined {
  const { errors }: { errors?: unknown } = Object(body);
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  return errors.map((error) => `${Object(error).message} (${Object(error).code})`).join('; ');
}

async function listWorkers(ask: Ask): Promise<StoredFunction[]> {
  const [{ body: listed }, { body: place }] = await Promise.all([
    ask('GET', '/scripts'),
    ask('GET', '/subdomain', { allow: [404] }),
  ]);
  const workers = readResult<ListedWorker[]>(listed);
  const subdomain = Object(Object(place).result).subdomain;
  return Promise.all(
    workers.map(async ({ id: name, tags }): Promise<StoredFunction> => {
      const mark = readMark(tags ?? []);
      if (!mark) return { name };
      const url = typeof subdomain === 'string' ? { url: `https://${name}.${subdomain}.workers.dev` } : {};
      const isFinished = (await isReachable(ask, name)) && (await isTimed(ask, name, tags ?? []));
      return { name, mark, ...url, ...(isFinished ? {} : { isUnfinished: true }) };
    }),
  );
}

interface ListedWorker {
  id: string;
  tags?: string[] | null;
}

function readResult<T>(body: unknown): T {
  return Object(body).result as T;
}

function readMark(tags: readonly string[]): Mark | undefined {
  const [app, hash] = [APP, HASH].map((start) => tags.find((tag) => tag.startsWith(start))?.slice(start.length));
  return app !== undefined && hash !== undefined ? { app, hash } : undefined;
}

/** Not where a deployment has ended before it came to that. */
async function isReachable(ask: Ask, name: string): Promise<boolean> {
  const { body } = await ask('GET', `/scripts/${name}/subdomain`, { allow: [404] });
  return Object(readResult(body)).enabled === true;
}

/**
 * Code, settings, values and mark in one request; its schedules in a second one, its address in a last one, without which it counts as
 * unfinished.
 */
async function putWorker(
  ask: Ask,
  { name, folder, env, mark, schedules = [] }: WantedFunction,
  own: Record<string, string>,
): Promise<void> {
  const { main, compatibility_date, compatibility_flags, limits } = readConfiguration(folder);
  const bindings = Object.entries({ ...env, ...own });
  const crons = [...new Set(schedules.map(({ cron }) => cron))].sort();
  const metadata = {
    main_module: main,
    compatibility_date,
    compatibility_flags,
    ...(limits && { limits }),
    bindings: bindings.map(([variable, text]) => ({ type: 'secret_text', name: variable, text })),
    tags: [`${APP}${mark.app}`, `${HASH}${mark.hash}`, ...(crons.length > 0 ? [`${CRONS}${hashCrons(crons)}`] : [])],
  };
  const form = new FormData();
  form.set('metadata', JSON.stringify(metadata));
  form.set(main, new File([readFileSync(join(folder, main))], main, { type: 'application/javascript+module' }));
  const encoded = new Response(form);
  await ask('PUT', `/scripts/${name}`, {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: new Uint8Array(await encoded.arrayBuffer()),
  });
  const there = await readCrons(ask, name);
  const body = crons.map((cron) => ({ cron }));
  if (hashCrons(there) !== hashCrons(crons)) await ask('PUT', `/scripts/${name}/schedules`, { body });
  await ask('POST', `/scripts/${name}/subdomain`, { body: { enabled: true, previews_enabled: false } });
}

/** https://developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/schedules/ */
async function readCrons(ask: Ask, name: string): Promise<string[]> {
  const { body } = await ask('GET', `/scripts/${name}/schedules`, { allow: [404] });
  const { schedules }: { schedules?: { cron: string }[] } = Object(readResult(body));
  return (schedules ?? []).map(({ cron }) => cron);
}

function hashCrons(crons: readonly string[]): string {
  return crons.length === 0
    ? ''
    : createHash('sha256')
        .update([...crons].sort().join())
        .digest('hex')
        .slice(0, 16);
}

/** Its clock is that of the same deployment as its code. */
async function isTimed(ask: Ask, name: string, tags: readonly string[]): Promise<boolean> {
  const wanted = tags.find((tag) => tag.startsWith(CRONS))?.slice(CRONS.length) ?? '';
  return hashCrons(await readCrons(ask, name)) === wanted;
}

interface Configuration {
  main: string;
  compatibility_date: string;
  compatibility_flags: string[];
  limits?: { cpu_ms: number };
}

/** What `wrangler` is told as well: it is plain JSON. */
function readConfiguration(folder: string): Configuration {
  return JSON.parse(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8'));
}
