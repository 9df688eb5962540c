/**
 * A site with all functions of an app, over Netlify's REST API: https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/#deploy-with-the-api
 * Its requests: https://github.com/netlify/open-api/blob/master/swagger.yml
 */
import { createHash } from 'node:crypto';
import { makeZip } from '../../4-package/zip.ts';
import { FaasifyError } from '../../errors.ts';
import type { StoredFunction, StoreRequest, WantedFunction, WholeStore } from './function-store.ts';
import { openShown } from './shown-store.ts';
import { type Ask, createAsk, waitUntil } from './store-api.ts';
import { readFiles } from './store-files.ts';
import { readKey } from './store-key.ts';

const API = 'https://api.netlify.com/api/v1';

/** All that the site shows but functions. */
const PAGE = Buffer.from('<!doctype html><title>functions</title>\n');

interface Site {
  ask: Ask;
  id: string;
  app: string;
}

/** Where the tool of Netlify would go: https://github.com/netlify/cli/blob/main/src/commands/base-command.ts */
export function openNetlify({ env, app }: StoreRequest): WholeStore {
  const { NETLIFY_AUTH_TOKEN: token, NETLIFY_SITE_ID: id } = env;
  if (!token || !id) {
    throw new FaasifyError('credentials', 'Nothing says which site at Netlify it is, or who deploys', {
      fix: 'Set NETLIFY_SITE_ID to a site that is there for this app alone, and NETLIFY_AUTH_TOKEN to a personal access token.',
    });
  }
  const ask = createAsk({
    title: 'Netlify',
    base: (env.NETLIFY_API_URL ?? API).replace(/\/+$/, ''),
    authorize: () => ({ authorization: `Bearer ${token}` }),
    credentialsFix: 'NETLIFY_AUTH_TOKEN has to be a personal access token of somebody who may deploy to that site.',
  });
  const site = { ask, id, app };
  const place = {
    kind: 'site',
    id,
    shown: 'deploy of the site',
    find: () => findOwner(site),
    list: () => listFunctions(site),
    deploy: (fns: readonly WantedFunction[], own: Record<string, string>) => deploy(site, `${NOTHING}${app}`, fns, own),
    removeAll: () => removeAll(site),
  };
  return { ...openShown(place, readKey('netlify', env, app)), lacks: LACKS };
}

/** In the form of AWS Lambda functions say nothing of themselves: https://docs.netlify.com/build/functions/lambda-compatibility/ */
const LACKS = {
  http: 'only its own tool leads requests to functions by the `config` of each',
  schedule: 'only its own tool reads the `config` of functions',
};

/** The title of a deploy says whose it is. */
const NOTHING = 'faasify: ';

interface Deploy {
  id: string;
  title?: string | null;
  state: string;
  error_message?: string | null;
  required?: string[];
  required_functions?: string[];
}

interface ShownSite {
  ssl_url: string;
  published_deploy?: Deploy | null;
}

async function readSite({ ask, id }: Site): Promise<ShownSite> {
  return (await ask('GET', `/sites/${id}`)).body as ShownSite;
}

/** A deploy takes the place of all that a site has: one with anything else is not touched. */
async function findOwner(site: Site): Promise<'ours' | 'foreign' | undefined> {
  const { published_deploy: shown } = await readSite(site);
  if (!shown || shown.title === NOTHING) return undefined;
  return shown.title === `${NOTHING}${site.app}` ? 'ours' : 'foreign';
}

/** Hashes of functions by the deploy that they are in, as the metadata of the site keep them. */
type Deployed = Record<string, Record<string, string>>;

async function readMetadata({ ask, id }: Site): Promise<{ faasify?: Deployed }> {
  return Object((await ask('GET', `/sites/${id}/metadata`, { allow: [404] })).body);
}

/** Of a deploy of which nothing is known there are none: all of them are put there again. */
async function listFunctions(site: Site): Promise<StoredFunction[]> {
  const [{ published_deploy: shown, ssl_url }, { faasify = {} }] = await Promise.all([
    readSite(site),
    readMetadata(site),
  ]);
  return Object.entries((shown && faasify[shown.id]) ?? {}).map(([name, hash]) => ({
    name,
    mark: { app: site.app, hash },
    url: `${ssl_url}/.netlify/functions/${name}`,
  }));
}

/** Code and values of all functions at once. What is being uploaded nobody sees before all of it is there. */
async function deploy(
  site: Site,
  title: string,
  fns: readonly WantedFunction[],
  own: Record<string, string>,
): Promise<void> {
  const { ask, id } = site;
  const zips = new Map<string, Packed>();
  for (const fn of fns) zips.set(fn.name, await pack(fn));
  const variables = Object.entries(Object.assign({}, ...fns.map(({ env }) => env), own));
  const { body } = await ask('POST', `/sites/${id}/deploys?title=${encodeURIComponent(title)}`, {
    body: {
      files: { '/index.html': hash('sha1', PAGE) },
      functions: Object.fromEntries([...zips].map(([name, { digest }]) => [name, digest])),
      functions_config: Object.fromEntries(
        fns.flatMap(({ name, memory }) => (memory === USUAL_MEMORY ? [] : [[name, { memory }]])),
      ),
      environment: variables.map(([variable, value]) => ({ key: variable, value, is_secret: true, scopes: SCOPES })),
    },
  });
  const made = body as Deploy;
  await noteHashes(site, made.id, Object.fromEntries(fns.map(({ name, mark }) => [name, mark.hash])));
  await upload(ask, made, zips);
  await waitUntilShown(site, made.id);
}

/** MB; only some plans let another one be chosen. */
const USUAL_MEMORY = 1024;

/** Those that secrets can have: https://github.com/netlify/cli/blob/main/src/commands/env/env-set.ts */
const SCOPES = ['builds', 'functions', 'runtime'];

interface Packed {
  zip: Buffer;
  digest: string;
}

function hash(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/**
 * AWS Lambda, which runs them, is told `<name>.handler`: https://github.com/netlify/build/blob/main/packages/zip-it-and-ship-it/src/runtimes/node/utils/entry_file.ts
 * What it sends and takes: https://docs.netlify.com/build/functions/lambda-compatibility/
 */
const ENTRY = `import run from './index.mjs';

export async function handler({ rawUrl, httpMethod: method, headers, body, isBase64Encoded }) {
  const content = body && Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const answer = await run(new Request(rawUrl, { method, headers, ...(content && { body: content }) }));
  const cookies = answer.headers.getSetCookie();
  const others = [...answer.headers].filter(([name]) => name !== 'set-cookie');
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isBinary = !Buffer.from(bytes.toString()).equals(bytes);
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(others),
    ...(cookies.length > 0 && { multiValueHeaders: { 'set-cookie': cookies } }),
    body: bytes.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary,
  };
}
`;

async function pack({ name, folder }: WantedFunction): Promise<Packed> {
  const zip = await makeZip([...readFiles(folder), { name: `${name}.mjs`, text: ENTRY }]);
  return { zip, digest: hash('sha256', zip) };
}

/** Before the site can show them. Of others only those that it shows now are kept. */
async function noteHashes(site: Site, deployId: string, hashes: Record<string, string>): Promise<void> {
  const [{ published_deploy: shown }, metadata] = await Promise.all([readSite(site), readMetadata(site)]);
  const kept = shown && metadata.faasify?.[shown.id];
  const faasify: Deployed = { ...(shown && kept && { [shown.id]: kept }), [deployId]: hashes };
  await site.ask('PUT', `/sites/${site.id}/metadata`, { body: { ...metadata, faasify } });
}

/** Only what the site has not had before. */
async function upload(ask: Ask, made: Deploy, zips: ReadonlyMap<string, Packed>): Promise<void> {
  const { id, required = [], required_functions: missing } = made;
  const headers = { 'content-type': 'application/octet-stream' };
  if (required.length > 0) await ask('PUT', `/deploys/${id}/files/index.html`, { headers, body: PAGE });
  for (const [name, { zip, digest }] of zips) {
    if (!missing?.includes(digest)) continue;
    await ask('PUT', `/deploys/${id}/functions/${name}?runtime=js&size=${zip.length}`, { headers, body: zip });
  }
}

async function waitUntilShown(site: Site, deployId: string): Promise<void> {
  const made = await waitUntil(`The deploy ${deployId}`, async () => {
    const { body } = await site.ask('GET', `/sites/${site.id}/deploys/${deployId}`);
    const { state } = body as Deploy;
    return state === 'ready' || state === 'error' ? (body as Deploy) : undefined;
  });
  const fix = `Look at https://app.netlify.com/sites/${site.id}/deploys/${deployId}; what was shown before still is.`;
  if (made.state === 'error')
    throw new FaasifyError('provider-refused', `The deploy ${deployId} has failed: ${made.error_message}`, { fix });
  const { published_deploy: shown } = await readSite(site);
  if (shown?.id === deployId) return;
  throw new FaasifyError('provider-refused', `The deploy ${deployId} is there, but the site shows ${shown?.id}`, {
    fix: 'Somebody has deployed at the same time, or the site is locked to that deploy: unlock it with "Start auto publishing".',
  });
}

/** A site always shows a deploy: one that is nobody's. */
async function removeAll(site: Site): Promise<void> {
  await deploy(site, NOTHING, [], {});
}
