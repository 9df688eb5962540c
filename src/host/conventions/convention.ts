/** How functions are called over HTTP by the convention of one provider: a row of the table. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../control/answer.ts';
import type { Caller } from '../control/authorization.ts';
import type { ServedFunction } from '../served.ts';
import type { Late } from './callback.ts';
import type { Conversation, Speaking } from './speaking.ts';

export interface Convention {
  /** The target whose units are called so first, where several conventions share a path. */
  target: string;
  /** Where its functions are: `/function/:name`. */
  paths: readonly string[];
  /** What calls go to that add the name of the function themselves, if not to the server: `/t/app`; `{name}` stands for the name. */
  base?: string;
  /** They also have hosts of their own: `<name>.default.localhost`. */
  hasHosts?: true;
  /** Where a request has its key. */
  keys: readonly KeyPlace[];
  /** Bytes of a request and of a reply. */
  limits: Limits;
  /** What the function is given; throws a `Refused`. */
  read(asked: Asked): string;
  /** Set where who calls has an answer before the function: that answer. */
  accept?(asked: Asked, id: string): Answer | undefined;
  /** What becomes of the answer of a function whose caller has one. */
  conclude?(late: Late): Promise<void>;
  /** Calls, in the place of all that follows, where there is more to it. */
  converse?(conversation: Conversation): Promise<Answer>;
  /** What else its API answers, besides calls. */
  operations?: readonly Operation[];
  /** What the function has answered, as JSON. */
  succeed(reply: string, asked: Asked): Answer;
  fail(failure: Failed, asked: Asked): Answer;
  refuse(refusal: Refusal, asked: Asked): Answer;
}

export interface Operation {
  method: string;
  path: string;
  /** Bytes of a request, if more than for calls. */
  limit?: number;
  run(speaking: Speaking, asked: Asked, caller: Caller | undefined): Answer | Promise<Answer>;
}

export interface Limits {
  request: number;
  reply: number;
}

/** `basic`: the id and the secret of an account; everywhere else it is the secret alone. */
export type KeyPlace = 'basic' | 'bearer' | { header: string } | { query: string };

/** A request for a function. */
export interface Asked {
  method: string;
  /** As it was sent. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** What stands for the parts of the path that differ. */
  params: Readonly<Record<string, string>>;
  body: Buffer;
}

/** Why nothing has been called. */
export type Reason =
  | 'no-key'
  | 'wrong-key'
  | 'forbidden'
  | 'not-found'
  | 'method'
  | 'conflict'
  | 'malformed'
  | 'media'
  | 'too-large'
  | 'too-many'
  /** Something of ours. */
  | 'broken';

export interface Refusal {
  reason: Reason;
  /** For people. */
  message: string;
  /** Of a request that is too large: its bytes, as far as they are known, and those that are allowed. */
  size?: number;
  limit?: number;
}

export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(reason: Reason, message: string, sizes: Pick<Refusal, 'size' | 'limit'> = {}) {
    super(message);
    this.refusal = { reason, message, ...sizes };
  }
}

/** The function was called and has not answered. */
export interface Failed {
  cause: 'thrown' | 'timeout' | 'exit' | 'memory' | 'too-large';
  served: ServedFunction;
  /** `{ errorType, errorMessage, trace }` as JSON. */
  payload: string;
}
