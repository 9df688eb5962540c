/** Stands between an app and the service of its units, and does to requests what networks do. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * `refuse`: answered with a closed connection before a byte is read; `cut`: closed when the function has run; `half`: so much of the
 * answer arrives; `twice`: the answer comes two times; `garbage`: it is no answer; `slow` and `very-slow`: it takes a while; a number: the
 * service answers this, with (5xx) or without the function having run.
 */
export type Fault = 'none' | 'refuse' | 'cut' | 'half' | 'twice' | 'garbage' | 'slow' | 'very-slow' | 429 | 503;

export interface FaultProxy {
  url: string;
  /** What happens to the requests to come, one after the other; then nothing more does. */
  faults: Fault[];
  /** Requests that came. */
  count: number;
  close(): Promise<void>;
}

/** With these a request is not answered, or not so that anybody could use it. */
const FAILING: ReadonlySet<Fault> = new Set(['refuse', 'cut', 'half', 'garbage', 429, 503]);

/**
 * `always`: what happens over and over when nothing else is to happen. `mercy`: so often one after the other it hits the same call;
 * of several that are under way at once, which request is the next one is left to chance.
 */
export async function startFaultProxy(
  service: string,
  always: readonly Fault[] = [],
  mercy = Number.POSITIVE_INFINITY,
): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const hits = new Map<string, number>();
  const findUsual = (text: string): Fault => {
    const call = text.slice(text.indexOf('\r\n\r\n'));
    const usual = always[proxy.count++ % always.length] ?? 'none';
    const hit = hits.get(call) ?? 0;
    const fault = FAILING.has(usual) && hit >= mercy ? 'none' : usual;
    hits.set(call, FAILING.has(fault) ? hit + 1 : 0);
    return fault;
  };
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    readRequests(socket, async (text) => {
      const usual = findUsual(text);
      await answer(socket, service, text, proxy.faults.shift() ?? usual);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: [],
    count: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
  return proxy;
}

/** One request after the other, as text. */
function readRequests(socket: Socket, take: (text: string) => Promise<void>): void {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf('\r\n\r\n');
    const length = Number(/content-length: *(\d+)/i.exec(received)?.[1] ?? 0);
    if (head < 0 || received.length < head + 4 + length) return;
    const text = received.slice(0, head + 4 + length);
    received = received.slice(text.length);
    void take(text);
  });
}

async function answer(socket: Socket, service: string, request: string, fault: Fault): Promise<void> {
  if (fault === 'refuse') return void socket.destroy();
  if (fault === 429) return void socket.write(format('429 Too Many Requests', '{"Reason":"busy"}'));
  const reply = await forward(service, request);
  if (fault === 503) return void socket.write(format('503 Service Unavailable', '{"message":"trouble"}'));
  if (fault === 'slow') await new Promise((done) => setTimeout(done, 300));
  if (fault === 'very-slow') await new Promise((done) => setTimeout(done, 2500));
  const text = fault === 'garbage' ? format('200 OK', '{"ret":[1,2') : reply;
  if (fault === 'half') return void socket.end(text.slice(0, -2));
  if (fault === 'cut') return void socket.destroy();
  socket.write(fault === 'twice' ? text + text : text, 'latin1');
}

function format(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** The whole answer of the service. */
async function forward(service: string, request: string): Promise<string> {
  const [, path = '/'] = /^POST (\S+)/.exec(request) ?? [];
  const body = Buffer.from(request.slice(request.indexOf('\r\n\r\n') + 4), 'latin1');
  const response = await fetch(new URL(path, service), { method: 'POST', body });
  const error = response.headers.get('x-amz-function-error');
  const status = error === null ? '200 OK' : `200 OK\r\nx-amz-function-error: ${error}`;
  return format(status, Buffer.from(await response.arrayBuffer()).toString('latin1'));
}
