/** Requests and events, answers and values: each as the other. */
import { decode, EMPTY, encode, fromBase64, isUtf8, toBase64, toBytes } from './bytes.ts';
import { findCloudEvent, isCloudEvent, writeCloudEvent } from './cloud-event.ts';
import { type Around, type Call, type HttpCall, type HttpResult, isRecord, Refusal, type Result } from './form.ts';
import { isJsonType, joinHeaders, readHeaders, readQuery, readType, splitUrl, withType } from './headers.ts';
import { findJson, parseJson } from './json.ts';

/** An event is sent as a POST of its JSON. */
export function asHttp(call: Call): HttpCall & Around {
  if (call.kind === 'http') return call;
  const { value, ...around } = call;
  const sent = isCloudEvent(value)
    ? writeCloudEvent(value)
    : { headers: withType([], 'application/json'), body: value === undefined ? EMPTY : encode(JSON.stringify(value)) };
  return { ...around, kind: 'http', method: 'POST', url: '/', ...sent };
}

/** A request means what its body says; without one what its query says. */
export function asEvent(call: Call): unknown {
  if (call.kind === 'event') return call.value;
  return findCloudEvent(call) ?? (call.body.length === 0 ? readQuery(splitUrl(call.url).query) : readBody(call));
}

/** JSON and forms as what they say, all else as text; `undefined` if there is none. */
export function readBody({ headers, body }: HttpCall): unknown {
  if (body.length === 0) return undefined;
  const type = readType(headers);
  const text = decode(body);
  if (isJsonType(type)) return parseJson(text);
  if (type === 'application/x-www-form-urlencoded') return readQuery(text);
  if (type !== '') return isUtf8(body) ? text : body;
  const value = findJson(text);
  return value === undefined ? text : value;
}

export function asAnswer(result: Result): HttpResult {
  if (result.kind === 'http') return result;
  if (result.value === undefined) return { kind: 'http', status: 204, headers: [], body: EMPTY };
  return jsonAnswer(200, result.value);
}

export function jsonAnswer(status: number, value: unknown): HttpResult {
  return { kind: 'http', status, headers: [['content-type', 'application/json']], body: encode(toJson(value)) };
}

function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** For callers that take values: an answer is what gateways know as one. */
export function asValue(result: Result): unknown {
  return result.kind === 'value' ? result.value : toGatewayAnswer(result);
}

/** `{ statusCode, headers, body, isBase64Encoded }` */
export function toGatewayAnswer({ status, headers, body }: HttpResult) {
  const isText = isUtf8(body);
  return {
    statusCode: status,
    headers: joinHeaders(headers),
    body: isText ? decode(body) : toBase64(body),
    ...(!isText && { isBase64Encoded: true }),
  };
}

/** The reverse, of what handlers return: `undefined` unless there is a status. */
export function findGatewayAnswer(value: unknown): HttpResult | undefined {
  if (!isRecord(value) || value.statusCode === undefined) return undefined;
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = value;
  const many = readHeaders(multiValueHeaders);
  const set = Array.isArray(cookies) ? cookies.map((cookie): [string, string] => ['set-cookie', String(cookie)]) : [];
  const single = readHeaders(headers).filter(([name]) => !many.some(([other]) => other === name));
  const bytes = isBase64Encoded === true ? fromBase64(String(body)) : toBytes(body);
  if (bytes === undefined) throw new TypeError('isBase64Encoded is true, but the body is no base64');
  const all = [...single, ...many, ...set];
  return { kind: 'http', status: readStatus(statusCode), headers: withJsonType(all, body), body: bytes };
}

function withJsonType(headers: [string, string][], body: unknown): [string, string][] {
  return isRecord(body) && !ArrayBuffer.isView(body) ? withType(headers, 'application/json') : headers;
}

export function readStatus(given: unknown, otherwise = 200): number {
  if (given === undefined || given === null) return otherwise;
  const status = Number(given);
  if (Number.isInteger(status) && status >= 100 && status <= 999) return status;
  throw new TypeError(`${JSON.stringify(given)} is no status of an answer`);
}

/** For callers over HTTP. The stack goes to the log, not to whoever called. */
export function answerError(error: unknown): HttpResult {
  if (error instanceof Refusal) return jsonAnswer(error.status, describeError(error));
  console.error(error);
  return jsonAnswer(500, describeError(error));
}

export function describeError(error: unknown): { errorType: string; errorMessage: string } {
  const errorMessage = findMessage(error);
  if (errorMessage !== undefined) return { errorType: nameError(error), errorMessage };
  return { errorType: 'Error', errorMessage: typeof error === 'string' ? error : toJson(error) };
}

/** Also of an error that another realm has made. */
export function findMessage(error: unknown): string | undefined {
  return isRecord(error) && typeof error.message === 'string' ? error.message : undefined;
}

function nameError(error: unknown): string {
  return isRecord(error) && typeof error.name === 'string' ? error.name : 'Error';
}
