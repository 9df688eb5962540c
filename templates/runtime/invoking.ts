/** Passes the requests of all lines on over HTTP; in a thread of its own, but for units that never sleep. */
import { randomUUID } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import {
  ABORTS_PATH,
  type AbortNotice,
  announce,
  CALL_HEADER,
  type Failure,
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
import { NO_CREDENTIALS, openPost, TOO_LARGE } from './posting.ts';
import type { ThrownAnswer } from './provider-transport.ts';

/** Milliseconds that a reply may take to arrive, on top of the unit's timeout. */
export const TRAVEL_TIME = 15_000;

/** What came of a call: the reply as text, what the handler threw, or why there is neither. */
export type Result = string | ThrownAnswer | Failure;

/** Makes one request. Rejects if there is no answer. `onSent`: from now on what is sent may reach the function. */
export type Send = (unit: Unit, request: string, calling: Calling, onSent: () => void) => Promise<Result>;

export interface Means {
  send: Send;
  /**
   * In the thread of the unit: it is not kept alive, and no answer is given up, as the thread may be busy while it arrives, and whoever
   * waits is ended in time.
   */
  isNear?: boolean;
}

export interface Calling extends Pick<Means, 'isNear'> {
  id: string;
  trace: string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal;
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

function serve(line: ServedLine, { send, isNear = false }: Means): void {
  let unit: Unit | undefined;
  let id = '';
  let trace: string | undefined;
  const onSent = () => markStarted(line.words);
  line.port.on('message', async (message: string | UseUnit | AbortNotice | TraceNotice) => {
    if (typeof message === 'string') {
      id = randomUUID();
      if (unit) settle(line, await attempt(send, unit, message, { id, trace, isNear }, onSent));
    } else if ('use' in message) unit = message.use;
    else if ('trace' in message) trace = message.trace;
    else if (unit) tell(unit, id, message.abort);
  });
  if (isNear) line.port.unref();
}

/** Never rejects. */
export async function attempt(send: Send, ...[unit, request, calling, onSent]: Parameters<Send>): Promise<Result> {
  let isSent = false;
  try {
    return await send(unit, request, calling, () => {
      isSent = true;
      onSent();
    });
  } catch (error) {
    return describeNetworkError(unit, error as NodeJS.ErrnoException, isSent);
  }
}

function settle(line: ServedLine, result: Result): void {
  if (typeof result === 'string') reply(line, result);
  else if ('thrown' in result) reply(line, { ...result, loading: false });
  else fail(line, result);
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

/** `sent`: a connection was there, so the request may have reached the function. */
function describeNetworkError(unit: Unit, error: NodeJS.ErrnoException, sent: boolean): Failure {
  if (error.code === TOO_LARGE) {
    const message = `${unit.endpoint} answered with more bytes than are read`;
    return { code: 'too-large', message, mayHaveRun: true };
  }
  if (error.code === NO_CREDENTIALS) {
    return { code: 'denied', message: `no credentials for ${unit.endpoint}: ${error.message}`, mayHaveRun: false };
  }
  const reason = error.code ?? error.message;
  if (reason === 'ETIMEDOUT' && sent) {
    return { code: 'timeout', message: `no answer from ${unit.endpoint} within ${unit.timeout} s`, mayHaveRun: true };
  }
  return { code: 'unreachable', message: `cannot reach ${unit.endpoint} (${reason})`, mayHaveRun: sent };
}
