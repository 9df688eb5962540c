/** Functions with an address, on this machine: requests become the events that API Gateway makes of them (payload format 2.0). */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RoutePlan } from '../types.ts';
import { isFromHere } from './origin.ts';
import { type Invocation, MAX_PAYLOAD, type ServedFunction } from './served.ts';

export interface Routed {
  functions: ReadonlyMap<string, ServedFunction>;
  /** `trace`: the header of the request. */
  call(served: ServedFunction, event: string, trace: unknown): Promise<Invocation>;
}

interface Found {
  served: ServedFunction;
  key: string;
  /** Decoded. */
  values: Record<string, string>;
}

/** What a function has answered, or what it failed with. */
interface Answer {
  statusCode?: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** Answers a request that a function has the address of; false for all others, of which nothing has been read then. */
export async function answerRoute(
  { functions, call }: Routed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = `${request.url}`;
  const cut = url.indexOf('?');
  const [path, query] = cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)];
  const found = findRoute(functions, `${request.method}`, path);
  if (!found) return false;
  if (!isFromHere(request)) return write(response, 403, { message: 'Only this machine may call.' });
  const body = await readBody(request);
  if (!body) {
    response.setHeader('connection', 'close');
    return write(response, 413, { message: 'Request Entity Too Large' });
  }
  const event = makeEvent(request, found, { path, query, body });
  const { payload, isError } = await call(found.served, JSON.stringify(event), request.headers['x-amzn-trace-id']);
  if (isError) return write(response, 500, { message: 'Internal Server Error' });
  return writeAnswer(response, JSON.parse(payload));
}

/** What is written out wins over what a name stands for, as at the provider. */
function findRoute(functions: Routed['functions'], method: string, path: string): Found | undefined {
  const segments = path.split('/');
  const found: (Found & { rank: string })[] = [];
  for (const served of functions.values()) {
    for (const { key } of served.routes) {
      const [wanted, pattern = ''] = key.split(' ');
      const values = wanted === method ? matchPath(pattern.split('/'), segments) : undefined;
      if (values) found.push({ served, key, values, rank: rankOf(pattern) });
    }
  }
  return found.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

function rankOf(pattern: string): string {
  return pattern
    .split('/')
    .map((part) => (part.startsWith('{') ? '1' : '0'))
    .join('');
}

function matchPath(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const values: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (segment === undefined || (name !== undefined && segment === '')) return undefined;
    if (name === undefined && segment !== part) return undefined;
    if (name !== undefined) values.push([name, segment]);
  }
  return Object.fromEntries(values);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_PAYLOAD) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function makeEvent(
  { method, headers, httpVersion }: IncomingMessage,
  { key, values }: Found,
  { path, query, body }: { path: string; query: string; body: Buffer },
) {
  const own = Object.entries(headers).filter(([name]) => name !== 'cookie');
  const cookies = headers.cookie?.split(/; */).filter(Boolean);
  const isText = /^(text\/|application\/(.*json|javascript|xml|.*\+xml|x-www-form-urlencoded))/i.test(
    headers['content-type'] ?? 'text/',
  );
  const now = new Date();
  return {
    version: '2.0',
    routeKey: key,
    rawPath: decode(path) ?? path,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers: Object.fromEntries(own.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])),
    ...(Object.keys(values).length > 0 && { pathParameters: values }),
    requestContext: {
      http: {
        method,
        path: decode(path) ?? path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: key,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** As API Gateway: what says no status is the body itself. */
function writeAnswer(response: ServerResponse, answer: Answer | null): true {
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = { ...answer };
  if (typeof statusCode !== 'number' || statusCode < 100 || statusCode > 599) return write(response, 200, answer);
  for (const [name, value] of Object.entries(Object(headers))) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) response.setHeader(name, `${value}`.replaceAll(/[\r\n]/g, ' '));
  }
  if (Array.isArray(cookies))
    response.setHeader(
      'set-cookie',
      cookies.map((one) => `${one}`.replaceAll(/[\r\n]/g, ' ')),
    );
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8');
  response.removeHeader('content-length');
  response.writeHead(statusCode);
  response.end(bytes);
  return true;
}

function write(response: ServerResponse, status: number, value: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
  return true;
}

/** `GET /price/{id}` of every function, for people. */
export function listRoutes(functions: Routed['functions']): RoutePlan[] {
  return [...functions.values()].flatMap(({ routes }) => routes).sort((a, b) => (a.key < b.key ? -1 : 1));
}
