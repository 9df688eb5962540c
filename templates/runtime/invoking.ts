/** Passes the requests of all lines on to an Invoke API over HTTP; in a thread of its own, but for units that never sleep. */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { MessagePort } from 'node:worker_threads';
import { CredentialsError, toInvokeUrl } from './invoke-url.ts';
import {
  ABORTS_PATH,
  type AbortNotice,
  announce,
  CALL_HEADER,
  type Failure,
  isStarted,
  type LineFailure,
  markDead,
  markStarted,
  type OpenLine,
  State,
  type Thrown,
  type TraceNotice,
  type Unit,
  type UseUnit,
  type Warm,
} from './line.ts';
import { openPost, post, type Response, TOO_LARGE } from './posting.ts';
import { MAX_CARRIED } from './protocol.ts';
import type { ThrownAnswer } from './provider-transport.ts';

export type { Response } from './posting.ts';

/** Milliseconds that a reply may take to arrive, on top of the unit's timeout. */
export const TRAVEL_TIME = 15_000;

/** The headers of a request, with a signature where one is wanted; rejects with a `CredentialsError`. */
export type SignHeaders = (unit: Unit, url: URL, body: Buffer) => Promise<OutgoingHttpHeaders>;

/** What brings requests and replies that are too large through a bucket: what is sent, or has come, or why that was not possible. */
export interface Carrier {
  checkIn(request: Buffer, ask: (event: string) => Promise<string | Failure>): Promise<string | Failure>;
  checkOut(reply: string): Promise<string | Failure>;
}

/** `control`: where lines are opened. */
export function passOn(control: MessagePort, means: Means): void {
  control.on('message', (message: OpenLine | Warm) => {
    if ('line' in message) serve({ ...message, control }, means);
  });
  if (means.isNear) control.unref();
}

interface ServedLine extends OpenLine {
  control: MessagePort;
}

function serve(line: ServedLine, means: Means): void {
  let unit: Unit | undefined;
  let id = '';
  let trace: string | undefined;
  line.port.on('message', (message: string | UseUnit | AbortNotice | TraceNotice) => {
    if (typeof message === 'string') {
      id = randomUUID();
      if (unit) call(line, unit, message, { id, trace, ...means });
    } else if ('use' in message) unit = message.use;
    else if ('trace' in message) trace = message.trace;
    else if (unit) tell(unit, id, message.abort);
  });
  if (means.isNear) line.port.unref();
}

export interface Means {
  sign: SignHeaders;
  carrier?: Carrier;
  /** `invoke`, unless something else makes the requests. */
  send?: Send;
  /** Makes the calls to units at other providers than AWS. */
  callElsewhere?: CallElsewhere;
  /**
   * In the thread of the unit: it is not kept alive, and no answer is given up, as the thread may be busy while it arrives, and whoever
   * waits is ended in time.
   */
  isNear?: boolean;
}

export interface Calling extends Means {
  id: string;
  trace: string | undefined;
}

/** The answer of the service, or why there is none. `onSent`: from now on what is sent may reach the function. */
export type Send = (unit: Unit, request: string, calling: Calling, onSent: () => void) => Promise<Response | Failure>;

async function call(line: ServedLine, unit: Unit, request: string, calling: Calling): Promise<void> {
  try {
    const elsewhere =
      unit.place && (await calling.callElsewhere?.(unit, request, calling, () => markStarted(line.words)));
    if (elsewhere) return settle(line, elsewhere);
    const carrier = unit.claims && unit.signing ? calling.carrier : undefined;
    const event = carrier ? await bringAway(carrier, unit, request, calling) : request;
    if (typeof event !== 'string') return fail(line, event);
    const response = await ask(unit, event, calling, () => markStarted(line.words));
    if ('mayHaveRun' in response) return fail(line, response);
    if (response.headers['x-amz-function-error']) return reply(line, { thrown: response.body, loading: false });
    settle(line, carrier ? await carrier.checkOut(response.body) : response.body);
  } catch (error) {
    fail(line, describeNetworkError(unit, error as NodeJS.ErrnoException, isStarted(line.words)));
  }
}

export type CallElsewhere = (
  unit: Unit,
  request: string,
  calling: Calling,
  onSent: () => void,
) => Promise<string | ThrownAnswer | Failure>;

function settle(line: ServedLine, outcome: string | ThrownAnswer | Failure): void {
  if (typeof outcome === 'string') reply(line, outcome);
  else if ('thrown' in outcome) reply(line, { ...outcome, loading: false });
  else fail(line, outcome);
}

/** What is too large to be sent is left in a bucket, and the claim for it sent. Nothing of it reaches the function until then. */
async function bringAway(carrier: Carrier, unit: Unit, request: string, calling: Calling): Promise<string | Failure> {
  const body = request.length * 3 > MAX_CARRIED ? Buffer.from(request) : undefined;
  if (!body || body.length <= MAX_CARRIED) return request;
  return carrier.checkIn(body, async (event) => {
    const response = await ask(unit, event, calling, () => {});
    return 'mayHaveRun' in response ? response : response.body;
  });
}

/** An answer of the function, if only that it has failed. */
async function ask(...call: Parameters<Send>): ReturnType<Send> {
  const [unit, , { send = invoke }] = call;
  const answer = await send(...call);
  return 'mayHaveRun' in answer ? answer : (findFailure(unit, answer) ?? findEnd(answer) ?? answer);
}

function reply({ port, words }: OpenLine, message: string | Thrown): void {
  port.postMessage(message);
  announce(words, State.answered);
}

/** A line is given up with the call that failed on it: the caller opens another. */
function fail({ line, words, port, control }: ServedLine, failure: Failure): void {
  markDead(words);
  control.postMessage({ line, failure } satisfies LineFailure);
  announce(words, State.failed);
  port.close();
}

/** A host of ours can be told of signals; where that fails, the call has failed as well, or ends as if nothing had been said. */
function tell(unit: Unit, id: string, abort: string): void {
  const body = Buffer.from(abort);
  const headers = { 'content-type': 'application/json', 'content-length': body.length, [CALL_HEADER]: id };
  const outgoing = openPost(new URL(ABORTS_PATH, unit.endpoint), headers, unit.timeout * 1000 + TRAVEL_TIME);
  outgoing.on('response', (incoming) => incoming.resume());
  outgoing.on('error', () => {});
  outgoing.end(body);
}

/** `onSent`: a connection is there. */
export async function invoke(
  unit: Unit,
  request: string,
  { id, trace, sign, isNear }: Calling,
  onSent: () => void,
): Promise<Response> {
  const url = toInvokeUrl(unit);
  const body = Buffer.from(request);
  const headers = await sign(unit, url, body);
  if (!unit.signing) headers[CALL_HEADER] = id;
  if (trace) headers['x-amzn-trace-id'] = trace;
  const timeout = isNear ? {} : { timeout: unit.timeout * 1000 + TRAVEL_TIME };
  return post({ url, headers, body, ...timeout, maxAnswer: MAX_ANSWER, onSent });
}

/** Bytes of an answer, twice what the provider lets through. */
const MAX_ANSWER = 2 * MAX_CARRIED;

/** Answers of the service, not of the function. */
function findFailure(unit: Unit, { status, body }: Response): Failure | undefined {
  if (status < 300) return undefined;
  const { message = '', Message = message } = readObject(body);
  const says = Message ? `: ${Message}` : '';
  const at = `${unit.endpoint} answered ${status}${says}`;
  if (status === 401 || status === 403) return { code: 'denied', message: at, mayHaveRun: false };
  if (status === 404) return { code: 'not-found', message: `there is no unit of that name, ${at}`, mayHaveRun: false };
  if (status === 413) return { code: 'too-large', message: `the request is too large, ${at}`, mayHaveRun: false };
  if (status === 429) return { code: 'throttled', message: `too many calls at once, ${at}`, mayHaveRun: false };
  return { code: 'service', message: at, mayHaveRun: status >= 500 };
}

/** How the instance ended that had the function in hand, as the service says it. */
function findEnd({ headers, body }: Response): Failure | undefined {
  if (!headers['x-amz-function-error']) return undefined;
  const { errorType = '', errorMessage = '' } = readObject(body);
  const code = /^Task timed out after/.test(errorMessage) ? 'timeout' : ENDS[errorType];
  return code && { code, message: errorMessage, mayHaveRun: true, detail: body };
}

const ENDS: Partial<Record<string, Failure['code']>> = {
  'Sandbox.Timedout': 'timeout',
  'Runtime.ExitError': 'exit',
  'Runtime.OutOfMemory': 'out-of-memory',
};

function readObject(text: string): Record<string, string> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** `sent`: a connection was there, so the request may have reached the function. */
function describeNetworkError(unit: Unit, error: NodeJS.ErrnoException, sent: boolean): Failure {
  if (error.code === TOO_LARGE) {
    const message = `${unit.endpoint} answered with more bytes than are read`;
    return { code: 'service', message, mayHaveRun: true };
  }
  if (error instanceof CredentialsError) {
    return { code: 'denied', message: `no credentials for ${unit.endpoint}: ${error.message}`, mayHaveRun: false };
  }
  const reason = error.code ?? error.message;
  if (reason === 'ETIMEDOUT' && sent) {
    return { code: 'timeout', message: `no answer from ${unit.endpoint} within ${unit.timeout} s`, mayHaveRun: true };
  }
  return { code: 'unreachable', message: `cannot reach ${unit.endpoint} (${reason})`, mayHaveRun: sent };
}
