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
  return Buffer.from(isForm ? toForm(Object(body)) : (JSON.stringify(body) ?? ''));
}

function toForm(fields: Record<string, unknown>): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) form.append(name, `${value}`);
  }
  return `${form}`;
}
