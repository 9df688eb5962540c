/** CloudEvents 1.0: in headers of a request (binary mode), as its body (structured mode) and as a value. */
import { decode, EMPTY, encode, fromBase64, toBase64 } from './bytes.ts';
import type { Call, HttpCall, Pairs } from './form.ts';
import { isRecord } from './form.ts';
import { findHeader, isJsonType, isTextType, readType } from './headers.ts';
import { parseJson } from './json.ts';

export interface CloudEvent extends Record<string, unknown> {
  specversion: string;
  id: string;
  source: string;
  type: string;
  data?: unknown;
}

export function isCloudEvent(value: unknown): value is CloudEvent {
  return isRecord(value) && ['specversion', 'id', 'source', 'type'].every((name) => typeof value[name] === 'string');
}

/** `undefined` for any other call. */
export function findCloudEvent(call: Call): CloudEvent | undefined {
  if (call.kind === 'event') return isCloudEvent(call.value) ? call.value : undefined;
  if (readType(call.headers) === 'application/cloudevents+json') {
    const event = parseJson(decode(call.body));
    return isCloudEvent(event) ? event : undefined;
  }
  return findHeader(call.headers, 'ce-specversion') === undefined ? undefined : readBinary(call);
}

function readBinary({ headers, body }: HttpCall): CloudEvent | undefined {
  const attributes = headers
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice(3), decodeAttribute(value)]);
  const type = readType(headers);
  const event: Record<string, unknown> = {
    ...Object.fromEntries(attributes),
    ...(type !== '' && { datacontenttype: findHeader(headers, 'content-type') }),
    ...readData(type, body),
  };
  return isCloudEvent(event) ? event : undefined;
}

function readData(type: string, body: Uint8Array): Record<string, unknown> {
  if (body.length === 0) return {};
  if (isJsonType(type) || type === '') return { data: parseJson(decode(body)) };
  return isTextType(type) ? { data: decode(body) } : { data_base64: toBase64(body) };
}

function decodeAttribute(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** In binary mode. */
export function writeCloudEvent(event: CloudEvent): { headers: Pairs; body: Uint8Array } {
  const { data, data_base64, datacontenttype, ...attributes } = event;
  const headers = Object.entries(attributes)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]): [string, string] => [`ce-${name.toLowerCase()}`, encodeAttribute(String(value))]);
  const type = typeof datacontenttype === 'string' ? datacontenttype : 'application/json';
  headers.push(['content-type', type]);
  if (typeof data_base64 === 'string') return { headers, body: fromBase64(data_base64) ?? EMPTY };
  const isText = typeof data === 'string' && !isJsonType(readType(headers));
  return { headers, body: data === undefined ? EMPTY : encode(isText ? data : JSON.stringify(data)) };
}

/** What a header cannot hold is written as in addresses. */
function encodeAttribute(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character));
}
