/**
 * What all conventions have in common: a call is a request or an event, and what comes of it an answer or a value.
 * `from/<name>.ts` makes calls to a handler of that convention, `to/<name>.ts` is a handler of that convention that makes such calls.
 */

/** Names in lower case, in their order; a name may be there several times. */
export type Pairs = [name: string, value: string][];

export interface HttpCall {
  kind: 'http';
  method: string;
  /** Path and query: `/a/b?x=1`. */
  url: string;
  headers: Pairs;
  body: Uint8Array;
}

export interface EventCall {
  kind: 'event';
  /** Plain data; a CloudEvent in its JSON form. */
  value: unknown;
}

export interface Around {
  id: string;
  /** When the provider ends the call, in milliseconds since 1970; not known where it is not there. */
  deadline?: number;
  /** Of the caller. */
  ip?: string;
  /** Takes work that goes on after the answer; where it is not there the answer waits for it. */
  later?(work: Promise<unknown>): void;
}

export type Call = (HttpCall | EventCall) & Around;

export interface HttpResult {
  kind: 'http';
  status: number;
  headers: Pairs;
  body: Uint8Array;
}

export interface ValueResult {
  kind: 'value';
  value: unknown;
}

export type Result = HttpResult | ValueResult;

/** Rejects with what the handler throws, or with a `Refusal`. */
export type Run = (call: Call) => Promise<Result>;

/** Of one conversion. */
export interface Settings {
  /** Which export of the module the handler is: `handler`, `default`. */
  handler: string;
  /** What the function is called at its new provider. */
  name: string;
  /** Whether a handler that is given events gets requests as the provider's HTTP event, or what their body says. */
  event: 'http' | 'json';
  /** Seconds that a call may take. */
  timeout: number;
  /** A handler that gives no promise may call `context.succeed` or its like later on. */
  waits: boolean;
}

/** What a module exports; `default` is `module.exports` of one that is CommonJS. */
export type Module = Readonly<Record<string, unknown>>;

/** The caller is wrong, not the handler: a body that is no JSON, say. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** With members that have names, such as JSON objects and forms. */
export function isNamed(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** An id for calls to which the provider gives none. */
export function makeId(): string {
  return globalThis.crypto.randomUUID();
}
