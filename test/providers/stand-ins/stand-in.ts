/** A server on loopback that answers as the API of a provider is documented to. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface StandInRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Of a body in JSON. */
  json: unknown;
}

export interface StandInAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface StandIn {
  address: string;
  /** `PUT /scripts/a`, of requests that change something and were not made to fail. */
  written: string[];
  /** The next requests that match get these statuses; `0`: the connection ends without an answer. What was sent is quoted. */
  fail(pattern: RegExp, ...statuses: number[]): void;
  /** After so many changes whoever asks is as good as dead: the last one is done, but not answered, and nothing is after it. */
  endAfter(changes: number): void;
}

/** A status that nobody waits out. */
const DEAD = 418;

/** `prefix` is left out of what is told of a path. */
export async function startStandIn(
  prefix: string,
  answer: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>,
): Promise<StandIn> {
  const faults: [RegExp, number[]][] = [];
  const written: string[] = [];
  let left = Number.POSITIVE_INFINITY;
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', headers } = incoming;
    const bytes = await buffer(incoming);
    const url = new URL(incoming.url ?? '', 'http://127.0.0.1');
    const line = `${method} ${url.pathname.replace(prefix, '')}`;
    const status = faults.find(([pattern, left]) => left.length > 0 && pattern.test(line))?.[1].shift();
    if (left <= 0) return void outgoing.writeHead(DEAD).end();
    if (status === 0) return void incoming.socket.destroy();
    if (status !== undefined) return void outgoing.writeHead(status).end(JSON.stringify({ message: `no: ${bytes}` }));
    const json = /json/.test(headers['content-type'] ?? '') ? JSON.parse(bytes.toString()) : undefined;
    const given = await answer({ method, url, headers, bytes, json });
    if (method !== 'GET' && (given.status ?? 200) < 300) {
      written.push(line);
      if (--left === 0) return void outgoing.writeHead(DEAD).end();
    }
    outgoing.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
    outgoing.end(given.body === undefined ? '' : JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    written,
    endAfter: (changes) => {
      left = changes;
    },
    fail: (pattern, ...statuses) => void faults.push([pattern, statuses]),
  };
}
