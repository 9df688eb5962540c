/** Requests to the Runtime API, over one connection. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { http } from '../../../../templates/runtime/node-http.ts';

export interface Asked {
  headers: IncomingMessage['headers'];
  body: string;
}

const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

export function ask(): Promise<Asked> {
  return finish(open('GET', 'invocation/next', {}));
}

export async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const length = Buffer.byteLength(body);
  await finish(open('POST', path, { 'Content-Type': 'application/json', 'Content-Length': length, ...headers }), body);
}

export function open(method: string, path: string, headers: Record<string, string | number | string[]>): ClientRequest {
  return http.request({ hostname, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers });
}

/** Rejects when the host has gone, and with it everything that is to be done. */
export function finish(outgoing: ClientRequest, body?: string): Promise<Asked> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ headers: incoming.headers, body: text }));
    });
    if (body !== undefined || outgoing.method === 'GET') outgoing.end(body);
  });
}
