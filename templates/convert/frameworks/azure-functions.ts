/** In place of `@azure/functions`, where a handler of Azure's is converted: keeps what it registers, and makes its requests. */

import { toRequest } from '../fetch.ts';
import type { Around, Call } from '../form.ts';
import { isRecord } from '../form.ts';
import { splitUrl } from '../headers.ts';
import { asHttp } from '../meet.ts';
import type { Handler } from '../pick.ts';

export interface Registered {
  kind: 'http' | 'event';
  /** `items/{id}` */
  route?: string;
  handler: Handler;
}

const registered = new Map<string, Registered>();

/** Of that name; or the only one. */
export function findRegistered(name: string): Registered | undefined {
  const [only, ...others] = registered.values();
  return registered.get(name) ?? (others.length === 0 ? only : undefined);
}

function register(kind: Registered['kind']) {
  return (name: string, given: unknown) => {
    const handler: unknown = isRecord(given) ? given.handler : given;
    const route = isRecord(given) && typeof given.route === 'string' ? given.route : undefined;
    if (typeof handler !== 'function') throw new TypeError(`app.${kind} of ${name} has no handler`);
    registered.set(name, { kind, handler, ...(route !== undefined && { route }) });
  };
}

const http = register('http');
const event = register('event');

export const app = {
  ...{ http, get: http, post: http, put: http, patch: http, deleteRequest: http },
  ...{ timer: event, storageBlob: event, storageQueue: event, serviceBusQueue: event, serviceBusTopic: event },
  ...{ eventHub: event, eventGrid: event, cosmosDB: event, generic: event, sql: event, warmup: event },
  setup: () => {},
  hook: { appStart: () => {}, appTerminate: () => {}, preInvocation: () => {}, postInvocation: () => {} },
};

/** What stands for a binding. Nothing comes through one here. */
const binding = () => ({ type: 'none', name: 'none' });
export const output = {
  http: binding,
  generic: binding,
  storageBlob: binding,
  storageQueue: binding,
  cosmosDB: binding,
};
export const input = { generic: binding, storageBlob: binding, cosmosDB: binding, sql: binding };
export const trigger = { http: binding, generic: binding, timer: binding };

/** A `Request` with Azure's members: `query` and `params` beside `url`. */
export function toAzureRequest(given: Call, route: string | undefined): Request {
  const call = asHttp(given);
  const request = toRequest(call);
  const { path } = splitUrl(call.url);
  const members = { query: new URL(request.url).searchParams, params: readParams(route, path), user: null };
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(request, name, { value, enumerable: true });
  return request;
}

/** `items/{id}` and `/items/7` → `{ id: '7' }` */
function readParams(route: string | undefined, path: string): Record<string, string> {
  if (route === undefined) return {};
  const names = [...route.matchAll(/\{\*?(\w+)[^}]*\}/g)].map(([, name]) => name ?? '');
  const pattern = route.split('/').map(toPattern).join('/');
  const [, ...values] = new RegExp(`(?:^|/)${pattern}/?$`).exec(path) ?? [];
  return Object.fromEntries(names.flatMap((name, i) => (values[i] === undefined ? [] : [[name, decode(values[i])]])));
}

function toPattern(part: string): string {
  if (/^\{\*/.test(part)) return '(.*)';
  return /^\{/.test(part) ? '([^/]+)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function makeInvocationContext(call: Around, name: string) {
  const extras = new Map<unknown, unknown>();
  const outputs = {
    get: (key: unknown) => extras.get(key),
    set: (key: unknown, value: unknown) => extras.set(key, value),
  };
  const { log, info, warn, error, debug } = console;
  return {
    ...{
      invocationId: call.id,
      functionName: name,
      extraInputs: { get: () => undefined, set: () => {} },
      extraOutputs: outputs,
    },
    ...{ log, info, warn, error, debug, trace: debug },
    ...{ options: { extraInputs: [], extraOutputs: [] }, triggerMetadata: {}, traceContext: {} },
  };
}

export default { app, output, input, trigger };
