/** For handlers of `(req, res)`: a request and a response of Node's own kind, without a connection. */
import { IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { joinBytes, toBytes } from './bytes.ts';
import type { Around, HttpCall, HttpResult, Pairs } from './form.ts';
import { foldHeaders, joinHeaders } from './headers.ts';

export interface Exchange<Res extends ServerResponse> {
  req: IncomingMessage;
  res: Res;
  /** When the response has been ended, or has broken. */
  answer: Promise<HttpResult>;
}

/** `kind`: the class of responses. */
export function openExchange<Res extends ServerResponse>(
  call: HttpCall & Around,
  kind: new (req: IncomingMessage) => Res,
): Exchange<Res> {
  const req = makeRequest(call);
  const res = new kind(req);
  return { req, res, answer: gather(res) };
}

/** What asks for the connection finds one that has an address and leads nowhere. */
function makeSocket(ip = '127.0.0.1') {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const members = { remoteAddress: ip, encrypted: true, setTimeout: () => socket, setNoDelay: () => socket };
  return Object.assign(socket, members, { setKeepAlive: () => socket, ref: () => socket, unref: () => socket });
}

function makeRequest({ method, url, headers, body, ip }: HttpCall & Around): IncomingMessage {
  const req: IncomingMessage = Reflect.construct(IncomingMessage, [makeSocket(ip)]);
  const hasLength = headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding');
  const all: Pairs = hasLength || body.length === 0 ? headers : [...headers, ['content-length', String(body.length)]];
  req.httpVersion = '1.1';
  req.httpVersionMajor = 1;
  req.httpVersionMinor = 1;
  req.method = method;
  req.url = url;
  req.rawHeaders = all.flat();
  req.headers = joinHeaders(all);
  if (body.length > 0) req.push(Buffer.from(body));
  req.push(null);
  req.complete = true;
  return req;
}

/**
 * Frameworks give a response another prototype, so what is caught here is caught in members of its own. Nothing is sent
 * before the end: headers written with `writeHead` are those of the answer.
 */
function gather(res: ServerResponse): Promise<HttpResult> {
  const parts: Uint8Array[] = [];
  let hasHead = false;
  let hasEnded = false;
  const keep = (chunk: unknown, encoding: unknown) => {
    if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
    parts.push(toBuffer(chunk, encoding));
  };
  const own = {
    writeHead(status: number, ...rest: unknown[]) {
      if (hasHead) throw new Error('Cannot write headers after they are sent to the client');
      for (const given of rest) setHeaders(res, given);
      res.statusCode = status;
      hasHead = true;
      return res;
    },
    flushHeaders() {
      hasHead = true;
    },
    write(chunk: unknown, ...rest: unknown[]) {
      keep(chunk, rest[0]);
      hasHead = true;
      callLast(rest);
      return true;
    },
  };
  Object.assign(res, own);
  Object.defineProperty(res, 'headersSent', { configurable: true, get: () => hasHead });
  return new Promise((resolve, reject) => {
    const end = (...args: unknown[]) => {
      if (hasEnded) return res;
      keep(args[0], args[1]);
      hasHead = true;
      hasEnded = true;
      Object.assign(res, { finished: true });
      resolve({ kind: 'http', status: res.statusCode, headers: listHeaders(res), body: joinBytes(parts) });
      queueMicrotask(() => {
        callLast(args);
        res.emit('finish');
        res.emit('close');
      });
      return res;
    };
    const destroy = (error?: Error) => {
      if (!hasEnded) reject(error ?? new Error('The handler has destroyed its response'));
      return res;
    };
    Object.assign(res, { end, destroy });
  });
}

function callLast(args: readonly unknown[]): void {
  const last = args.at(-1);
  if (typeof last === 'function') last();
}

function toBuffer(chunk: unknown, encoding: unknown): Uint8Array {
  if (typeof chunk === 'string') {
    return typeof encoding === 'string' && Buffer.isEncoding(encoding)
      ? Buffer.from(chunk, encoding)
      : Buffer.from(chunk);
  }
  if (ArrayBuffer.isView(chunk)) return Uint8Array.from(toBytes(chunk));
  throw new TypeError('The "chunk" argument must be of type string or an instance of Buffer or Uint8Array');
}

/** `writeHead` takes an object, or names and values in turn. */
function setHeaders(res: ServerResponse, given: unknown): void {
  if (Array.isArray(given)) {
    for (let i = 0; i + 1 < given.length; i += 2) res.appendHeader(String(given[i]), String(given[i + 1]));
  } else if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) res.setHeader(name, value);
  }
}

function listHeaders(res: ServerResponse): Pairs {
  return Object.entries(res.getHeaders()).flatMap(([name, value]): Pairs => {
    if (name === 'transfer-encoding' || name === 'connection') return [];
    return (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]);
  });
}

/** The reverse, for what is a handler of `(req, res)`: answers all at once. */
export function sendAnswer(res: ServerResponse, { status, headers, body }: HttpResult): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(foldHeaders(headers))) {
    if (name !== 'content-length' && name !== 'transfer-encoding') res.setHeader(name, value);
  }
  res.end(Buffer.from(body));
}
