/** Apache OpenWhisk: https://github.com/apache/openwhisk/blob/master/docs/rest_api.md, its errors as its controller writes them. */
import { randomBytes } from 'node:crypto';
import { type Carried, toResult } from '../../../templates/openwhisk/carry.ts';
import { type Answer, json } from '../control/answer.ts';
import type { ServedFunction } from '../served.ts';
import type { Activation, WhiskResponse } from './activations.ts';
import { type Asked, type Convention, type Failed, type Refusal, Refused } from './convention.ts';
import { describeActivation, describeLimits, getNamespace, KIND, OPERATIONS } from './openwhisk-lists.ts';
import { MB, readJson, row } from './rows.ts';
import type { Conversation, Outcome } from './speaking.ts';

const ACTIONS = '/api/v1/namespaces/:namespace/actions';
/** Milliseconds that a caller waits for an action at most. */
const MAX_WAIT = 60_000;

export const openwhisk: Convention = row({
  target: 'openwhisk',
  paths: [`${ACTIONS}/:name`, `${ACTIONS}/:package/:name`],
  keys: ['basic'],
  limits: { request: MB, reply: MB },
  read: readParameters,
  refuse,
  converse,
  operations: OPERATIONS,
});

/** What an action is given is one object; the call of a stub is a text in it. */
function readParameters(asked: Asked): string {
  try {
    return findCarried(readJson(asked)) ?? readJson(asked);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused('malformed', `The request content was malformed:\n${error.message}`);
  }
}

/** Its name is in the text, or it is looked at no further. */
function findCarried(text: string): string | undefined {
  const name = 'faasify-call' satisfies keyof Carried;
  const { [name]: call } = (text.includes(name) ? JSON.parse(text) : {}) as Carried;
  if (typeof call !== 'string') return undefined;
  try {
    JSON.parse(call);
  } catch {
    throw new Refused('malformed', `${name} is no JSON`);
  }
  return call;
}

/** Those who wait get the result, or all that is known of the call; after a minute, or if they do not wait, its id. */
async function converse(conversation: Conversation): Promise<Answer> {
  const { asked, caller } = conversation;
  const namespace = getNamespace(asked, caller?.name);
  const id = randomBytes(16).toString('hex');
  const wait = readWait(asked);
  const activating = activate(conversation, namespace, id);
  const activation = wait === 0 ? undefined : await settle(activating, wait);
  const headers = { 'x-openwhisk-activation-id': id };
  if (!activation) return { ...json(202, { activationId: id }), headers };
  const { code, result } = activation.response;
  const isAsked = asked.query.get('result') === 'true';
  return { ...json(code === 0 ? 200 : 502, isAsked ? result : describeActivation(activation)), headers };
}

function settle<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Milliseconds; 0: not at all. */
function readWait({ query }: Asked): number {
  if (query.get('blocking') !== 'true') return 0;
  const given = query.get('timeout') ?? `${MAX_WAIT}`;
  const wait = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (wait <= MAX_WAIT) return Math.max(1, wait);
  throw new Refused('malformed', `Timeout must be number of milliseconds up to ${MAX_WAIT}.`);
}

async function activate(
  { speaking, asked, served, limits, run }: Conversation,
  namespace: string,
  activationId: string,
): Promise<Activation> {
  const start = Date.now();
  const isCarried = findCarried(asked.body.toString() || '{}') !== undefined;
  // what is carried says itself that it is too large
  const limit = isCarried ? Number.POSITIVE_INFINITY : limits.reply;
  const outcome = await run(readWait(asked) === 0 ? 'Event' : 'RequestResponse', limit);
  const end = Date.now();
  const activation: Activation = {
    ...{ activationId, namespace, name: served.unit.name, start, end, duration: end - start },
    ...{
      annotations: annotate(served, namespace),
      response: toResponse(isCarried ? carry(outcome) : outcome, limits.reply),
      logs: [],
    },
    ...{ version: '0.0.1', publish: false, subject: namespace },
  };
  speaking.activations.add(activation);
  return activation;
}

/** As the entry of a unit does it there. */
function carry(outcome: Outcome): Outcome {
  return 'reply' in outcome ? { reply: JSON.stringify(toResult(outcome.reply)) } : outcome;
}

function annotate({ unit }: ServedFunction, namespace: string): Activation['annotations'] {
  return [
    { key: 'path', value: `${namespace}/${unit.name}` },
    { key: 'kind', value: KIND },
    { key: 'timeout', value: false },
    { key: 'limits', value: describeLimits(unit) },
  ];
}

/** An object with an `error` is an action that has said it failed; of it nothing else is left. */
function toResponse(outcome: { reply: string } | Failed, limit: number): WhiskResponse {
  if (!('reply' in outcome)) return { ...toFailure(outcome, limit), size: outcome.payload.length };
  const value: unknown = JSON.parse(outcome.reply);
  const size = outcome.reply.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const error = `The action did not produce a valid JSON response: ${outcome.reply.slice(0, 1000)}`;
    return { code: 2, result: { error }, size };
  }
  if ('error' in value) return { code: 1, result: { error: value.error }, size };
  return { code: 0, result: value, size };
}

function toFailure({ cause, served, payload }: Failed, limit: number): Pick<WhiskResponse, 'code' | 'result'> {
  const developer = (error: unknown) => ({ code: 2, result: { error } }) as const;
  switch (cause) {
    case 'thrown':
      return { code: 1, result: { error: describeThrown(payload) } };
    case 'timeout':
      return developer(`The action exceeded its time limits of ${served.unit.timeout * 1000} milliseconds.`);
    case 'exit':
      return developer('The action did not produce a valid response and exited unexpectedly.');
    case 'memory':
      return developer('The action exhausted its memory and was aborted.');
    case 'too-large': {
      const [size] = /\d+/.exec(payload) ?? [];
      return developer(
        `The action produced a response that exceeded the allowed length: ${size} > ${limit} bytes. The truncated response was: `,
      );
    }
  }
}

/** As its runtime writes what an action rejects with. */
function describeThrown(payload: string): object {
  const { errorType, errorMessage, trace } = JSON.parse(payload) as Record<string, unknown>;
  return { name: errorType, message: errorMessage, stack: Array.isArray(trace) ? trace.join('\n') : '' };
}

const TEXTS: Partial<Record<Refusal['reason'], string>> = {
  'no-key': 'The resource requires authentication, which was not supplied with the request',
  'wrong-key': 'The supplied authentication is invalid',
  'not-found': 'The requested resource does not exist.',
};
const CODES: Partial<Record<Refusal['reason'], number>> = {
  ...{ 'no-key': 401, 'wrong-key': 401, forbidden: 403, 'not-found': 404, method: 405, conflict: 409 },
  ...{ 'too-large': 413, media: 415, 'too-many': 429, broken: 500 },
};

/** `{ "error": "…", "code": "<id of the request>" }` */
function refuse({ reason, message, size, limit }: Refusal): Answer {
  const code = randomBytes(16).toString('hex');
  const error =
    reason === 'too-large' ? `Request larger than allowed: ${size} > ${limit} bytes.` : (TEXTS[reason] ?? message);
  const isUnknown = reason === 'no-key' || reason === 'wrong-key';
  const headers = { 'x-request-id': code, ...(isUnknown && { 'www-authenticate': 'Basic realm="Secured resource"' }) };
  return { ...json(CODES[reason] ?? 400, { error, code }), headers };
}
