/**
 * Requests to the addresses of a unit's functions, the same at every provider: an entry makes a `WebRequest` of what it is given, and
 * gives back what the `WebAnswer` says. Between them lies the event that API Gateway makes of a request (payload format 2.0), which the
 * handler of a unit with addresses understands: see http.ts.
 */
import { NoAnswer, type UnitHandler } from './respond.ts';

export interface WebRequest {
  method: string;
  /** Path and query, as they were sent: `/price/a%20b?count=2`. */
  target: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array;
  /** `1.1` */
  httpVersion?: string;
}

export interface WebAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

export interface Match {
  /** `GET /price/{id}` */
  key: string;
  /** Decoded. */
  values: Record<string, string>;
}

/** Of `GET /price/{id}` and others. What is written out wins over what a name stands for. `target`: with the query, or without. */
export function matchRoute(keys: readonly string[], method: string, target: string): Match | undefined {
  const segments = toPath(target).split('/');
  const found = keys.flatMap((key) => {
    const [wanted, pattern = ''] = key.split(' ');
    const values = wanted === method ? matchPath(pattern.split('/'), segments) : undefined;
    return values
      ? [{ key, values, rank: pattern.replaceAll(/(?<=\/)(\{)?[^/]*/g, (_, name) => (name ? '1' : '0')) }]
      : [];
  });
  const [first] = found.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return first && { key: first.key, values: first.values };
}

function toPath(target: string): string {
  return target.replace(/\?.*$/s, '');
}

function matchPath(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const values: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (segment === undefined || (name === undefined ? segment !== part : segment === '')) return undefined;
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

const TEXT = /^(text\/|application\/(.*json|javascript|xml|.*\+xml|x-www-form-urlencoded))/i;

export function toEvent(
  { method, target, headers, body, httpVersion = '1.1' }: WebRequest,
  { key, values }: Match,
): object {
  const path = decode(toPath(target)) ?? toPath(target);
  const { cookie, ...rest } = headers;
  const told = Object.entries(rest).filter(([, value]) => value !== undefined);
  const cookies = `${cookie ?? ''}`.split(/; */).filter(Boolean);
  const isText = TEXT.test(`${headers['content-type'] ?? 'text/'}`);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: key,
    rawPath: path,
    rawQueryString: target.slice(toPath(target).length + 1),
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(told.map(([name, value]) => [name, `${value}`])),
    ...(Object.keys(values).length > 0 && { pathParameters: values }),
    requestContext: {
      http: {
        method,
        path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: `${headers['user-agent'] ?? ''}`,
      },
      requestId: crypto.randomUUID(),
      routeKey: key,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...writeBody(body, isText),
  };
}

/** As text only where that gives the same bytes back: what is in other charsets, or is no text at all, goes as base64. */
function writeBody(body: Uint8Array, isText: boolean): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString();
  const isBase64Encoded = !isText || !Buffer.from(text).equals(bytes);
  return { body: isBase64Encoded ? bytes.toString('base64') : text, isBase64Encoded };
}

/** What a function has answered: `{ statusCode, headers, cookies, body, isBase64Encoded }`. What says no status is the body itself. */
export function toWebAnswer(given: unknown): WebAnswer {
  const { statusCode: status, headers, cookies, body = '', isBase64Encoded } = Object(given) as Record<string, unknown>;
  if (!isStatus(status)) return toJson(200, given);
  const lines = Object.entries(Object(headers)).filter(([name]) => NAME.test(name) && !CONNECTION.test(name));
  const set = Array.isArray(cookies) ? cookies.map((one) => ['set-cookie', one]) : [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers: [...lines, ...set].map(([name, value]) => [`${name}`, `${value}`.replaceAll(UNSENDABLE, ' ')]),
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const CONNECTION = /^(content-length|connection|transfer-encoding)$/i;
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/g;

export function toJson(status: number, value: unknown): WebAnswer {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify(value) ?? '') };
}

/** As frameworks take them: what is there several times is a list. */
export function gatherHeaders({ headers }: WebAnswer): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) all[name] = name in all ? [all[name] ?? [], value].flat() : value;
  return all;
}

/** Asks for the body only if one of the addresses is meant; undefined if none is. Never rejects for what the function does. */
export async function answerRoute(
  handler: UnitHandler,
  keys: readonly string[],
  request: Omit<WebRequest, 'body'>,
  readBody: () => Promise<Uint8Array>,
): Promise<WebAnswer | undefined> {
  const match = matchRoute(keys, request.method, request.target);
  if (!match) return undefined;
  try {
    const body = await readBody();
    return toWebAnswer(await handler(toEvent({ ...request, body }, match)));
  } catch (error) {
    if (error instanceof NoAnswer && error.status === 400) return toJson(400, { error: error.message });
    console.error(error);
    return toJson(error instanceof NoAnswer ? error.status : 500, { message: 'Internal Server Error' });
  }
}
