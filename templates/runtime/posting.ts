/** Requests over HTTP, on connections that are kept open. */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
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

const agents = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
};

/** `code` of the error for an answer with too many bytes. */
export const TOO_LARGE = 'ANSWER_TOO_LARGE';
/** `code` of the error where what a provider wants to see of its callers is missing: nothing was sent. */
export const NO_CREDENTIALS = 'NO_CREDENTIALS';

/** Milliseconds for which connections are used again where the server does not say how long it keeps them. */
const MAX_IDLE = 20_000;
/** Until when an idle connection is used again, as time since the epoch: one that the server closes in that moment would lose a call. */
const usableUntil = new WeakMap<object, number>();

function dropStale(): void {
  const now = Date.now();
  for (const { freeSockets } of Object.values(agents)) {
    for (const socket of Object.values(freeSockets).flat()) {
      if (socket && now > (usableUntil.get(socket) ?? 0)) socket.destroy();
    }
  }
}

/** No longer than half of what the server says: either side may be late. */
function noteUse({ socket, headers }: IncomingMessage): void {
  const [, seconds] = /timeout=(\d+)/.exec(`${headers['keep-alive']}`) ?? [];
  usableUntil.set(socket, Date.now() + (seconds ? Math.min(MAX_IDLE, Number(seconds) * 500) : MAX_IDLE));
}

/** Opens a request; its body is still to be written. */
export function openPost(
  url: URL,
  headers: OutgoingHttpHeaders,
  timeout: number | undefined,
  signal?: AbortSignal,
): ClientRequest {
  const { request } = url.protocol === 'https:' ? https : http;
  dropStale();
  const outgoing = request(url, {
    method: 'POST',
    agent: agents[url.protocol as keyof typeof agents],
    headers,
    ...(timeout && { timeout }),
    ...(signal && { signal }),
  });
  outgoing.on('response', noteUse);
  return outgoing;
}

/** Rejects if there is no answer, or too much of one. */
export function post({ url, headers, body, timeout, signal, maxAnswer, onSent }: Posting): Promise<Response> {
  const outgoing = openPost(url, headers, timeout, signal);
  return new Promise((resolve, reject) => {
    outgoing.on('response', (incoming) => collect(incoming, maxAnswer).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', onSent);
      else onSent();
    });
    outgoing.end(body);
  });
}

async function collect(incoming: IncomingMessage, maxAnswer: number): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > maxAnswer) throw Object.assign(new Error('too large'), { code: TOO_LARGE });
    chunks.push(chunk as Buffer);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
}
