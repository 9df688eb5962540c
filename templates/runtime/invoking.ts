/** Passes the requests of all lines on to an Invoke API over HTTP; in a thread of its own, but for units that never sleep. */
import { randomUUID } from 'node:crypto';
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
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
import { MAX_CARRIED } from './protocol.ts';

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Milliseconds that a reply may take to arrive, on top of the unit's timeout. */
export const TRAVEL_TIME = 15_000;

const agents = {
  'http:': new HttpAgent({ keepAlive: true }),
  'https:': new HttpsAgent({ keepAlive: true }),
};

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

/** Milliseconds after which a connection is not used again: it may have been closed over there, above all while this process was frozen. */
const MAX_IDLE = 20_000;
let lastUse = Date.now();

function dropStale(): void {
  const now = Date.now();
  const isStale = now - lastUse > MAX_IDLE;
  lastUse = now;
  if (!isStale) return;
  for (const { freeSockets } of Object.values(agents)) {
    for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
  }
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
  /** `post`, unless something else makes the requests. */
  send?: Send;
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
    const carrier = unit.claims && unit.signing ? calling.carrier : undefined;
    const event = carrier ? await bringAway(carrier, unit, request, calling) : request;
    if (typeof event !== 'string') return fail(line, event);
    const response = await ask(unit, event, calling, () => markStarted(line.words));
    if ('mayHaveRun' in response) return fail(line, response);
    if (response.headers['x-amz-function-error']) return reply(line, { thrown: response.body, loading: false });
    const text = carrier ? await carrier.checkOut(response.body) : response.body;
    if (typeof text === 'string') reply(line, text);
    else fail(line, text);
  } catch (error) {
    fail(line, describeNetworkError(unit, error as NodeJS.ErrnoException, isStarted(line.words)));
  }
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

/** Opens a request; its body is still to be written. */
function post(unit: Unit, url: URL, headers: OutgoingHttpHeaders, isNear = false): ClientRequest {
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  return open(url, {
    method: 'POST',
    agent: agents[url.protocol as keyof typeof agents],
    headers,
    ...(!isNear && { timeout: unit.timeout * 1000 + TRAVEL_TIME }),
  });
}

/** A host of ours can be told of signals; where that fails, the call has failed as well, or ends as if nothing had been said. */
function tell(unit: Unit, id: string, abort: string): void {
  const body = Buffer.from(abort);
  const outgoing = post(unit, new URL(ABORTS_PATH, unit.endpoint), {
    'content-type': 'application/json',
    'content-length': body.length,
    [CALL_HEADER]: id,
  });
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
  dropStale();
  const outgoing = post(unit, url, headers, isNear);
  return new Promise((resolve, reject) => {
    outgoing.on('response', (incoming) => collect(incoming).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', onSent);
      else onSent();
    });
    outgoing.end(body);
  });
}

/** Bytes of an answer, twice what the provider lets through: nothing that answers may fill this process. */
const MAX_ANSWER = 12 * 1024 * 1024;
const TOO_LARGE = 'ANSWER_TOO_LARGE';

async function collect(incoming: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > MAX_ANSWER) throw Object.assign(new Error('too large'), { code: TOO_LARGE });
    chunks.push(chunk as Buffer);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
}

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
    const message = `${unit.endpoint} answered with more than ${MAX_ANSWER} bytes`;
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
