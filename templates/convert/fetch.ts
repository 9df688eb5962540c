/** For conventions of `Request → Response`. */
import { EMPTY } from './bytes.ts';
import type { Around, Call, HttpCall, HttpResult, Pairs, Run } from './form.ts';
import { makeId } from './form.ts';
import { findHeader, joinUrl } from './headers.ts';
import { answerError, asAnswer } from './meet.ts';

/** Methods whose requests have no body, as `Request` sees it. */
const BODILESS = ['GET', 'HEAD'];

/** Headers that belong to a connection. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

export function toRequest({ method, url, headers, body }: HttpCall): Request {
  const host = findHeader(headers, 'host') ?? 'localhost';
  const sent: Pairs = headers.filter(([name]) => !OF_CONNECTION.includes(name));
  const hasBody = !BODILESS.includes(method) && body.length > 0;
  return new Request(toAddress(host, url), { method, headers: sent, ...(hasBody && { body }) });
}

function toAddress(host: string, url: string): URL {
  const base = URL.canParse(`https://${host}`) ? `https://${host}` : 'https://localhost';
  return new URL(base + (url.startsWith('/') ? url : `/${url}`));
}

export async function fromResponse(given: unknown): Promise<HttpResult> {
  if (!isResponse(given)) throw new TypeError('The handler has given no Response');
  const body = new Uint8Array(await given.arrayBuffer());
  return { kind: 'http', status: given.status, headers: [...given.headers.entries()], body };
}

/** Also one of another realm or library. */
function isResponse(value: unknown): value is Response {
  return value instanceof Response || (typeof value === 'object' && value !== null && 'arrayBuffer' in value);
}

/** `mount`: where the function lies at its provider; a handler that comes from elsewhere knows nothing of it. */
export async function fromRequest(
  request: Request,
  around: Partial<Around> = {},
  mount = '',
): Promise<HttpCall & Around> {
  const { pathname, search } = new URL(request.url);
  const isBelow = mount !== '' && (pathname === mount || pathname.startsWith(`${mount}/`));
  const path = isBelow ? pathname.slice(mount.length) : pathname;
  return {
    ...{ id: makeId(), ...around },
    ...{ kind: 'http', method: request.method, url: joinUrl(path, search.slice(1)) },
    headers: [...request.headers.entries()],
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

/** Statuses with which a response may have no body. */
const NULL_BODY = [101, 204, 205, 304];

export function toResponse({ status, headers, body }: HttpResult): Response {
  const sent = headers.filter(([name]) => name !== 'content-length' && !OF_CONNECTION.includes(name));
  return new Response(NULL_BODY.includes(status) || body === EMPTY ? null : body, { status, headers: sent });
}

/** A whole handler of this kind. */
export async function answerRequest(
  run: Run,
  request: Request,
  around?: Partial<Around>,
  mount?: string,
): Promise<Response> {
  return toResponse(await answer(run, await fromRequest(request, around, mount)));
}

/** For callers over HTTP: what fails is an answer, too. */
export async function answer(run: Run, call: Call): Promise<HttpResult> {
  try {
    return asAnswer(await run(call));
  } catch (error) {
    return answerError(error);
  }
}
