/** How a stub reaches the units of one provider: `templates/<target>/transport.ts` exports one. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Failure, Unit } from './line.ts';
import { toFailure } from './statuses.ts';

export interface Transport {
  /**
   * Where its units are, as the provider's own variables say it; what FAASIFY_ENDPOINT_<TARGET> and FAASIFY_KEY_<TARGET> say comes
   * first. Undefined if they say nothing.
   */
  findService?(env: NodeJS.ProcessEnv, unit: Pick<Unit, 'name'>): Service | undefined;
  /** The request for one call; `text` is the event as JSON. Or why there cannot be one: what the provider would not take is not sent. */
  toRequest(unit: Unit, text: string): OutgoingCall | Failure | Promise<OutgoingCall | Failure>;
  /** What was answered: the reply as JSON, what the handler threw, or why there is neither. */
  readAnswer(unit: Unit, answer: Answer): string | Failure | ThrownAnswer;
  /** Bytes of an answer that are read; more are an error. */
  maxReply?: number;
}

export interface Service {
  /** Base address, or with `{name}` in it that of each unit. */
  endpoint: string;
  /** What shows that the caller may call: a token, a function key, `user:password`. */
  key?: string;
}

export interface OutgoingCall {
  url: URL;
  headers: OutgoingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `{ errorType, errorMessage, trace }` as JSON. */
export interface ThrownAnswer {
  thrown: string;
}

/** `POST <endpoint>/<name>`: the name at the provider takes the place of `{name}`, or goes behind the address. */
export function toAddress({ endpoint = '', name, place }: Unit, path = '/'): URL {
  const called = encodeURIComponent(place?.name ?? name);
  if (endpoint.includes('{name}')) return new URL(endpoint.replaceAll('{name}', called));
  return new URL(`${endpoint.replace(/\/+$/, '')}${path}${called}`);
}

/** JSON to `<endpoint><path><name>`, with `Authorization: Bearer <key>` if there is a key. */
export function postJson(unit: Unit, text: string, path?: string): OutgoingCall {
  const authorization = unit.place?.key && `Bearer ${unit.place.key}`;
  return {
    url: toAddress(unit, path),
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: text,
  };
}

/** A reply with status 200; everything else is a failure that `describeStatus` tells. */
export function readJson(unit: Unit, answer: Answer): string | Failure {
  return answer.status === 200 && isObject(answer.body) ? answer.body : describeStatus(unit, answer);
}

/** Our replies are objects; what a proxy or a page for people has put in their place is none. */
function isObject(text: string): boolean {
  return /^\s*\{/.test(text);
}

/** An answer that is no reply: of the provider, or of whatever is at the address. */
export function describeStatus({ endpoint = '' }: Unit, { status, body }: Answer): Failure {
  const says = readMessage(body);
  const at = `${endpoint.replaceAll('{name}', '…')} answered ${status}${says ? `: ${says}` : ''}`;
  if (status === 504) return { code: 'timeout', message: at, mayHaveRun: true };
  return toFailure(status, at);
}

const MAX_MESSAGE = 200;

/** What a person can make something of: the message of a JSON answer, or the beginning of a text. */
function readMessage(body: string): string {
  try {
    const { message, error, errorMessage } = { ...JSON.parse(body) } as Record<string, unknown>;
    for (const text of [message, errorMessage, error]) if (typeof text === 'string') return text;
  } catch {
    // no JSON
  }
  return /^\s*</.test(body) ? '' : body.trim().slice(0, MAX_MESSAGE);
}
