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

/** Milliseconds after which a connection is not used again: it may have been closed over there, above all while this process was frozen. */
const MAX_IDLE = 20_000;
let lastUse = Date.now();

function dropStale(): void {
  const now = Date.now();
  const isStale = now - lastUse > MAX_IDLE;
  lastUse = now;
  if (!isStale) return;
  for (const { freeSockets } of Object.values(agents)) {
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
  }
}

/** Opens a request; its body is still to be written. */
export function openPost(
  url: URL,
  headers: OutgoingHttpHeaders,
  timeout: number | undefined,
  signal?: AbortSignal,
): ClientRequest {
  const { request } = url.protocol === 'https:' ? https : http;
  return request(url, {
    method: 'POST',
    agent: agents[url.protocol as keyof typeof agents],
    headers,
    ...(timeout && { timeout }),
    ...(signal && { signal }),
  });
}

/** Rejects if there is no answer, or too much of one. */
export function post({ url, headers, body, timeout, signal, maxAnswer, onSent }: Posting): Promise<Response> {
  dropStale();
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
