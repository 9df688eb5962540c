/** The part of Fn's server between a trigger and the socket of a function: https://github.com/fnproject/fn, api/server and api/agent. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FnServer {
  url: string;
  stop(): Promise<void>;
}

/** `sockets` by name of the function, whose trigger has the same: `POST /t/<app>/<name>`. */
export async function startFnServer(app: string, sockets: ReadonlyMap<string, string>): Promise<FnServer> {
  const server = createServer((incoming, outgoing) => {
    const [, at, name = ''] = /^\/t\/([^/]+)\/([^/?]+)/.exec(incoming.url ?? '') ?? [];
    const socketPath = at === app ? sockets.get(name) : undefined;
    if (socketPath === undefined) return say(outgoing, 404, 'Trigger not found');
    const asked = request({ socketPath, method: 'POST', path: '/call', headers: toHeaders(incoming) });
    asked.on('response', (answer) => pass(answer, outgoing));
    asked.on('error', () => say(outgoing, 502, 'error receiving function response'));
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

function toHeaders({ headers, method = '', url = '' }: IncomingMessage): Record<string, string> {
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    HOP.has(name) ? [] : [[`Fn-Http-H-${name}`, `${value}`]],
  );
  return {
    ...Object.fromEntries(passed),
    'Content-Type': headers['content-type'] ?? '',
    'Fn-Call-Id': '01',
    'Fn-Deadline': '2100-01-01T00:00:00Z',
    'Fn-Http-Method': method,
    'Fn-Http-Request-Url': url,
    'Fn-Intent': 'httprequest',
  };
}

const HOP = new Set(['connection', 'content-type', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade']);

/** Only what has status 200 gets through, with the status that the function has set for callers. */
function pass(answer: IncomingMessage, outgoing: ServerResponse): void {
  if (answer.statusCode === 502) return say(outgoing, 502, 'function failed');
  if (answer.statusCode === 504) return say(outgoing, 504, 'Timed out');
  if (answer.statusCode !== 200) return say(outgoing, 502, 'invalid function response');
  const { 'content-type': type = '', 'fn-http-status': status = '200' } = answer.headers;
  const set = Object.entries(answer.headers).filter(([name]) => name.startsWith('fn-http-h-'));
  const own = set.map(([name, value]) => [name.slice('fn-http-h-'.length), value]);
  outgoing.writeHead(Number(status), { ...Object.fromEntries(own), 'content-type': type });
  answer.pipe(outgoing);
  answer.on('error', () => outgoing.destroy());
}

function say(outgoing: ServerResponse, status: number, message: string): void {
  if (!outgoing.headersSent) outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ message }));
}
