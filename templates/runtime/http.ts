/** The part of units with functions that have an address: a request of API Gateway (payload format 2.0) is no call of a stub. */
import type { Functions } from './dispatch.ts';
import { type InputType, readText, readValue, Unfit } from './input.ts';

/** What of a request is looked at. Names of headers are in lower case. */
interface HttpRequest {
  routeKey: string;
  rawQueryString?: string;
  headers?: Record<string, string | undefined>;
  /** Decoded. */
  pathParameters?: Record<string, string | undefined>;
  body?: string;
  isBase64Encoded?: boolean;
}

/** `body`: all of the JSON that was sent; `field`: a field of it or of a form, or else a value of the query. */
export interface Param {
  name: string;
  from: 'path' | 'query' | 'body' | 'field';
  type: InputType;
  optional?: true;
  rest?: true;
}

export interface Route {
  fn: string;
  params: Param[];
  /** Its result may be an answer itself: `{ statusCode, headers, body }`, or a `Response`. */
  raw?: true;
}

export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

type Handler = (event: unknown, context?: unknown) => unknown;

/** Answers requests by `GET /price/{id}`, and leaves everything else to the handler. A function runs as it is, what it prints goes to the log. */
export function http(handler: Handler, functions: Functions, routes: Record<string, Route>): Handler {
  return (event, context) => (isRequest(event) ? answer(event, functions, routes) : handler(event, context));
}

function isRequest(event: unknown): event is HttpRequest {
  const { v, routeKey, requestContext } = Object(event) as Record<string, unknown>;
  return v === undefined && typeof routeKey === 'string' && typeof requestContext === 'object';
}

async function answer(request: HttpRequest, functions: Functions, routes: Record<string, Route>): Promise<unknown> {
  const route = Object.hasOwn(routes, request.routeKey) ? routes[request.routeKey] : undefined;
  const run = route && functions[route.fn]?.run;
  if (!route || !run) return toJson(404, { error: 'there is nothing here' });
  let args: unknown[];
  try {
    args = readArguments(request, route.params);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return toJson(error.status, { error: error.message });
  }
  try {
    return toAnswer(await run(...(args as never[])), route);
  } catch (error) {
    return toFailure(error);
  }
}

function readArguments(request: HttpRequest, params: Param[]): unknown[] {
  const query = readFields(request.rawQueryString ?? '');
  const isBody = ({ from }: Param) => from === 'body' || from === 'field';
  const body = params.some(isBody) ? readBody(request, params) : { kind: 'none' as const };
  return params.flatMap((param) => {
    const value = readArgument(param, request, query, body);
    if (param.rest) return (value as unknown[] | undefined) ?? [];
    return [value];
  });
}

type Body = { kind: 'none' } | { kind: 'json'; value: unknown } | { kind: 'form'; fields: Fields };

/** Anything but JSON and, where fields are wanted, a form is none of the types that are understood. */
function readBody({ body = '', isBase64Encoded, headers = {} }: HttpRequest, params: Param[]): Body {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return { kind: 'none' };
  const type = headers['content-type'] ?? 'application/json';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  const isJson = /^application\/([\w.-]+\+)?json\b/i.test(type);
  const wantsFields = params.every(({ from }) => from !== 'body');
  if (!isJson && !(isForm && wantsFields)) {
    throw new Unfit('the body has to be JSON, with the header content-type: application/json', 415);
  }
  const text = decodeBody(bytes, type, isForm);
  if (isForm) return { kind: 'form', fields: readFields(text) };
  try {
    return { kind: 'json', value: JSON.parse(text, refusePrototype) };
  } catch (error) {
    throw error instanceof Unfit ? error : new Unfit('the body is not JSON');
  }
}

/** In the charset that the type names: `application/json; charset=iso-8859-1`. What escapes of a form stand for in another one nobody says. */
function decodeBody(bytes: Uint8Array, type: string, isForm: boolean): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([^";\s]+)/i.exec(type) ?? [];
  const decoder = createDecoder(charset);
  if (!decoder || (isForm && decoder.encoding !== 'utf-8')) throw new Unfit('the body has to be in UTF-8', 415);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Unfit(`the body is not text in ${decoder.encoding.toUpperCase()}`);
  }
}

function createDecoder(charset: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

interface Fields {
  values: URLSearchParams;
  /** Of escapes that are not UTF-8, in whose place U+FFFD stands. */
  isReplaced: boolean;
}

function readFields(text: string): Fields {
  const values = new URLSearchParams(text);
  const isReplaced = [...values].join('').split('\ufffd').length !== text.split(/\ufffd|%EF%BF%BD/i).length;
  return { values, isReplaced };
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Unfit('the body has a field __proto__');
  return value;
}

function readArgument(param: Param, request: HttpRequest, query: Fields, body: Body): unknown {
  const { name, from, type } = param;
  const given = request.pathParameters ?? {};
  if (from === 'path') {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    return text === undefined ? findMissing(param) : readText(type, text, name);
  }
  if (from === 'query') return readTexts(param, query);
  if (from === 'body') return body.kind === 'json' ? readValue(type, body.value, 'body') : findMissing(param);
  if (body.kind === 'form' && body.fields.values.has(name)) return readTexts(param, body.fields);
  if (body.kind === 'json') {
    const { value } = body;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Unfit('the body has to be an object');
    }
    if (Object.hasOwn(value, name)) return readValue(type, (value as Record<string, unknown>)[name], name);
  }
  return readTexts(param, query);
}

/** `tag=a&tag=b` is a list; of anything else there must be one. */
function readTexts(param: Param, { values, isReplaced }: Fields): unknown {
  const { name, type } = param;
  const texts = values.getAll(name);
  const [text] = texts;
  if (text === undefined) return findMissing(param);
  if (isReplaced && texts.some((one) => one.includes('\ufffd')))
    throw new Unfit(`${name} has escapes that are not UTF-8`);
  const list = findList(type);
  if (list) return texts.map((one) => readText(list, one, name));
  if (texts.length > 1) throw new Unfit(`${name} is given ${texts.length} times`);
  return readText(type, text, name);
}

function findList(type: InputType): InputType | undefined {
  return typeof type === 'object' && 'list' in type ? type.list : undefined;
}

function findMissing({ name, from, optional, rest }: Param): undefined {
  if (optional || rest) return undefined;
  throw new Unfit(from === 'body' ? 'the body is missing' : `${name} is missing`);
}

function toAnswer(result: unknown, { raw }: Route): unknown {
  if (result === undefined) return { statusCode: 204, headers: {}, body: '' };
  if (raw && result instanceof Response) return fromResponse(result);
  const { statusCode } = Object(result) as { statusCode?: unknown };
  return raw && typeof statusCode === 'number' ? result : toJson(200, result);
}

/** Bytes may be anything: they go as base64. */
async function fromResponse(response: Response): Promise<unknown> {
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
  const cookies = response.headers.getSetCookie();
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers),
    ...(cookies.length > 0 && { cookies }),
    body,
    isBase64Encoded: true,
  };
}

function toJson(statusCode: number, value: unknown): HttpAnswer {
  const body = JSON.stringify(value, refuseLoss);
  return { statusCode, headers: { 'content-type': 'application/json' }, body };
}

/** JSON would say something else, without a word. */
function refuseLoss(key: string, value: unknown): unknown {
  const isLost =
    value instanceof Map || value instanceof Set || typeof value === 'function' || typeof value === 'symbol';
  if (isLost || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new TypeError(`the result cannot be JSON: ${key === '' ? 'it' : key} is ${String(value)}`);
  }
  return value;
}

/** Of an error that says it is the caller's (`statusCode` or `status` from 400 to 499) the message is told; of others nothing, they are in the log. */
function toFailure(error: unknown): HttpAnswer {
  const { statusCode, status = statusCode, message } = Object(error) as Record<string, unknown>;
  const isCallers = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 500;
  if (isCallers) return toJson(status, { error: String(message) });
  console.error(error);
  return toJson(500, { error: 'something went wrong' });
}
