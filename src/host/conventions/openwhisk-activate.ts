/** Calls as OpenWhisk's API takes them: what becomes of them is an activation, which is kept. */
import { randomBytes } from 'node:crypto';
import { type Answer, json } from '../control/answer.ts';
import type { Caller } from '../control/authorization.ts';
import type { Activation, Activations, WhiskResponse } from './activations.ts';
import { type Asked, type Failed, Refused } from './convention.ts';
import { describeActivation, getNamespace } from './openwhisk-lists.ts';
import type { Calling } from './speaking.ts';

/** Milliseconds that a caller waits for an action at most. */
const MAX_WAIT = 60_000;

export interface Activating {
  asked: Asked;
  caller?: Caller | undefined;
  activations: Activations;
  name: string;
  version: string;
  kind: string;
  limits: object;
  run(type: Calling['type'], activationId: string): Promise<Activated>;
}

export interface Activated {
  response: WhiskResponse;
  logs: string[];
}

/** Those who wait get the result, or all that is known of the call; after a minute, or if they do not wait, its id. */
export async function answerActivation(activating: Activating): Promise<Answer> {
  const { asked, caller } = activating;
  const namespace = getNamespace(asked, caller?.name);
  const id = randomBytes(16).toString('hex');
  const wait = readWait(asked);
  const running = activate(activating, namespace, id);
  // where nobody waits nobody hears of an error of ours
  running.catch(() => {});
  const activation = wait === 0 ? undefined : await settle(running, wait);
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
  { asked, activations, name, version, kind, limits, run }: Activating,
  namespace: string,
  activationId: string,
): Promise<Activation> {
  const start = Date.now();
  const { response, logs } = await run(readWait(asked) === 0 ? 'Event' : 'RequestResponse', activationId);
  const end = Date.now();
  const activation: Activation = {
    ...{ activationId, namespace, name, start, end, duration: end - start },
    ...{ response, logs, version, publish: false, subject: namespace },
    annotations: [
      { key: 'path', value: `${namespace}/${name}` },
      { key: 'kind', value: kind },
      { key: 'timeout', value: false },
      { key: 'limits', value: limits },
    ],
  };
  activations.add(activation);
  return activation;
}

/** An object with an `error` is an action that has said it failed; of it nothing else is left. `reply`: JSON. */
export function toResponse(reply: string, limit: number): WhiskResponse {
  const size = reply.length;
  if (size > limit) return { ...toFailure({ cause: 'too-large', payload: `${size}` }, { limit, timeout: 0 }), size };
  const value: unknown = JSON.parse(reply);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const error = `The action did not produce a valid JSON response: ${reply.slice(0, 1000)}`;
    return { code: 2, result: { error }, size };
  }
  if ('error' in value) return { code: 1, result: { error: value.error }, size };
  return { code: 0, result: value, size };
}

/** `timeout`: milliseconds that it had. */
export function toFailure(
  { cause, payload }: Pick<Failed, 'cause' | 'payload'>,
  { limit, timeout }: { limit: number; timeout: number },
): WhiskResponse {
  const size = payload.length;
  const developer = (error: unknown) => ({ code: 2, result: { error }, size }) as const;
  switch (cause) {
    case 'thrown':
      return { code: 1, result: { error: describeThrown(payload) }, size };
    case 'timeout':
      return developer(`The action exceeded its time limits of ${timeout} milliseconds.`);
    case 'exit':
      return developer('The action did not produce a valid response and exited unexpectedly.');
    case 'memory':
      return developer('The action exhausted its memory and was aborted.');
    case 'too-large': {
      const [bytes] = /\d+/.exec(payload) ?? [];
      return developer(
        `The action produced a response that exceeded the allowed length: ${bytes} > ${limit} bytes. The truncated response was: `,
      );
    }
  }
}

/** As its runtime writes what an action rejects with. */
function describeThrown(payload: string): object {
  const { errorType, errorMessage, trace } = JSON.parse(payload) as Record<string, unknown>;
  return { name: errorType, message: errorMessage, stack: Array.isArray(trace) ? trace.join('\n') : '' };
}
