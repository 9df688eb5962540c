/** Requests over HTTP, on connections that are kept open. */
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { http, https } from './node-http.ts';

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Posting {
  url: URL;
  headers: OutgoingHttpHeaders;
  body: Buffer;
  /** Milliseconds without a sign of life; without it nothing is given up. */
  timeout: number | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes that an answer may have: nothing that answers may fill this process. */
  maxAnswer: number;
  /** A connection is there: what is sent may reach the function. */
  onSent(): void;
}

const keepOpen = ({ request, Agent }: Pick<typeof http, 'request' | 'Agent'>) => ({
  request,
  agent: new Agent({ keepAlive: true }),
});

const clients = { 'http:': keepOpen(http), 'https:': keepOpen(https as never) };

/** `code` of the error for an answer with too many bytes. */
export const TOO_LARGE = 'ANSWER_TOO_LARGE';
/** `code` of the error where what a provider wants to see of its callers is missing: nothing was sent. */
export const NO_CREDENTIALS = 'NO_CREDENTIALS';

/** Seconds for which a connection is kept where the server does not say it; no more counts of what it says. */
const KEPT = 40;
/** Until when an idle connection is used again, as time since the epoch: one that is closed over there just now would lose a call. */
const usableUntil = new WeakMap<object, number>();

function dropStale({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flat()) {
    if (socket && !(Date.now() < (usableUntil.get(socket) as number))) socket.destroy();
  }
}

/** For half of that time: either side may be late. */
function noteUse({ socket, headers }: IncomingMessage): void {
  const [, seconds = KEPT] = /timeout=(\d+)/.exec(`${headers['keep-alive']}`) ?? [];
  usableUntil.set(socket, Date.now() + 500 * Math.min(KEPT, Number(seconds)));
}

/** Opens a request; its body is still to be written. */
export function openPost(
  url: URL,
  headers: OutgoingHttpHeaders,
  timeout: number | undefined,
  signal?: AbortSignal,
): ClientRequest {
  const { request, agent } = clients[url.protocol as keyof typeof clients];
  dropStale(agent);
  return request(url, { method: 'POST', agent, headers, timeout, signal });
}

/** Rejects if there is no answer, or too much of one. */
export function post({ url, headers, body, timeout, signal, maxAnswer, onSent }: Posting): Promise<Response> {
  const outgoing = openPost(url, headers, timeout, signal);
  return new Promise((resolve, reject) => {
    outgoing.on('response', (incoming) => collect(incoming, maxAnswer).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(toError('ETIMEDOUT')));
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', onSent);
      else onSent();
    });
    outgoing.end(body);
  });
}

function toError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function collect(incoming: IncomingMessage, maxAnswer: number): Promise<Response> {
  noteUse(incoming);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > maxAnswer) throw toError(TOO_LARGE);
    chunks.push(chunk as Buffer);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
}
