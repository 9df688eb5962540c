/** `app.http('name', { handler: async (request, context) => ({ jsonBody }) })`; before it `module.exports = async (context, req) => …` */
import { toBytes } from '../bytes.ts';
import { fromResponse } from '../fetch.ts';
import type { Around, HttpCall, HttpResult, Module, Pairs, Result, Run, Settings } from '../form.ts';
import { isRecord } from '../form.ts';
import { findRegistered, makeInvocationContext, toAzureRequest } from '../frameworks/azure-functions.ts';
import { joinHeaders, readHeaders, readQuery, splitUrl, withType } from '../headers.ts';
import { asEvent, asHttp, readBody, readStatus } from '../meet.ts';
import { findExport, getFunction, type Handler } from '../pick.ts';
import { isThenable, openSettling } from '../settle.ts';

export function adapt(module: Module, settings: Settings): Run {
  const registered = findRegistered(settings.handler);
  if (registered && typeof findExport(module, settings.handler) !== 'function') {
    const { kind, handler, route } = registered;
    return async (call) => {
      const context = makeInvocationContext(call, settings.name);
      if (kind === 'event') return { kind: 'value', value: await handler(asEvent(call), context) };
      return readAnswer(await handler(toAzureRequest(call, route), context));
    };
  }
  const handler = getFunction(module, settings.handler);
  return (call) => callOlder(handler, asHttp(call), settings);
}

/** A `Response`, `{ status, headers, body | jsonBody, cookies }`, or nothing. */
async function readAnswer(given: unknown): Promise<HttpResult> {
  if (given instanceof Response) return fromResponse(given);
  if (!isRecord(given))
    return {
      kind: 'http',
      status: given === undefined || given === null ? 204 : 200,
      headers: [],
      body: toBytes(given),
    };
  const { status, headers, body, jsonBody, cookies } = given;
  const set = Array.isArray(cookies) ? cookies.map(writeCookie) : [];
  const all = [...readHeaders(headers), ...set];
  if (jsonBody !== undefined) {
    const typed = withType(all, 'application/json');
    return { kind: 'http', status: readStatus(status), headers: typed, body: toBytes(JSON.stringify(jsonBody)) };
  }
  if (body === undefined || body === null)
    return { kind: 'http', status: readStatus(status), headers: all, body: toBytes(body) };
  const sent = await fromResponse(new Response(isBody(body) ? body : JSON.stringify(body)));
  const type = sent.headers.find(([name]) => name === 'content-type')?.[1];
  return { ...sent, status: readStatus(status), headers: type === undefined ? all : withType(all, type) };
}

function isBody(
  body: unknown,
): body is string | Uint8Array | ArrayBuffer | ReadableStream | FormData | URLSearchParams | Blob {
  return (
    typeof body === 'string' ||
    ArrayBuffer.isView(body) ||
    [ArrayBuffer, ReadableStream, FormData, URLSearchParams, Blob].some((kind) => body instanceof kind)
  );
}

function writeCookie(given: unknown): [string, string] {
  const { name, value, path, domain, maxAge, expires, httpOnly, secure, sameSite } = isRecord(given) ? given : {};
  const parts = [
    `${name}=${encodeURIComponent(String(value))}`,
    ...(path === undefined ? [] : [`Path=${path}`]),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
    ...(expires instanceof Date ? [`Expires=${expires.toUTCString()}`] : []),
    ...(httpOnly === true ? ['HttpOnly'] : []),
    ...(secure === true ? ['Secure'] : []),
    ...(sameSite === undefined ? [] : [`SameSite=${sameSite}`]),
  ];
  return ['set-cookie', parts.join('; ')];
}

/** The model of version 3: the answer is `context.res`, what is returned, or what `context.res.send` was given. */
async function callOlder(handler: Handler, call: HttpCall & Around, { name }: Settings): Promise<Result> {
  const settling = openSettling<unknown>();
  const res = makeOlderResponse(() => settling.succeed(undefined));
  const log = Object.assign((...args: unknown[]) => console.log(...args), {
    ...{ error: console.error, warn: console.warn, info: console.info, verbose: console.debug, metric: () => {} },
  });
  const req = makeOlderRequest(call);
  const context: Record<string, unknown> = {
    ...{ log, res, req, bindings: { req }, bindingData: {}, invocationId: call.id },
    ...{ executionContext: { invocationId: call.id, functionName: name, functionDirectory: '.' }, traceContext: {} },
    done: (error: unknown, value: unknown) => (error ? settling.fail(error) : settling.succeed(value)),
  };
  const returned: unknown = handler(context, req);
  const value = isThenable(returned) ? await Promise.race([returned, settling.done]) : await settling.done;
  return readAnswer(normalise(value === undefined || value === null ? (context.res ?? undefined) : value));
}

/** Values go as JSON in this model, and answers without a body are 200. */
function normalise(given: unknown): unknown {
  if (!isRecord(given))
    return given === undefined ? { status: 204 } : { body: typeof given === 'string' ? given : JSON.stringify(given) };
  const { status, statusCode, headers, body, jsonBody, cookies } = given;
  const isAnswer = [status, statusCode, headers, body, jsonBody].some((member) => member !== undefined);
  if (!isAnswer) return typeof given.send === 'function' ? { status: 200 } : { jsonBody: given };
  const isPlain = isRecord(body) && !isBody(body);
  const pairs: Pairs = isPlain
    ? withType(readHeaders(headers), 'application/json; charset=utf-8')
    : readHeaders(headers);
  return { status: status ?? statusCode, headers: pairs, body, jsonBody, cookies };
}

function makeOlderRequest(call: HttpCall): Record<string, unknown> {
  const { path, query } = splitUrl(call.url);
  const headers = joinHeaders(call.headers);
  const body = readBody(call);
  const url = `https://${headers.host ?? 'localhost'}${call.url}`;
  const rawBody = new TextDecoder().decode(call.body);
  const get = (name: string) => headers[name.toLowerCase()];
  return {
    method: call.method,
    url,
    originalUrl: url,
    headers,
    query: readQuery(query),
    params: { path },
    body,
    rawBody,
    get,
  };
}

/** Members that are methods are not seen by what reads the answer. */
function makeOlderResponse(finish: () => void): Record<string, unknown> {
  const headers: Record<string, unknown> = {};
  const res: Record<string, unknown> = {};
  const end = (body: unknown) => {
    if (body !== undefined) res.body = body;
    res.status = typeof res.status === 'number' ? res.status : (res.statusCode ?? 200);
    finish();
    return res;
  };
  const set = (name: string, value: unknown) => {
    headers[name.toLowerCase()] = value;
    res.headers = headers;
    return res;
  };
  const status = (code: number) => {
    res.statusCode = code;
    return res;
  };
  const json = (body: unknown) => {
    set('content-type', 'application/json; charset=utf-8');
    return end(JSON.stringify(body));
  };
  return Object.assign(res, {
    status,
    end,
    send: end,
    json,
    set,
    setHeader: set,
    header: set,
    sendStatus: (code: number) => status(code) && end(undefined),
  });
}
