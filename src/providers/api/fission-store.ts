/**
 * Functions, their packages and the environment of an app, as objects of the API of Kubernetes: https://fission.io/docs/reference/crd-reference/,
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
import { createHash } from 'node:crypto';
import { FaasifyError } from '../../errors.ts';
import { API, describeFunction, emitEnvironment, NAMESPACE } from './fission-spec.ts';
import type { StoredFunction, StoreRequest, WantedFunction, WholeStore } from './function-store.ts';
import { openCluster } from './kubeconfig.ts';
import { type Ask, createAsk } from './store-api.ts';

const OBJECTS = `/apis/fission.io/v1/namespaces/${NAMESPACE}`;
type Plural = 'environments' | 'packages' | 'functions';

/** A label says whose an object is; annotations say what a function was, and with which environment, and what an environment is. */
const APP = 'faasify/app';
const HASH = 'faasify/hash';
const ENVIRONMENT = 'faasify/environment';

/** Bytes of an archive that lies in its package: https://github.com/fission/fission/blob/main/pkg/apis/core/v1/const.go */
const MAX_ARCHIVE = 256 * 1024;

interface Place {
  ask: Ask;
  app: string;
  /** Name of the environment. */
  environment: string;
}

/** Where `fission` and `kubectl` would go. Variables of functions are those of an environment, so that an app has one of its own. */
export function openFission({ env, app }: StoreRequest): WholeStore {
  const cluster = openCluster(env);
  const ask = createAsk({
    title: 'Kubernetes',
    base: cluster.server,
    authorize: cluster.authorize,
    fetch: cluster.fetch,
    credentialsFix:
      'Whoever the kubeconfig names has to be allowed to change what is of fission.io in the namespace default.',
  });
  const place = { ask, app, environment: nameEnvironment(app) };
  const { FAASIFY_ENDPOINT_FISSION: endpoint, FAASIFY_KEY_FISSION: key } = env;
  return {
    address: cluster.server,
    version: hash(emitEnvironment('')),
    reserved: /^BODY_PARSER_LIMIT$/,
    lacks: {
      http: 'HTTP triggers are objects that its own tool makes',
      schedule: 'time triggers are objects that its own tool makes',
    },
    callerEnv: endpoint ? { FAASIFY_ENDPOINT_FISSION: endpoint, ...(key && { FAASIFY_KEY_FISSION: key }) } : {},
    ground: {
      kind: 'environment',
      name: place.environment,
      isBeside: true,
      find: () => findOwner(place),
      make: async () => {},
      remove: () => removeAll(place),
    },
    list: () => listFunctions(place),
    replace: (fns) => replaceAll(place, fns),
  };
}

function hash(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** In the letters that Kubernetes takes; where others were in it, no two apps have the same. */
function nameEnvironment(app: string): string {
  const letters = app
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-+$/, '');
  return `faasify-${letters}${letters === app ? '' : `-${hash({ app }).slice(0, 8)}`}`;
}

interface KubeObject {
  metadata: {
    name: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: object;
}

async function list({ ask }: Place, plural: Plural): Promise<KubeObject[]> {
  const { body } = await ask('GET', `${OBJECTS}/${plural}`);
  return Object(body).items;
}

function isOurs({ metadata }: KubeObject, { app }: Place): boolean {
  return metadata.labels?.[APP] === app;
}

async function findOwner(place: Place): Promise<'ours' | 'foreign' | undefined> {
  const { environment } = await readAll(place);
  if (!environment) return undefined;
  return isOurs(environment, place) ? 'ours' : 'foreign';
}

async function listFunctions(place: Place): Promise<StoredFunction[]> {
  const there = await readAll(place);
  const { environment } = there;
  return there.functions.map((one): StoredFunction => {
    const { name, labels, annotations } = one.metadata;
    const { [APP]: app } = labels ?? {};
    const { [HASH]: found } = annotations ?? {};
    if (app === undefined || found === undefined) return { name };
    const isFinished = app !== place.app || hasParts(one, there, environment && readHash(environment));
    return { name, mark: { app, hash: found }, ...(isFinished ? {} : { isUnfinished: true }) };
  });
}

interface There {
  environment: KubeObject | undefined;
  packages: KubeObject[];
  functions: KubeObject[];
}

async function readAll(place: Place): Promise<There> {
  const [environments, packages, functions] = await Promise.all([
    list(place, 'environments'),
    list(place, 'packages'),
    list(place, 'functions'),
  ]);
  return { environment: environments.find((one) => one.metadata.name === place.environment), packages, functions };
}

function readHash({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[HASH];
}

/** Its package and the environment are those that it was put there with. */
function hasParts(fn: KubeObject, { packages }: There, environment: string | undefined): boolean {
  const packed = packages.find(({ metadata }) => metadata.name === fn.metadata.name);
  return (
    packed !== undefined && readHash(packed) === readHash(fn) && fn.metadata.annotations?.[ENVIRONMENT] === environment
  );
}

function refuseForeign(names: readonly string[]): FaasifyError {
  return new FaasifyError('not-ours', `These exist and do not belong to this app: ${names.join(', ')}`, {
    fix: 'Nothing has been changed. Choose another name with --app, or remove them yourself.',
  });
}

/** The environment first, as functions say which one they have; what goes last. */
async function replaceAll(place: Place, fns: readonly WantedFunction[]): Promise<void> {
  const there = await readAll(place);
  const { packages, functions } = there;
  refuseLarge(fns);
  const wanted = new Set(fns.map(({ name }) => name));
  const foreign = packages.filter((one) => wanted.has(one.metadata.name) && !isOurs(one, place));
  if (foreign.length > 0) throw refuseForeign(foreign.map(({ metadata: { name } }) => `package ${name}`));
  const variables: Record<string, string> = Object.assign({}, ...fns.map(({ env }) => env));
  const spec = emitEnvironment(place.environment, variables);
  const version = hash(spec);
  await apply(place, 'environments', place.environment, { [HASH]: version }, () => spec);
  for (const fn of fns) {
    const known = functions.find(({ metadata }) => metadata.name === fn.name);
    const isSame = known && readHash(known) === fn.mark.hash && hasParts(known, there, version);
    if (!isSame) await putFunction(place, fn, version);
  }
  const gone = functions.filter((one) => isOurs(one, place) && !wanted.has(one.metadata.name));
  for (const { metadata } of gone) await remove(place, 'functions', metadata.name);
  const left = packages.filter((one) => isOurs(one, place) && !wanted.has(one.metadata.name));
  for (const { metadata } of left) await remove(place, 'packages', metadata.name);
}

function refuseLarge(fns: readonly WantedFunction[]): void {
  const names = fns.filter(({ code }) => code.length >= MAX_ARCHIVE).map(({ name }) => name);
  if (names.length === 0) return;
  throw new FaasifyError(
    'unit-too-large',
    `Zips of ${MAX_ARCHIVE} bytes and more do not fit into an object: ${names.join(', ')}`,
    {
      fix: 'Nothing has been changed. Deploy with fission/deploy.sh, which has them stored elsewhere.',
    },
  );
}

/** Pods are made anew for a function that names another version of its package. */
async function putFunction(place: Place, { name, code, mark, memory, timeout }: WantedFunction, environment: string) {
  const deployment = { type: 'literal', literal: code.toString('base64') };
  const packed = await apply(place, 'packages', name, { [HASH]: mark.hash }, () => ({
    environment: { name: place.environment, namespace: NAMESPACE },
    deployment,
  }));
  const { resourceVersion } = packed.metadata;
  await apply(place, 'functions', name, { [HASH]: mark.hash, [ENVIRONMENT]: environment }, () =>
    describeFunction(name, { memory, timeout }, place.environment, resourceVersion),
  );
}

const KINDS = { environments: 'Environment', packages: 'Package', functions: 'Function' };
/** How often an object is looked at again that somebody else has changed meanwhile. */
const MAX_ROUNDS = 5;

/** Labels and annotations of others stay, as does what the controllers of Fission have noted. */
async function apply(
  { ask, app }: Place,
  plural: Plural,
  name: string,
  annotations: Record<string, string>,
  emit: () => object,
): Promise<KubeObject> {
  for (let round = 1; ; round++) {
    const { status, body } = await ask('GET', `${OBJECTS}/${plural}/${name}`, { allow: [404] });
    const found = status === 404 ? undefined : (body as KubeObject);
    const metadata = {
      ...found?.metadata,
      ...{ name, namespace: NAMESPACE },
      labels: { ...found?.metadata.labels, 'app.kubernetes.io/managed-by': 'faasify', [APP]: app },
      annotations: { ...found?.metadata.annotations, ...annotations },
    };
    const object = { ...API, kind: KINDS[plural], ...found, metadata, spec: emit() };
    const path = `${OBJECTS}/${plural}${found ? `/${name}` : ''}`;
    const allow = round < MAX_ROUNDS ? [409] : [];
    const answer = await ask(found ? 'PUT' : 'POST', path, { body: object, allow });
    if (answer.status !== 409) return answer.body as KubeObject;
  }
}

async function remove({ ask }: Place, plural: Plural, name: string): Promise<void> {
  await ask('DELETE', `${OBJECTS}/${plural}/${name}`, { allow: [404] });
}

/** The environment last: as long as it is there, something is left to do. */
async function removeAll(place: Place): Promise<void> {
  const { packages, functions } = await readAll(place);
  for (const one of functions) if (isOurs(one, place)) await remove(place, 'functions', one.metadata.name);
  for (const one of packages) if (isOurs(one, place)) await remove(place, 'packages', one.metadata.name);
  await remove(place, 'environments', place.environment);
}
