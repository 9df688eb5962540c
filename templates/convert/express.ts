/** What Express adds to requests and responses, as far as handlers of functions use it. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { toBytes } from './bytes.ts';
import type { Around, HttpCall, HttpResult } from './form.ts';
import { isRecord } from './form.ts';
import { findHeader, readQuery, readType, splitUrl } from './headers.ts';
import { readBody } from './meet.ts';
import { openExchange } from './node-exchange.ts';

export class ExpressResponse extends ServerResponse {
  readonly locals: Record<string, unknown> = {};

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  sendStatus(code: number): this {
    return this.status(code).type('text/plain').send(String(code));
  }

  set(name: string | Record<string, string | string[]>, value?: string | string[]): this {
    if (typeof name === 'string') this.setHeader(name, Array.isArray(value) ? value : String(value));
    else for (const [key, one] of Object.entries(name)) this.set(key, one);
    return this;
  }

  header(name: string | Record<string, string | string[]>, value?: string | string[]): this {
    return this.set(name, value);
  }

  get(name: string): number | string | string[] | undefined {
    return this.getHeader(name);
  }

  append(name: string, value: string | string[]): this {
    return this.appendHeader(name, value);
  }

  type(type: string): this {
    this.setHeader('Content-Type', TYPES[type.replace(/^\./, '')] ?? type);
    return this;
  }

  contentType(type: string): this {
    return this.type(type);
  }

  json(value: unknown): this {
    if (!this.hasHeader('content-type')) this.type('json');
    this.end(JSON.stringify(value));
    return this;
  }

  send(body?: unknown): this {
    if (isRecord(body) && !ArrayBuffer.isView(body)) return this.json(body);
    if (typeof body === 'boolean' || typeof body === 'number') return this.json(body);
    if (!this.hasHeader('content-type') && body !== undefined && body !== null) {
      this.type(typeof body === 'string' ? 'html' : 'application/octet-stream');
    }
    this.end(toBytes(body));
    return this;
  }

  redirect(first: number | string, second?: string): this {
    const [code, to] = typeof first === 'number' ? [first, second ?? '/'] : [302, first];
    this.status(code).set('Location', to).type('text/plain').send(`Found. Redirecting to ${to}`);
    return this;
  }

  cookie(name: string, value: unknown, options: Record<string, unknown> = {}): this {
    const text = typeof value === 'string' ? value : `j:${JSON.stringify(value)}`;
    return this.appendHeader('Set-Cookie', writeCookie(name, encodeURIComponent(text), options));
  }

  clearCookie(name: string, options: Record<string, unknown> = {}): this {
    return this.appendHeader('Set-Cookie', writeCookie(name, '', { ...options, expires: new Date(1) }));
  }
}

const TYPES: Record<string, string> = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  'text/plain': 'text/plain; charset=utf-8',
  xml: 'application/xml',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
};

function writeCookie(name: string, value: string, given: Record<string, unknown>): string {
  const { path = '/', domain, expires, maxAge, httpOnly, secure, sameSite } = given;
  const until = typeof maxAge === 'number' ? new Date(Date.now() + maxAge) : expires;
  return [
    `${name}=${value}`,
    ...(typeof maxAge === 'number' ? [`Max-Age=${Math.floor(maxAge / 1000)}`] : []),
    ...(typeof domain === 'string' ? [`Domain=${domain}`] : []),
    `Path=${String(path)}`,
    ...(until instanceof Date ? [`Expires=${until.toUTCString()}`] : []),
    ...(httpOnly === true ? ['HttpOnly'] : []),
    ...(secure === true ? ['Secure'] : []),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite === true ? 'Strict' : String(sameSite)}`]),
  ].join('; ');
}

/** `{ a: '1' }` of `Cookie: a=1` */
export function readCookies(call: HttpCall): Record<string, string> {
  const text = findHeader(call.headers, 'cookie') ?? '';
  const pairs = text.split(/; */).filter((one) => one.includes('='));
  return Object.fromEntries(pairs.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]));
}

/** What a request of Express has beside what Node gives it. */
export function decorateRequest(req: IncomingMessage, call: HttpCall & Around): void {
  const { path, query } = splitUrl(call.url);
  const get = (name: string) => findHeader(call.headers, name.toLowerCase());
  Object.assign(req, {
    ...{ path, originalUrl: call.url, baseUrl: '', query: readQuery(query), params: { 0: path.slice(1) } },
    ...{ body: readBody(call) ?? {}, rawBody: Buffer.from(call.body), cookies: readCookies(call) },
    ...{ protocol: 'https', secure: true, hostname: get('host')?.replace(/:\d+$/, ''), ip: call.ip, xhr: false },
    ...{ get, header: get },
    is: (...types: string[]) => types.flat().find((type) => readType(call.headers).includes(type)) ?? false,
    accepts: (...types: string[]) => types.flat()[0] ?? false,
  });
}

export interface Express {
  req: IncomingMessage;
  res: ExpressResponse;
  answer: Promise<HttpResult>;
}

export function openExpress(call: HttpCall & Around): Express {
  const exchange = openExchange(call, ExpressResponse);
  decorateRequest(exchange.req, call);
  return exchange;
}

/** Calls such a handler: the answer is what it ends the response with, unless it fails before. */
export async function callExpress(
  call: HttpCall & Around,
  handler: (express: Express) => unknown,
): Promise<HttpResult> {
  const express = openExpress(call);
  return Promise.race([express.answer, failing(() => handler(express))]);
}

/** Never resolves: only rejects if what is called does. */
export function failing(run: () => unknown): Promise<never> {
  return new Promise((_resolve, reject) => {
    Promise.resolve()
      .then(run)
      .catch((error: unknown) => reject(error));
  });
}
