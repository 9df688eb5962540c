import { NoAnswer } from './respond.ts';

/** What a framework has read of a request, as JSON, a form or in another way, as it was sent. */
export interface ParsedRequest {
  body?: unknown;
  headers: Record<string, string | string[] | undefined>;
}

const NONE = new Uint8Array();

/** Frameworks make an object of nothing, too: the length tells. */
export function toBytes({ body, headers }: ParsedRequest): Uint8Array {
  const isEmpty = headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0);
  if (isEmpty || body === undefined) return NONE;
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const isForm = /urlencoded/i.test(`${headers['content-type']}`);
  return Buffer.from(isForm ? toSearch(Object(body)) : (JSON.stringify(body) ?? ''));
}

/** Stands for what was not UTF-8 in what somebody has decoded. */
const REPLACED = '\ufffd';

/**
 * Of a body that somebody has decoded and encoded again. Throws where that may have lost something. `length`: the header content-length,
 * which shows where it has not; undefined where it cannot.
 */
export function refuseReplaced(bytes: Uint8Array, length: unknown): Uint8Array {
  const isWhole = Number(length) === bytes.length || !Buffer.from(bytes).includes(REPLACED);
  if (isWhole) return bytes;
  throw new NoAnswer(400, 'Body.Replaced', 'the body is not text in UTF-8');
}

/** `a=1&a=%C3%A9`, as it was before somebody has decoded it. A value that is there several times is a list; what is no text has no name. */
export function toSearch(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) {
      if (typeof value === 'string') form.append(name, value.replaceAll(ESCAPES, findReplaced));
    }
  }
  return `${form}`.replaceAll('%EF%BF%BD', '%FF');
}

/** Some leave escapes as they are that are not UTF-8. */
const ESCAPES = /(?:%[89a-f][\da-f])+/gi;

function findReplaced(escapes: string): string {
  try {
    decodeURIComponent(escapes);
    return escapes;
  } catch {
    return REPLACED;
  }
}
