import { type IncomingHttpHeaders, request } from 'node:http';

export interface Asking {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  /** Text as it is, everything else as JSON. */
  body?: unknown;
}

export interface Told {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Of JSON. */
  value: unknown;
}

/** One request, with exactly these headers. */
export function ask(url: string, { path, method = 'POST', headers = {}, body }: Asking): Promise<Told> {
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  return new Promise((done, fail) => {
    const outgoing = request(url, { path, method, headers: { 'content-length': Buffer.byteLength(text), ...headers } });
    outgoing.on('error', fail);
    outgoing.on('response', async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      done({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, value: parse(text) });
    });
    outgoing.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
