/** Scaleway's API for Serverless Functions, as its SDK has it, and the bucket that code is sent to; of both there is enough here. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Thing {
  id: string;
  name: string;
  status: string;
  tags: string[];
  [setting: string]: unknown;
}

export interface ScalewayFunction extends Thing {
  namespace_id: string;
  secret_environment_variables: { key: string; value?: string }[];
  /** What was sent, and what runs. */
  code?: Buffer;
  live?: Buffer;
}

export interface Scaleway {
  env: Record<string, string>;
  namespaces: Map<string, Thing>;
  functions: Map<string, ScalewayFunction>;
  crons: Map<string, { id: string; function_id: string; name: string; schedule: string; args: object }>;
  /** What was written: `deploy shop-trig-square`. */
  written: string[];
  /** Statuses that requests of a kind are answered with, one after the other: `POST deploy`. */
  faults: Map<string, number[]>;
  /** What deployments end with, by name. */
  broken: Map<string, string>;
}

type State = Scaleway & { origin: string };
type Reply = [status: number, body: unknown];

const KEY = 'scw-secret';
const ROOT = '/functions/v1beta1/regions/nl-ams';

/** Gone after the test. */
export async function startScaleway(): Promise<Scaleway> {
  const maps = { namespaces: new Map(), functions: new Map(), crons: new Map(), faults: new Map(), broken: new Map() };
  const state: State = { ...maps, env: {}, written: [], origin: '' };
  const server = createServer(async (incoming, outgoing) => {
    const [status, body] = await answer(state, incoming);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.env = {
    SCW_SECRET_KEY: KEY,
    SCW_DEFAULT_REGION: 'nl-ams',
    SCW_DEFAULT_PROJECT_ID: 'project-1',
    SCW_API_URL: state.origin,
    SCW_FUNCTION_NAMESPACE: '',
  };
  return state;
}

async function answer(state: State, incoming: IncomingMessage): Promise<Reply> {
  const { method = '' } = incoming;
  const url = new URL(incoming.url ?? '', state.origin);
  const body = await buffer(incoming);
  if (url.pathname.startsWith('/bucket/')) return store(state, incoming, url.pathname.slice(8), body);
  if (incoming.headers['x-auth-token'] !== KEY)
    return [401, { type: 'denied_authentication', message: 'authentication is denied' }];
  const [kind = '', id = '', action = ''] = url.pathname.replace(`${ROOT}/`, '').split('/');
  const fault = state.faults.get(`${method} ${action || kind}`)?.shift();
  if (fault !== undefined) return [fault, { type: 'fault', message: 'There was a fault.' }];
  const sent = body.length > 0 ? JSON.parse(body.toString()) : {};
  if (kind === 'crons') return time(state, method, id, url, sent);
  if (id === '') return method === 'GET' ? list(state, kind, url) : create(state, kind, sent);
  const thing = kind === 'namespaces' ? state.namespaces.get(id) : state.functions.get(id);
  if (!thing) return [404, { type: 'not_found', resource: kind, message: 'resource is not found' }];
  pass(state, thing);
  if (method === 'GET' && action === '') return read(state, thing);
  if (['pending', 'creating', 'deleting'].includes(thing.status))
    return [409, { type: 'transient_state', message: thing.status }];
  if (action === 'upload-url')
    return [200, { url: `${state.origin}/bucket/${id}`, headers: { 'Content-Length': ['9'], 'X-Own': ['1'] } }];
  state.written.push(`${action || method} ${thing.name}`);
  if (method === 'DELETE') thing.status = 'deleting';
  else if (action === 'deploy') thing.status = 'pending';
  else update(thing as ScalewayFunction, sent);
  return [200, show(thing)];
}

function time({ crons, written }: State, method: string, id: string, url: URL, sent: object): Reply {
  const of = url.searchParams.get('function_id');
  if (method === 'GET') return [200, { crons: [...crons.values()].filter((one) => one.function_id === of) }];
  if (method === 'DELETE' && !crons.delete(id)) return [404, { message: 'resource is not found' }];
  written.push(`${method} cron`);
  if (method === 'DELETE') return [200, {}];
  const made = { ...(sent as { function_id: string; name: string; schedule: string; args: object }), id: randomUUID() };
  crons.set(made.id, made);
  return [200, made];
}

function store({ functions }: State, { headers }: IncomingMessage, id: string, body: Buffer): Reply {
  const fn = functions.get(id);
  if (!fn || headers['x-auth-token'] || headers['x-own'] !== '1') return [403, {}];
  fn.code = body;
  return [200, {}];
}

function list({ namespaces, functions }: State, kind: string, { searchParams }: URL): Reply {
  const things: Thing[] = [...(kind === 'namespaces' ? namespaces : functions).values()];
  const name = searchParams.get('name');
  const found = things.filter(
    (one) =>
      (name === null || one.name === name) &&
      (kind === 'namespaces' || one.namespace_id === searchParams.get('namespace_id')),
  );
  const size = Number(searchParams.get('page_size'));
  const from = (Number(searchParams.get('page') ?? 1) - 1) * size;
  return [200, { [kind]: found.slice(from, from + size).map(show), total_count: found.length }];
}

function create({ namespaces, functions, written }: State, kind: string, sent: Thing): Reply {
  const id = randomUUID();
  const thing = {
    ...sent,
    id,
    status: 'creating',
    domain_name: `shop7x-${sent.name}.functions.fnc.nl-ams.scw.cloud`,
  };
  (kind === 'namespaces' ? (namespaces as Map<string, Thing>) : (functions as Map<string, Thing>)).set(id, thing);
  written.push(`create ${sent.name}`);
  return [200, show(thing)];
}

/** What is not named of the secrets stays, and what has no value goes. */
function update(
  fn: ScalewayFunction,
  { redeploy, secret_environment_variables: secrets = [], ...sent }: ScalewayFunction,
) {
  if (redeploy !== false) throw new Error('it would be deployed by that');
  const kept = new Map(fn.secret_environment_variables.map((one) => [one.key, one]));
  for (const one of secrets) {
    if (one.value === undefined) kept.delete(one.key);
    else kept.set(one.key, one);
  }
  Object.assign(fn, sent, { secret_environment_variables: [...kept.values()] });
}

/** Each look brings it one step further. */
function pass({ namespaces, functions, broken }: State, thing: Thing): void {
  const fn = functions.get(thing.id);
  if (thing.status === 'deleting') (fn ? functions : namespaces).delete(thing.id);
  if (thing.status === 'creating') thing.status = fn ? 'created' : 'ready';
  else if (thing.status === 'pending' && fn) {
    const error = broken.get(thing.name);
    Object.assign(
      fn,
      error === undefined ? { status: 'ready', live: fn.code } : { status: 'error', error_message: error },
    );
  }
}

function read({ namespaces, functions }: State, thing: Thing): Reply {
  return namespaces.has(thing.id) || functions.has(thing.id) ? [200, show(thing)] : [404, { message: 'gone' }];
}

/** Without what is secret. */
function show({ code: _code, live: _live, ...thing }: Thing): object {
  const secrets = (thing.secret_environment_variables ?? []) as { key: string }[];
  return { ...thing, secret_environment_variables: secrets.map(({ key }) => ({ key, hashed_value: '$argon2id$…' })) };
}
