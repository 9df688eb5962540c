/** Apache OpenWhisk: https://github.com/apache/openwhisk/blob/master/docs/rest_api.md, its errors as its controller writes them. */
import { randomBytes } from 'node:crypto';
import { type Carried, toResult } from '../../../templates/openwhisk/carry.ts';
import { type Answer, json } from '../control/answer.ts';
import { type Asked, type Convention, type Refusal, Refused } from './convention.ts';
import { ACTION_OPERATIONS } from './openwhisk-actions.ts';
import { type Activated, answerActivation, toFailure, toResponse } from './openwhisk-activate.ts';
import { describeLimits, KIND, OPERATIONS } from './openwhisk-lists.ts';
import { MB, readJson, row } from './rows.ts';
import type { Conversation, Outcome } from './speaking.ts';

const ACTIONS = '/api/v1/namespaces/:namespace/actions';

export const openwhisk: Convention = row({
  target: 'openwhisk',
  paths: [`${ACTIONS}/:name`, `${ACTIONS}/:package/:name`],
  keys: ['basic'],
  limits: { request: MB, reply: MB },
  read: readParameters,
  refuse,
  converse,
  operations: [...OPERATIONS, ...ACTION_OPERATIONS],
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

function converse(conversation: Conversation): Promise<Answer> {
  const { asked, caller, speaking, served } = conversation;
  return answerActivation({
    ...{ asked, caller, activations: speaking.activations, name: served.unit.name },
    ...{ version: '0.0.1', kind: KIND, limits: describeLimits(served.unit) },
    run: (type) => runUnit(conversation, type),
  });
}

async function runUnit(
  { asked, served, limits, run }: Conversation,
  type: Parameters<Conversation['run']>[0],
): Promise<Activated> {
  const isCarried = findCarried(asked.body.toString() || '{}') !== undefined;
  // what is carried says itself that it is too large
  const outcome = await run(type, isCarried ? Number.POSITIVE_INFINITY : limits.reply);
  const told = isCarried ? carry(outcome) : outcome;
  const given = { limit: limits.reply, timeout: served.unit.timeout * 1000 };
  return {
    response: 'reply' in told ? toResponse(told.reply, Number.POSITIVE_INFINITY) : toFailure(told, given),
    logs: [],
  };
}

/** As the entry of a unit does it there. */
function carry(outcome: Outcome): Outcome {
  return 'reply' in outcome ? { reply: JSON.stringify(toResult(outcome.reply)) } : outcome;
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
    size === undefined ? (TEXTS[reason] ?? message) : `Request larger than allowed: ${size} > ${limit} bytes.`;
  const isUnknown = reason === 'no-key' || reason === 'wrong-key';
  const headers = { 'x-request-id': code, ...(isUnknown && { 'www-authenticate': 'Basic realm="Secured resource"' }) };
  return { ...json(CODES[reason] ?? 400, { error, code }), headers };
}
