/**
 * Functions over Scaleway's API: https://www.scaleway.com/en/developers/api/serverless-functions, whose fields are those of
 * @scaleway/sdk-function 3. They lie in a namespace, which is the app's own unless SCW_FUNCTION_NAMESPACE names one.
 */
import { FaasifyError } from '../../errors.ts';
import type { ProviderSchedule } from '../provider.ts';
import { emitRun } from '../starts.ts';
import type { EachStore, StoredFunction, StoreGround, StoreRequest, WantedFunction } from './function-store.ts';
import { type Ask, createAsk, waitUntil } from './store-api.ts';

const TITLE = 'Scaleway Serverless Functions';
const PAGE = 100;

/** Tags: whose a function or a namespace is, and what was put there, which is only said when it has been deployed. */
const APP_TAG = 'faasify-app=';
const HASH_TAG = 'faasify-hash=';

/** https://www.scaleway.com/en/docs/serverless-functions/reference-content/functions-limitations/ */
const LEAST_TIMEOUT = 10;

/** Names of variables that are Scaleway's. */
export const RESERVED = /^(PORT|SCW_.*)$/;

interface Place {
  ask: Ask;
  app: string;
  runtime: string;
  region: string;
  project: string | undefined;
  /** Of its namespace, if the user has one. */
  given: string | undefined;
}

interface Stored {
  id: string;
  name: string;
  status: string;
  tags?: string[];
  error_message?: string | null;
}

interface ScalewayFunction extends Stored {
  domain_name?: string;
  secret_environment_variables?: { key: string }[];
}

interface Api extends Pick<Place, 'ask' | 'region' | 'project' | 'given'> {}

/** As `scw` finds keys, region and project: https://github.com/scaleway/scaleway-cli/blob/master/docs/commands/config.md */
export function openApi(env: NodeJS.ProcessEnv, asked?: string): Api {
  const key = env.SCW_SECRET_KEY;
  const region = asked || env.SCW_DEFAULT_REGION || 'fr-par';
  const project = env.SCW_DEFAULT_PROJECT_ID || undefined;
  const given = env.SCW_FUNCTION_NAMESPACE || undefined;
  if (!key || (!project && !given)) {
    const problem = `Nothing says who asks ${TITLE}${key ? ', and for which project or namespace' : ''}`;
    throw new FaasifyError('no-endpoint', problem, {
      fix: 'Set SCW_SECRET_KEY, and SCW_DEFAULT_PROJECT_ID or SCW_FUNCTION_NAMESPACE (the id of one).',
    });
  }
  const ask = createAsk({
    title: TITLE,
    base: `${(env.SCW_API_URL || 'https://api.scaleway.com').replace(/\/+$/, '')}/functions/v1beta1/regions/${region}`,
    authorize: () => ({ 'x-auth-token': key }),
    credentialsFix: 'Set SCW_SECRET_KEY to the secret of an API key that has the permission set FunctionsFullAccess.',
  });
  return { ask, region, project, given };
}

export function openScaleway({ env, app, ...asked }: StoreRequest, runtime: string): EachStore {
  const { ask, region, project, given } = openApi(env, asked.region);
  const place = { ask, app, runtime, region, project, given };
  const token = env.FAASIFY_KEY_SCALEWAY;
  return {
    address: given ? `namespace ${given} (${region})` : `namespace ${nameNamespace(app)} (${region})`,
    version: runtime,
    reserved: RESERVED,
    onlyRegion: region,
    webSuffix: '-web',
    ...(token && { callerEnv: { FAASIFY_KEY_SCALEWAY: token } }),
    ...(!given && { ground: describeGround(place) }),
    list: async () => (await listFunctions(place, await getNamespace(place))).map((fn) => describe(fn)),
    put: (fn) => put(place, fn),
    remove: ({ name }) => remove(place, name),
  };
}

/** `Acme_Shop` → `acme-shop` */
function nameNamespace(app: string): string {
  return app
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function describeGround(place: Place): StoreGround {
  const { ask, app, project } = place;
  const name = nameNamespace(app);
  return {
    kind: 'namespace',
    name,
    async find() {
      const found = await findNamespace(place);
      if (!found) return undefined;
      return found.tags?.includes(`${APP_TAG}${app}`) ? 'ours' : 'foreign';
    },
    async make() {
      const body = { name, project_id: project, tags: [`${APP_TAG}${app}`] };
      const { id } = toStored((await ask('POST', '/namespaces', { body })).body);
      await settle(place, `/namespaces/${id}`);
    },
    async remove() {
      const found = await findNamespace(place);
      if (found) await ask('DELETE', `/namespaces/${found.id}`, { allow: [404] });
      if (found) await waitUntilGone(place, `/namespaces/${found.id}`);
    },
  };
}

async function findNamespace({ ask, app, project, given }: Place): Promise<Stored | undefined> {
  if (given) return toStored((await ask('GET', `/namespaces/${given}`)).body);
  const name = nameNamespace(app);
  const { body } = await ask('GET', `/namespaces?name=${name}&project_id=${project}&page_size=${PAGE}`);
  const { namespaces = [] }: { namespaces?: Stored[] } = Object(body);
  return namespaces.find((one) => one.name === name);
}

async function getNamespace(place: Place): Promise<string> {
  const found = await findNamespace(place);
  return found?.id ?? refuse(`has no namespace ${nameNamespace(place.app)}`);
}

async function listFunctions({ ask }: Place, namespace: string, name?: string): Promise<ScalewayFunction[]> {
  const found: ScalewayFunction[] = [];
  for (let page = 1; ; page++) {
    const filter = name === undefined ? '' : `&name=${name}`;
    const path = `/functions?namespace_id=${namespace}&page=${page}&page_size=${PAGE}${filter}`;
    const { functions = [] }: { functions?: ScalewayFunction[] } = Object((await ask('GET', path)).body);
    found.push(...functions);
    if (functions.length < PAGE) return found;
  }
}

function describe({ name, status, tags = [], domain_name: domain }: ScalewayFunction): StoredFunction {
  const [app, hash = ''] = [readTag(tags, APP_TAG), readTag(tags, HASH_TAG)];
  return {
    name,
    ...(app !== undefined && { mark: { app, hash } }),
    ...(status !== 'ready' && { isUnfinished: true }),
    ...(domain && { url: `https://${domain}` }),
  };
}

function readTag(tags: readonly string[], name: string): string | undefined {
  return tags.find((tag) => tag.startsWith(name))?.slice(name.length);
}

/** Until it has been deployed its tags do not say what it is: one that is left half-way differs from whatever is wanted. */
async function put(place: Place, fn: WantedFunction): Promise<void> {
  const namespace = await getNamespace(place);
  const { id } = await prepare(place, namespace, fn);
  const path = `/functions/${id}`;
  const there = await settle(place, path);
  const changed = { ...describeFunction(place, fn, there), redeploy: false };
  await change(place, 'PATCH', path, path, changed);
  await upload(place, path, fn.code);
  await change(place, 'POST', `${path}/deploy`, path, {});
  const { status, error_message: error } = await settle(place, path);
  if (status !== 'ready') refuse(`could not deploy ${fn.name}: ${error || status}`);
  await setCrons(place, id, fn.schedules ?? []);
  const tags = [...(changed.tags ?? []), `${HASH_TAG}${fn.mark.hash}`];
  await change(place, 'PATCH', path, path, { tags, redeploy: false });
}

/** How often is waited for something else that happens to it. */
const MAX_WAITS = 5;

/** A function that something happens to refuses everything else: 409, `transient_state`. */
async function change(place: Place, method: string, path: string, fn: string, body: object): Promise<void> {
  for (let round = 1; ; round++) {
    const { status } = await place.ask(method, path, { body, allow: round < MAX_WAITS ? [409] : [] });
    if (status !== 409) return;
    await settle(place, fn);
  }
}

/** One that is there and the app's, or a new one. */
async function prepare(place: Place, namespace: string, fn: WantedFunction): Promise<Stored> {
  const [there] = (await listFunctions(place, namespace, fn.name)).filter(({ name }) => name === fn.name);
  if (there && describe(there).mark?.app !== place.app) refuse(`has a function ${fn.name} that is not this app's`);
  if (there) return there;
  const body = { name: fn.name, namespace_id: namespace, ...describeFunction(place, fn, undefined) };
  return toStored((await place.ask('POST', '/functions', { body })).body);
}

interface Cron {
  id: string;
  schedule: string;
  args?: { faasify?: unknown; fn?: unknown };
}

/** https://www.scaleway.com/en/developers/api/serverless-functions/#path-crons; those that start something else stay. */
async function setCrons({ ask }: Place, id: string, schedules: readonly ProviderSchedule[]): Promise<void> {
  const { crons = [] }: { crons?: Cron[] } = Object(
    (await ask('GET', `/crons?function_id=${id}&page_size=${PAGE}`)).body,
  );
  const own = crons.filter(({ args }) => args?.faasify === 'run');
  const isSame = ({ fn, cron }: ProviderSchedule, there: Cron) => there.schedule === cron && there.args?.fn === fn;
  for (const wanted of schedules) {
    if (own.some((there) => isSame(wanted, there))) continue;
    const { fn, cron: schedule } = wanted;
    const name = fn.replaceAll(/[^\w-]+/g, '-');
    await ask('POST', '/crons', { body: { function_id: id, name, schedule, args: JSON.parse(emitRun(fn)) } });
  }
  const gone = own.filter((there) => !schedules.some((wanted) => isSame(wanted, there)));
  for (const cron of gone) await ask('DELETE', `/crons/${cron.id}`, { allow: [404] });
}

/** Private: who calls sends a token; with addresses anybody may ask. Variables are secrets, of which those that are not named stay. */
function describeFunction(
  { app, runtime }: Place,
  { name, memory, timeout, env: given, isCaller, isWeb }: WantedFunction,
  there: ScalewayFunction | undefined,
) {
  const env = { ...given, ...(isCaller && findOthers(name, there?.domain_name)) };
  const others = (there?.tags ?? []).filter((tag) => !tag.startsWith(APP_TAG) && !tag.startsWith(HASH_TAG));
  const gone = (there?.secret_environment_variables ?? []).filter(({ key }) => !(key in env));
  return {
    runtime,
    handler: isWeb ? 'handler.web' : 'handler.handle',
    privacy: isWeb ? 'public' : 'private',
    memory_limit: memory,
    timeout: `${Math.max(timeout, LEAST_TIMEOUT)}s`,
    secret_environment_variables: [
      ...Object.entries(env).map(([key, value]) => ({ key, value })),
      ...gone.map(({ key }) => ({ key })),
    ],
    tags: [...others, `${APP_TAG}${app}`],
  };
}

/** `shop7x-shop-price.functions.fnc.fr-par.scw.cloud` → where all functions of the namespace are */
function findOthers(name: string, domain: string | undefined): { FAASIFY_ENDPOINT_SCALEWAY?: string } {
  const own = `-${name}.`;
  return domain?.includes(own) ? { FAASIFY_ENDPOINT_SCALEWAY: `https://${domain.replace(own, '-{name}.')}` } : {};
}

/** https://www.scaleway.com/en/docs/serverless-functions/api-cli/deploy-function-api/ */
async function upload({ ask }: Place, path: string, code: Buffer): Promise<void> {
  const { body } = await ask('GET', `${path}/upload-url?content_length=${code.length}`);
  const { url, headers: given = {} }: { url?: string; headers?: Record<string, string[]> } = Object(body);
  if (!url) return refuse('gave no address to send code to');
  const headers = Object.entries(given)
    .filter(([name]) => !/^(content-length|host)$/i.test(name))
    .map(([name, values]) => [name.toLowerCase(), values.join(', ')] as const);
  const type = { 'content-type': 'application/octet-stream' };
  await ask('PUT', url, { body: code, headers: { ...type, ...Object.fromEntries(headers) }, isOpen: true });
}

async function remove(place: Place, name: string): Promise<void> {
  const found = await listFunctions(place, await getNamespace(place), name);
  for (const fn of found.filter((one) => one.name === name)) {
    await place.ask('DELETE', `/functions/${fn.id}`, { allow: [404] });
    await waitUntilGone(place, `/functions/${fn.id}`);
  }
}

const PASSING = new Set(['creating', 'pending', 'deleting']);

/** As it is when nothing happens to it any more. */
function settle({ ask }: Place, path: string): Promise<ScalewayFunction> {
  return waitUntil(path, async () => {
    const found = toStored((await ask('GET', path)).body);
    return PASSING.has(found.status) ? undefined : found;
  });
}

async function waitUntilGone({ ask }: Place, path: string): Promise<void> {
  await waitUntil(path, async () => (await ask('GET', path, { allow: [404] })).status === 404 || undefined);
}

function toStored(body: unknown): ScalewayFunction {
  const { id, name = '', status = 'unknown', ...others }: Partial<ScalewayFunction> = Object(body);
  return id ? { id, name, status, ...others } : refuse('gave an answer without an id');
}

function refuse(what: string): never {
  throw new FaasifyError('provider-refused', `${TITLE} ${what}`, {
    fix: 'What was done before stays, and is found by the next `faasify deploy`.',
  });
}
