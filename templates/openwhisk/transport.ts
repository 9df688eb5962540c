/** OpenWhisk: `POST <host>/api/v1/namespaces/_/actions/<name>?blocking=true&result=true`, Basic. */
import type { Failure, Unit } from '../runtime/line.ts';
import {
  type Answer,
  describeStatus,
  type ThrownAnswer,
  type Transport,
  toAddress,
} from '../runtime/provider-transport.ts';
import { type Carried, type CarriedReply, MAX_CARRIED } from './carry.ts';

export const transport: Transport = {
  /** `APIHOST` and `AUTH` as in ~/.wskprops; an action is told both. */
  findService(env) {
    const host = env.__OW_API_HOST ?? env.APIHOST;
    const key = env.__OW_API_KEY ?? env.AUTH;
    if (!host) return undefined;
    return { endpoint: /^https?:/.test(host) ? host : `https://${host}`, ...(key && { key }) };
  },

  toRequest(unit, text) {
    const url = toAddress(unit, '/api/v1/namespaces/_/actions/');
    url.searchParams.set('blocking', 'true');
    url.searchParams.set('result', 'true');
    const body = JSON.stringify({ 'faasify-call': text } satisfies Carried);
    const bytes = Buffer.byteLength(body);
    if (bytes > MAX_CARRIED) {
      const message = `the request has ${bytes} bytes, OpenWhisk takes ${MAX_CARRIED}`;
      return { code: 'too-large', message, mayHaveRun: false };
    }
    const key = unit.place?.key;
    const authorization = key && `Basic ${Buffer.from(key).toString('base64')}`;
    return { url, headers: { 'content-type': 'application/json', ...(authorization && { authorization }) }, body };
  },

  readAnswer(unit, answer) {
    const { 'faasify-reply': reply, error, activationId } = readObject(answer.body);
    if (answer.status === 200 && typeof reply === 'string') return reply;
    if (answer.status === 202) return describeWaiting(`${activationId}`);
    if (answer.status !== 502) return describeStatus(unit, answer);
    return typeof error === 'string' ? describeEnd(unit, answer, error) : describeThrown(error);
  },
};

interface Result extends CarriedReply {
  error?: unknown;
  activationId?: unknown;
}

function readObject(text: string): Result {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The API waits a minute; then the action goes on by itself. */
function describeWaiting(activation: string): Failure {
  const message = `there is no result after the time that OpenWhisk waits; wsk activation get ${activation} tells it`;
  return { code: 'timeout', message, mayHaveRun: true };
}

/** https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/http/ErrorResponse.scala */
const ENDS: readonly (readonly [RegExp, Failure['code'], boolean])[] = [
  [/exceeded its time limits/, 'timeout', true],
  [/exhausted its memory/, 'out-of-memory', true],
  [/failed during initialization|Initialization has failed/, 'load', false],
  [/did not initialize/, 'crash', false],
  [/exceeded the allowed length/, 'too-large', true],
  [/exited unexpectedly/, 'crash', true],
];

function describeEnd(unit: Unit, answer: Answer, error: string): Failure {
  const end = ENDS.find(([pattern]) => pattern.test(error));
  return end ? { code: end[1], message: error, mayHaveRun: end[2] } : describeStatus(unit, answer);
}

/** What an action rejects with, as its runtime writes it. */
function describeThrown(error: unknown): ThrownAnswer {
  const { name = 'Error', message = '', stack = '' } = Object(error) as Record<string, unknown>;
  return { thrown: JSON.stringify({ errorType: name, errorMessage: message, trace: `${stack}`.split('\n') }) };
}
