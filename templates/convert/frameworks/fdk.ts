/** In place of `@fnproject/fdk`, where a handler of Fn is converted: keeps what it is given, and makes its contexts. */
import type { Around, HttpCall, Pairs } from '../form.ts';
import { isRecord } from '../form.ts';
import { groupHeaders } from '../headers.ts';
import type { Handler } from '../pick.ts';

export type InputMode = 'json' | 'string' | 'buffer';

interface Registered {
  handler: Handler;
  inputMode: InputMode;
}

let registered: Registered | undefined;

export function findRegistered(): Registered | undefined {
  return registered;
}

export function handle(handler: Handler, options?: { inputMode?: InputMode }): void {
  registered = { handler, inputMode: options?.inputMode ?? 'json' };
}

/** A result whose bytes are sent as they are. */
export class RawResult {
  readonly raw: unknown;

  constructor(raw: unknown) {
    this.raw = raw;
  }
}

export function rawResult(raw: unknown): RawResult {
  return new RawResult(raw);
}

export class StreamResult {
  readonly stream: AsyncIterable<unknown>;

  constructor(stream: AsyncIterable<unknown>) {
    this.stream = stream;
  }
}

export function streamResult(stream: AsyncIterable<unknown>): StreamResult {
  return new StreamResult(stream);
}

const canonical = (name: string) => name.toLowerCase().replace(/(^|-)([a-z])/g, (part) => part.toUpperCase());

/** What the handler sets for the answer. */
export interface Written {
  status?: number;
  headers: Map<string, string[]>;
}

/** The context of a call, with `httpGateway` as a gateway makes it. */
export function makeContext(call: HttpCall & Around, name: string, timeout: number, written: Written) {
  const grouped = rename(call.headers);
  const get = (key: string) => grouped[canonical(key)]?.[0] ?? null;
  const getAll = (key: string) => grouped[canonical(key)]?.slice() ?? [];
  const set = (key: string, ...values: unknown[]) => void written.headers.set(canonical(key), values.map(String));
  const add = (key: string, ...values: unknown[]) =>
    void written.headers.set(canonical(key), [...(written.headers.get(canonical(key)) ?? []), ...values.map(String)]);
  const getSet = (key: string) => written.headers.get(canonical(key))?.[0] ?? null;
  return {
    ...{
      callID: call.id,
      appName: name,
      appID: name,
      fnName: name,
      fnID: name,
      memory: Number(process.env.FN_MEMORY ?? 128),
    },
    ...{ deadline: new Date(call.deadline ?? Date.now() + timeout * 1000), config: { ...process.env } },
    ...{
      headers: grouped,
      contentType: get('content-type'),
      body: call.body,
      getHeader: get,
      getAllHeaderValues: getAll,
    },
    ...{ setResponseHeader: set, addResponseHeader: add, getResponseHeader: getSet },
    getConfig: (key: string) => process.env[key],
    get responseHeaders() {
      return Object.fromEntries(written.headers);
    },
    get responseContentType() {
      return getSet('content-type');
    },
    set responseContentType(type: string | null) {
      set('content-type', type);
    },
    httpGateway: {
      ...{ method: call.method, requestURL: call.url, headers: grouped, getHeader: get, getAllHeaderValues: getAll },
      ...{ setResponseHeader: set, addResponseHeader: add },
      set statusCode(status: number) {
        written.status = Number(status);
      },
    },
  };
}

function rename(headers: Pairs): Record<string, string[]> {
  return groupHeaders(headers.map(([name, value]) => [canonical(name), value]));
}

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return isRecord(value) && Symbol.asyncIterator in value;
}

export default { handle, rawResult, streamResult };
