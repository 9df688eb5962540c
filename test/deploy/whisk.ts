/** OpenWhisk's REST API, of which there is enough here. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Action {
  name: string;
  namespace: string;
  exec: { kind: string; code: string; binary: boolean; main: string };
  limits: object;
  parameters?: object[];
  annotations: { key: string; value: unknown }[];
}

export interface Whisk {
  /** Where it is, and with which key, as `wsk` would find it. */
  env: Record<string, string>;
  actions: Map<string, Action>;
  /** What was written: `PUT shop-trig-square`. */
  written: string[];
  /** Newest first, with what the functions have written. */
  activations: { activationId: string; name: string; start: number; logs: string[] }[];
  /** Statuses that requests for an action are answered with, one after the other, before it does what it should. */
  faults: Map<string, number[]>;
}

const KEY = 'id:secret';

/** Gone after the test. */
export async function startWhisk(): Promise<Whisk> {
  const state = { actions: new Map(), written: [], activations: [], faults: new Map() };
  const server = createServer(async (incoming, outgoing) => {
    const [status, body] = await answer(state, incoming);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { ...state, env: { APIHOST: `http://127.0.0.1:${port}`, AUTH: KEY } };
}

async function answer(
  { actions, written, activations, faults }: Omit<Whisk, 'env'>,
  incoming: IncomingMessage,
): Promise<[number, unknown]> {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://localhost');
  const body = await text(incoming);
  const [, name] = /^\/api\/v1\/namespaces\/_\/actions(?:\/([\w-]+))?$/.exec(pathname) ?? [];
  if (incoming.headers.authorization !== `Basic ${btoa(KEY)}`)
    return [401, { error: 'The supplied authentication is invalid' }];
  const [, id] = /\/activations\/(\w+)\/logs$/.exec(pathname) ?? [];
  if (id !== undefined) return [200, { logs: activations.find(({ activationId }) => activationId === id)?.logs }];
  if (pathname.endsWith('/activations')) {
    const [skip, limit] = [Number(searchParams.get('skip')), Number(searchParams.get('limit'))];
    const later = activations.filter(({ start }) => start >= Number(searchParams.get('since')));
    return [200, later.slice(skip, skip + limit).map(({ logs: _, ...one }) => one)];
  }
  if (name === undefined) {
    const [skip, limit] = [Number(searchParams.get('skip')), Number(searchParams.get('limit'))];
    const listed = [...actions.values()].map(({ exec: _, ...one }) => ({ ...one, namespace: 'guest' }));
    return [200, listed.slice(skip, skip + limit)];
  }
  const fault = faults.get(name)?.shift();
  if (fault !== undefined) return [fault, { error: `There was a fault: ${body.slice(0, 10_000)}` }];
  const known = actions.get(name);
  if (incoming.method === 'DELETE' && !known) return [404, { error: 'The requested resource does not exist.' }];
  if (incoming.method === 'PUT' && known && searchParams.get('overwrite') !== 'true') return [409, {}];
  written.push(`${incoming.method} ${name}`);
  if (incoming.method === 'DELETE') actions.delete(name);
  else actions.set(name, { ...known, ...JSON.parse(body) });
  return [200, actions.get(name) ?? known];
}
