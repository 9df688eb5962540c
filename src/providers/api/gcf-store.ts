/**
 * Functions of the second generation over the Cloud Functions API, version 2:
 * https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
 */
import { createHash } from 'node:crypto';
import { FaasifyError } from '../../errors.ts';
import type { EachStore, StoredFunction, StoreRequest, WantedFunction } from './function-store.ts';
import { createLineFinder } from './google-logs.ts';
import { type GoogleStarts, openStarts } from './google-starts.ts';
import { openTokens } from './google-token.ts';
import { type Ask, createAsk, type StoreAnswer, waitUntil } from './store-api.ts';

const TITLE = 'Google Cloud Functions';
const API = 'https://cloudfunctions.googleapis.com/';

/** Whose a function is, and what was put there: https://cloud.google.com/functions/docs/configuring#labels */
const APP_LABEL = 'faasify-app';
const HASH_LABEL = 'faasify-hash';
/** How many jobs of Cloud Scheduler it may have. */
const JOBS_LABEL = 'faasify-jobs';

/** https://cloud.google.com/functions/docs/configuring/env-var#reserved-names */
export const RESERVED =
  /^(X_GOOGLE_.*|FUNCTION_TARGET|FUNCTION_SIGNATURE_TYPE|K_SERVICE|K_REVISION|K_CONFIGURATION|PORT)$/;

/** What is changed of one that is there; all else is left to whoever has set it. */
const CHANGED = [
  ...['labels', 'buildConfig.runtime', 'buildConfig.entryPoint', 'buildConfig.source'],
  ...['timeoutSeconds', 'availableMemory', 'environmentVariables', 'maxInstanceRequestConcurrency'].map(
    (name) => `serviceConfig.${name}`,
  ),
].join(',');

/** Somebody else changes it, or it is there already; or the server has failed, and may have done it all the same. */
const CONFLICTS = [409, 500, 502, 503, 504];
const MAX_ROUNDS = 5;

interface Place {
  ask: Ask;
  app: string;
  project: string;
  runtime: string;
  starts: GoogleStarts;
}

interface Api {
  ask: Ask;
  findToken(): Promise<string>;
  project: string;
  region: string;
}

/** As gcloud finds project, region and API: `GOOGLE_CLOUD_PROJECT` or `CLOUDSDK_CORE_PROJECT`, and so on. */
export function openApi(env: NodeJS.ProcessEnv, folder: string, asked?: string): Api {
  const project = env.GOOGLE_CLOUD_PROJECT || env.CLOUDSDK_CORE_PROJECT;
  const region = asked || env.GOOGLE_CLOUD_REGION || env.CLOUDSDK_FUNCTIONS_REGION;
  if (!project || !region) {
    throw new FaasifyError('no-endpoint', `Nothing says in which project and region of ${TITLE} functions are`, {
      fix: 'Set GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_REGION.',
    });
  }
  const findToken = openTokens(env, folder);
  // https://cloud.google.com/sdk/gcloud/reference/topic/endpoint-override
  const api = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS || API;
  const ask = createAsk({
    title: TITLE,
    base: `${api.replace(/\/*$/, '')}/v2`,
    authorize: async () => ({ authorization: `Bearer ${await findToken()}` }),
    credentialsFix: `Log in again, and see that who deploys has the role roles/cloudfunctions.developer in ${project}, and roles/iam.serviceAccountUser for its service account.`,
  });
  return { ask, findToken, project, region };
}

export function openFunctions({ env, app, folder, ...asked }: StoreRequest, runtime: string): EachStore {
  const { ask, findToken, project, region } = openApi(env, folder, asked.region);
  const account = env.FAASIFY_SCHEDULER;
  const starts = openStarts({ env, project, app, findToken }, account);
  const place = { ask, app, project, runtime, starts };
  return {
    address: `project ${project}`,
    region,
    version: runtime,
    webSuffix: '-web',
    lacks: account ? {} : { schedule: WITHOUT_ACCOUNT },
    reserved: RESERVED,
    callerEnv: { FAASIFY_ENDPOINT_GCF: `https://${region}-${project}.cloudfunctions.net` },
    listRegions: () => listRegions(place),
    list: () => listFunctions(place),
    findLines: createLineFinder({ env, project, title: TITLE, findToken }),
    put: (fn) => put(place, fn, fn.region ?? region),
    remove: ({ name, region: there = region }) => remove(place, nameFunction(place, there, name)),
  };
}

const WITHOUT_ACCOUNT =
  'FAASIFY_SCHEDULER does not name the service account that calls by the clock, with the role Cloud Run Invoker';

function nameFunction({ project }: Place, region: string, name: string): string {
  return `/projects/${project}/locations/${region}/functions/${name}`;
}

interface GoogleFunction {
  /** `projects/…/locations/…/functions/…` */
  name: string;
  state?: string;
  stateMessages?: { severity?: string }[];
  labels?: Record<string, string>;
  url?: string;
  serviceConfig?: { uri?: string; service?: string };
}

/** https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations/list */
async function listRegions({ ask, project }: Place): Promise<string[]> {
  const { body } = await ask('GET', `/projects/${project}/locations?pageSize=500`);
  const { locations = [] }: { locations?: { locationId: string }[] } = Object(body);
  return locations.map(({ locationId }) => locationId);
}

interface Page {
  functions?: GoogleFunction[];
  unreachable?: string[];
  nextPageToken?: string;
}

/** Of all regions. Throws if one does not answer: what is there is not known then. */
async function listFunctions({ ask, app, project }: Place): Promise<StoredFunction[]> {
  const found: StoredFunction[] = [];
  for (let token = ''; ; ) {
    const { body } = await ask('GET', `/projects/${project}/locations/-/functions?pageSize=500&pageToken=${token}`);
    const { functions = [], unreachable = [], nextPageToken = '' }: Page = Object(body);
    if (unreachable.length > 0) refuse(`does not reach ${unreachable.join(', ')} at the moment`);
    found.push(...functions.map((fn) => describe(fn, app)));
    if (nextPageToken === '') return found;
    token = encodeURIComponent(nextPageToken);
  }
}

function describe(fn: GoogleFunction, app: string): StoredFunction {
  const [, , , region = '', , name = ''] = fn.name.split('/');
  const { [APP_LABEL]: owner, [HASH_LABEL]: hash = '' } = fn.labels ?? {};
  const url = fn.url ?? fn.serviceConfig?.uri;
  return {
    name,
    region,
    ...(owner !== undefined && { mark: { app: owner === writeLabel(app) ? app : `${owner} (a label)`, hash } }),
    ...(isUnfinished(fn) && { isUnfinished: true }),
    ...(url !== undefined && { url }),
  };
}

/** It has failed, or nobody knows how it has ended. */
function isUnfinished({ state, stateMessages = [] }: GoogleFunction): boolean {
  return state !== 'ACTIVE' || stateMessages.some(({ severity }) => severity === 'ERROR');
}

/** The app in the letters of labels; two apps never have the same. */
function writeLabel(app: string): string {
  const lower = app.toLowerCase();
  return lower === app ? app : `${lower}-${createHash('sha256').update(app).digest('hex').slice(0, 16)}`;
}

/** What is under way is waited for; whether it is created or changed is decided by what is there then. */
async function put(place: Place, fn: WantedFunction, region: string): Promise<void> {
  const { ask, app, project } = place;
  const path = nameFunction(place, region, fn.name);
  const source = await upload(place, region, fn.code);
  for (let round = 0; ; round++) {
    const there = await settle(place, path);
    if (there && describe(there, app).mark?.app !== app) refuse(`has a function ${fn.name} that is not this app's`);
    const before = Number(there?.labels?.[JOBS_LABEL] ?? 0);
    const most = Math.max(before, fn.schedules?.length ?? 0);
    const { [HASH_LABEL]: _, ...labels } = there?.labels ?? {};
    const jobs = most > 0 && { [JOBS_LABEL]: `${most}` };
    const body = describeFunction(place, fn, region, source, { ...labels, ...jobs });
    const allow = round < MAX_ROUNDS ? CONFLICTS : [];
    const answer = there
      ? await ask('PATCH', `${path}?updateMask=${CHANGED}`, { body, allow })
      : await ask('POST', `/projects/${project}/locations/${region}/functions?functionId=${fn.name}`, { body, allow });
    if (!CONFLICTS.includes(answer.status)) {
      await finish(place, `${fn.name} (${region})`, answer);
      return complete(place, path, { ...fn, region }, before);
    }
    await pauseFor(round);
  }
}

/** What starts it, and then what it is. */
async function complete(
  place: Place,
  path: string,
  fn: WantedFunction & { region: string },
  before: number,
): Promise<void> {
  const { isWeb, schedules = [] } = fn;
  const { serviceConfig, url = serviceConfig?.uri ?? '' } = (await settle(place, path)) ?? {};
  if (isWeb) await place.starts.open(serviceConfig?.service ?? '');
  await place.starts.setJobs({ ...fn, url }, schedules, before);
  await mark(place, path, fn);
}

/**
 * What it is, which is only said when it is there: one whose update has failed may well be active, as what it was before. Throws where
 * somebody else changes it at the same time.
 */
async function mark(place: Place, path: string, fn: WantedFunction): Promise<void> {
  const { [JOBS_LABEL]: _, ...others } = (await settle(place, path))?.labels ?? {};
  const jobs = fn.schedules && { [JOBS_LABEL]: `${fn.schedules.length}` };
  const labels = { ...others, ...jobs, [HASH_LABEL]: fn.mark.hash };
  const answer = await place.ask('PATCH', `${path}?updateMask=labels`, { body: { labels } });
  await finish(place, path, answer);
}

async function remove(place: Place, path: string): Promise<void> {
  const [, , , , region = '', , name = ''] = path.split('/');
  for (let round = 0; ; round++) {
    const allow = round < MAX_ROUNDS ? [404, ...CONFLICTS] : [404];
    const there = await settle(place, path);
    if (!there) return;
    await place.starts.setJobs({ name, region, url: '', timeout: 0 }, [], Number(there.labels?.[JOBS_LABEL] ?? 0));
    const answer = await place.ask('DELETE', path, { allow });
    if (answer.status === 404) return;
    if (!CONFLICTS.includes(answer.status)) return finish(place, path, answer);
    await pauseFor(round);
  }
}

function pauseFor(round: number): Promise<void> {
  return new Promise((done) => setTimeout(done, 500 * 2 ** round));
}

/** As it is when nothing changes it any more; undefined if it is not there. */
async function settle({ ask }: Place, path: string): Promise<GoogleFunction | undefined> {
  const found = await waitUntil(path, async () => {
    const { status, body } = await ask('GET', path, { allow: [404] });
    if (status === 404) return { fn: undefined };
    const fn: GoogleFunction = Object(body);
    return fn.state === 'DEPLOYING' || fn.state === 'DELETING' ? undefined : { fn };
  });
  return found.fn;
}

/** To where Google wants it: https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/generateUploadUrl */
async function upload({ ask, project }: Place, region: string, code: Buffer): Promise<object> {
  const path = `/projects/${project}/locations/${region}/functions:generateUploadUrl`;
  const { body } = await ask('POST', path, { body: {} });
  const { uploadUrl, storageSource }: { uploadUrl?: string; storageSource?: object } = Object(body);
  if (!uploadUrl || !storageSource) return refuse(`answered ${path} without an address to send code to`);
  await ask('PUT', uploadUrl, { body: code, headers: { 'content-type': 'application/zip' }, isOpen: true });
  return storageSource;
}

/** Private: nobody is given the role roles/run.invoker, but for one with addresses. One call at a time, which is what units are made for. */
function describeFunction(
  place: Place,
  { name, mark, memory, timeout, env }: WantedFunction,
  region: string,
  storageSource: object,
  labels: Record<string, string>,
): object {
  const { runtime } = place;
  return {
    name: nameFunction(place, region, name).slice(1),
    environment: 'GEN_2',
    labels: { ...labels, [APP_LABEL]: writeLabel(mark.app) },
    buildConfig: { runtime, entryPoint: name, source: { storageSource } },
    serviceConfig: {
      availableMemory: `${memory}Mi`,
      timeoutSeconds: timeout,
      maxInstanceRequestConcurrency: 1,
      environmentVariables: env,
    },
  };
}

interface Operation {
  name?: string;
  done?: boolean;
  error?: { message?: string };
}

/** Waits for the end of what was begun: https://google.aip.dev/151 */
async function finish({ ask }: Place, what: string, { body }: StoreAnswer): Promise<void> {
  const begun: Operation = Object(body);
  const ended = begun.done
    ? begun
    : await waitUntil(what, async () => findEnd((await ask('GET', `/${begun.name}`)).body));
  if (ended.error) refuse(`could not do it for ${what}: ${ended.error.message}`);
}

function findEnd(body: unknown): Operation | undefined {
  const operation: Operation = Object(body);
  return operation.done ? operation : undefined;
}

function refuse(what: string): never {
  throw new FaasifyError('provider-refused', `${TITLE} ${what}`, {
    fix: 'What was done before stays, and is found by the next `faasify deploy`.',
  });
}
