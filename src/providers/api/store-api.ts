/** Requests to the REST API of a provider: what may be sent again is, and what goes wrong is said with what the provider says. */
import { setTimeout as wait } from 'node:timers/promises';
import { FaasifyError } from '../../errors.ts';

export interface StoreApiOptions {
  /** For people: `Google Cloud Functions` */
  title: string;
  /** What paths are relative to: `https://whisk.example.com/api/v1`. */
  base: string;
  /** Headers that say who asks; called for every request. */
  authorize(): Promise<Record<string, string>> | Record<string, string>;
  /** What to do where that is not allowed, as a sentence. */
  credentialsFix: string;
  /** In the place of `fetch`. */
  fetch?: typeof fetch;
  /** What of the answer says what is wrong; `error`, `message` or `error.message` if not given. */
  readError?(body: unknown): string | undefined;
}

export interface StoreAsked {
  /** Sent as JSON, bytes as they are. */
  body?: object | Uint8Array;
  headers?: Record<string, string>;
  /** Statuses besides 2xx that are no errors, and are not waited out either. */
  allow?: readonly number[];
  /** Somebody else's address, which is not told who asks. */
  isOpen?: boolean;
}

export interface StoreAnswer {
  status: number;
  /** Of the JSON that came; undefined where nothing came, or something else. */
  body: unknown;
}

export type Ask = (method: string, path: string, asked?: StoreAsked) => Promise<StoreAnswer>;

/** Milliseconds that an answer may take, and before the second attempt; doubled before each one after it. */
const PATIENCE = 120_000;
const PAUSE = 250;
const MAX_PAUSE = 30_000;

/** How often a request is sent at most: when there were too many, and when the provider has failed. */
const MAX_REFUSED = 8;
const MAX_FAILED = 4;
const FAILED = new Set([500, 502, 503, 504]);

/** A path that is an address of its own (`https://…`) is asked as it is. */
export function createAsk(options: StoreApiOptions): Ask {
  return async (method, path, asked = {}) => {
    const url = /^https?:/.test(path) ? path : `${options.base}${path}`;
    for (let attempt = 1; ; attempt++) {
      const answer = await send(options, method, url, asked);
      const most = countAttempts(method, answer, asked);
      if (attempt < most) await wait(findPause(attempt, answer));
      else return readAnswer(options, `${method} ${new URL(url).pathname}`, answer, asked);
    }
  };
}

type Sent = { status: number; text: string; after: string | null } | { failure: unknown };

/** Whether an answer came or not. */
async function send(options: StoreApiOptions, method: string, url: string, asked: StoreAsked): Promise<Sent> {
  const { body, headers, isOpen } = asked;
  const isBytes = body instanceof Uint8Array;
  const authorization = isOpen ? {} : await options.authorize();
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method,
      headers: { ...authorization, ...(body && !isBytes && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: isBytes ? Buffer.from(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: response.status, text: await response.text(), after: response.headers.get('retry-after') };
  } catch (failure) {
    return { failure };
  }
}

/** What a POST has begun is not begun a second time. */
function countAttempts(method: string, answer: Sent, { allow }: StoreAsked): number {
  if ('status' in answer && allow?.includes(answer.status)) return 1;
  if ('status' in answer && answer.status === 429) return MAX_REFUSED;
  const isFailed = 'failure' in answer || FAILED.has(answer.status);
  return isFailed && method !== 'POST' ? MAX_FAILED : 1;
}

function findPause(attempt: number, answer: Sent): number {
  const given = 'after' in answer && answer.after !== null ? Number(answer.after) * 1000 : Number.NaN;
  if (Number.isFinite(given)) return Math.min(given, MAX_PAUSE);
  return Math.min(PAUSE * 2 ** (attempt - 1), MAX_PAUSE) * (0.5 + Math.random() / 2);
}

function readAnswer(options: StoreApiOptions, what: string, answer: Sent, { allow = [] }: StoreAsked): StoreAnswer {
  const { title, base } = options;
  const { host } = new URL(base);
  if ('failure' in answer) return refuse(`${title} cannot be reached at ${host}`, describe(answer.failure));
  const { status, text } = answer;
  const body = parse(text);
  if ((status >= 200 && status < 300) || allow.includes(status)) return { status, body };
  const said = (options.readError ?? readError)(body) ?? text.slice(0, 200);
  const message = `${title} at ${host} answered ${status} to ${what}: ${said}`;
  if (status === 401 || status === 403) throw new FaasifyError('credentials', message, { fix: options.credentialsFix });
  return refuse(message);
}

function refuse(message: string, cause?: string): never {
  throw new FaasifyError('provider-refused', cause === undefined ? message : `${message}: ${cause}`, {
    fix: 'What was done before stays, and is found by the next `faasify deploy`.',
  });
}

function describe(failure: unknown): string {
  const { cause, message } = Object(failure);
  return String(Object(cause).code ?? message ?? failure);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{ error: '…' }`, `{ message: '…' }`, `{ error: { message: '…' } }` */
function readError(body: unknown): string | undefined {
  const { error, message } = Object(body);
  const found = typeof error === 'string' ? error : (Object(error).message ?? message);
  return typeof found === 'string' ? found : undefined;
}

/** Milliseconds between two looks at something that takes a while, at most, and for how long it is looked at. */
const MAX_LOOK = 5000;
const MAX_WAIT = 20 * 60_000;

/** What `look` finds, which is asked until it does. */
export async function waitUntil<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  return (await lookFor(look, MAX_WAIT)) ?? refuse(`${what} has not ended after ${MAX_WAIT / 60_000} minutes`);
}

/** The same, for so many milliseconds; undefined if nothing has been found by then. */
export async function lookFor<T>(look: () => Promise<T | undefined>, longest: number): Promise<T | undefined> {
  const end = performance.now() + longest;
  for (let pause = PAUSE; performance.now() < end; pause = Math.min(pause * 1.5, MAX_LOOK)) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(pause);
  }
  return undefined;
}
