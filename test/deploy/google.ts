/** The Cloud Functions API, version 2, as it is documented, and the bucket that code is sent to; of both there is enough here. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface GoogleFunction {
  name: string;
  state: string;
  url?: string;
  labels?: Record<string, string>;
  buildConfig: { runtime: string; entryPoint: string; source: { storageSource: { object: string } } };
  serviceConfig: { environmentVariables: Record<string, string>; [setting: string]: unknown };
}

export interface Google {
  env: Record<string, string>;
  /** By `projects/…/functions/…`. */
  functions: Map<string, GoogleFunction>;
  /** What was sent to the bucket, by object. */
  objects: Map<string, Buffer>;
  /** What functions have written, oldest first. */
  entries: { insertId: string; timestamp: string; textPayload: string; fn: string }[];
  /** What was written: `POST europe-west1/shop-trig-square`. */
  written: string[];
  /** Statuses that requests with such a method and path are answered with, one after the other: `GET operations`. */
  faults: Map<string, number[]>;
  /** Requests of these kinds are not answered. */
  pauses: Set<string>;
  /** What builds end with, by function. */
  broken: Map<string, string>;
  /** Those that are as active after that as they were before, and say nothing of it. */
  silent: Set<string>;
  /** Services of Cloud Run that anybody may ask. */
  open: Set<string>;
  /** Of Cloud Scheduler, by `projects/…/jobs/…`. */
  jobs: Map<string, { name: string; [setting: string]: unknown }>;
}

interface Operation {
  /** How often it is asked for before it is done. */
  looks: number;
  error?: string;
  end(): void;
}

type State = Google & { operations: Map<string, Operation>; origin: string };
type Reply = [status: number, body: unknown];

const TOKEN = 'ya29.token';
const PROJECT = 'shop-1';

/** Gone after the test. */
export async function startGoogle(): Promise<Google> {
  const maps = {
    functions: new Map(),
    objects: new Map(),
    faults: new Map(),
    broken: new Map(),
    operations: new Map(),
    jobs: new Map(),
  };
  const state: State = {
    ...maps,
    pauses: new Set(),
    silent: new Set(),
    open: new Set(),
    env: {},
    entries: [],
    written: [],
    origin: '',
  };
  const server = createServer(async (incoming, outgoing) => {
    const [status, body] = await answer(state, incoming);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.env = {
    GOOGLE_CLOUD_PROJECT: PROJECT,
    GOOGLE_CLOUD_REGION: 'europe-west1',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS: `${state.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: `${state.origin}/`,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER: `${state.origin}/`,
    FAASIFY_SCHEDULER: '',
    CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: `${state.origin}/`,
    CLOUDSDK_AUTH_ACCESS_TOKEN: TOKEN,
  };
  return state;
}

async function answer(state: State, incoming: IncomingMessage): Promise<Reply> {
  const { method = '' } = incoming;
  const url = new URL(incoming.url ?? '', state.origin);
  const body = await buffer(incoming);
  const [, bucket] = /^\/bucket\/(.+)$/.exec(url.pathname) ?? [];
  if (bucket !== undefined) return store(state, incoming, bucket, body);
  if (incoming.headers.authorization !== `Bearer ${TOKEN}`) return fail(401, 'Request had invalid credentials.');
  if (url.pathname.startsWith('/v1/')) return schedule(state, method, url.pathname.slice('/v1/'.length), body);
  const [, service = '', policy] = /^\/v2\/(.*\/services\/.*):(getIamPolicy|setIamPolicy)$/.exec(url.pathname) ?? [];
  if (policy !== undefined) return allow(state, service, method, body);
  if (url.pathname === '/v2/entries:list') return find(state, JSON.parse(body.toString()));
  if (url.pathname === `/v2/projects/${PROJECT}/locations`) {
    return [200, { locations: ['europe-west1', 'us-east1'].map((locationId) => ({ locationId })) }];
  }
  const [, region = '', kind = '', name = ''] =
    new RegExp(`^/v2/projects/${PROJECT}/locations/([^/]+)/([a-z]+(?::\\w+)?)(?:/([\\w-]+))?$`).exec(url.pathname) ??
    [];
  if (state.pauses.has(`${method} ${kind}`)) return new Promise(() => {});
  const fault = state.faults.get(`${method} ${kind}`)?.shift();
  if (fault !== undefined) return fail(fault, 'There was a fault.');
  if (kind === 'operations') return look(state, name);
  if (kind === 'functions:generateUploadUrl') return offer(state);
  if (kind !== 'functions') return fail(404, url.pathname);
  if (method === 'GET' && name === '') return list(state, url);
  const path = `projects/${PROJECT}/locations/${region}/functions/${name || url.searchParams.get('functionId')}`;
  return change(state, method, path, url, body);
}

function allow({ open }: State, service: string, method: string, body: Buffer): Reply {
  if (method === 'POST') {
    const { bindings = [] }: { bindings?: { role: string; members: string[] }[] } = JSON.parse(body.toString()).policy;
    if (bindings.some(({ role, members }) => role === 'roles/run.invoker' && members.includes('allUsers')))
      open.add(service);
  }
  return [
    200,
    { etag: 'e1', ...(open.has(service) && { bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] }) },
  ];
}

function schedule({ jobs, faults, written }: State, method: string, path: string, body: Buffer): Reply {
  const fault = faults.get(`${method} jobs`)?.shift();
  if (fault !== undefined) return fail(fault, 'There was a fault.');
  const sent = body.length > 0 ? JSON.parse(body.toString()) : {};
  const name = method === 'POST' ? sent.name : path;
  const there = jobs.get(name);
  if (method === 'POST' ? there : !there) return fail(there ? 409 : 404, name);
  if (method === 'GET') return [200, there];
  written.push(`${method} ${name.replace(/^.*\//, '')}`);
  if (method === 'DELETE') jobs.delete(name);
  else jobs.set(name, { ...there, ...sent, name });
  return [200, jobs.get(name) ?? {}];
}

function fail(code: number, message: string): Reply {
  return [code, { error: { code, message } }];
}

function store({ objects }: State, { method, headers }: IncomingMessage, object: string, body: Buffer): Reply {
  if (method !== 'PUT' || headers.authorization || headers['content-type'] !== 'application/zip')
    return fail(403, 'no');
  objects.set(object, body);
  return [200, {}];
}

function offer({ objects, origin }: State): Reply {
  const object = `code-${objects.size}-${Math.random()}`;
  return [200, { uploadUrl: `${origin}/bucket/${object}`, storageSource: { bucket: 'uploads', object } }];
}

/** One a page; of the language of filters what is used. */
function find({ entries }: State, { filter, pageToken = '0' }: { filter: string; pageToken?: string }): Reply {
  const [, names = ''] = /service_name=\(([^)]*)\)/.exec(filter) ?? [];
  const [, since = ''] = /timestamp>="([^"]*)"/.exec(filter) ?? [];
  const found = entries.filter(({ fn, timestamp }) => names.includes(`"${fn}"`) && timestamp >= since);
  const from = Number(pageToken);
  const page = found.slice(from, from + 1).map(({ fn, ...entry }) => ({
    ...entry,
    resource: { type: 'cloud_run_revision', labels: { service_name: fn } },
  }));
  return [200, { entries: page, ...(found.length > from + 1 && { nextPageToken: `${from + 1}` }) }];
}

/** Two a page. */
function list({ functions }: State, { searchParams }: URL): Reply {
  const from = Number(searchParams.get('pageToken'));
  const all = [...functions.values()];
  const rest = all.length > from + 2 ? { nextPageToken: `${from + 2}` } : {};
  return [200, { functions: all.slice(from, from + 2), ...rest }];
}

function change(state: State, method: string, path: string, url: URL, body: Buffer): Reply {
  const { functions, written } = state;
  const there = functions.get(path);
  if (method === 'GET') return there ? [200, there] : fail(404, `${path} was not found`);
  if (method === 'POST' ? there : !there) return fail(method === 'POST' ? 409 : 404, path);
  if (there?.state === 'DEPLOYING') return fail(409, 'unable to queue the operation');
  const [, , , region, , name = ''] = path.split('/');
  written.push(`${method} ${region}/${name}`);
  if (method === 'DELETE') return begin(state, name, () => functions.delete(path));
  const sent = JSON.parse(body.toString());
  const next: GoogleFunction = there ? { ...there, ...mask(there, sent, url) } : sent;
  next.state = 'DEPLOYING';
  functions.set(path, next);
  if (!state.objects.has(next.buildConfig.source.storageSource.object)) return fail(400, 'there is no code');
  return begin(state, name, (error) => {
    next.state = error === undefined || state.silent.has(name) ? 'ACTIVE' : 'FAILED';
    next.url = `https://${region}-${PROJECT}.cloudfunctions.net/${name}`;
    next.serviceConfig.service = `projects/${PROJECT}/locations/${region}/services/${name}`;
  });
}

/** Of what was sent, what the mask names. */
function mask(there: GoogleFunction, sent: GoogleFunction, { searchParams }: URL): Partial<GoogleFunction> {
  const merged: Record<string, unknown> = {};
  for (const path of (searchParams.get('updateMask') ?? '').split(',')) {
    const [head = '', tail] = path.split('.');
    const before = Object(merged[head] ?? there[head as keyof GoogleFunction]);
    const given = Object(sent[head as keyof GoogleFunction]);
    merged[head] = tail === undefined ? given : { ...before, [tail]: given[tail] };
  }
  return merged;
}

function begin({ operations, broken }: State, name: string, end: (error?: string) => void): Reply {
  const id = `operation-${operations.size}`;
  const error = broken.get(name);
  operations.set(id, { looks: 1, ...(error !== undefined && { error }), end: () => end(error) });
  return [200, { name: `projects/${PROJECT}/locations/europe-west1/operations/${id}`, done: false }];
}

function look({ operations }: State, id: string): Reply {
  const operation = operations.get(id);
  if (!operation) return fail(404, id);
  if (operation.looks-- > 0) return [200, { name: id, done: false }];
  operation.end();
  const { error } = operation;
  return [200, { name: id, done: true, ...(error !== undefined && { error: { code: 3, message: error } }) }];
}

/** All that is under way ends, as it does when nobody looks. */
export function endOperations(google: Google): void {
  for (const { end } of (google as State).operations.values()) end();
}
