/** Calls over the Invoke API of AWS Lambda, or of a host that speaks it. */
import type { OutgoingHttpHeaders } from 'node:http';
import { toInvokeUrl } from './invoke-url.ts';
import { type Calling, type Send, TRAVEL_TIME } from './invoking.ts';
import { CALL_HEADER, type Failure, type Unit } from './line.ts';
import { post, type Response } from './posting.ts';
import { MAX_CARRIED } from './protocol.ts';
import { toFailure } from './statuses.ts';

export type { Response } from './posting.ts';

/** The headers of a request, with a signature where one is wanted; rejects with a `CredentialsError`. */
export type SignHeaders = (unit: Unit, url: URL, body: Buffer) => Promise<OutgoingHttpHeaders>;

/** What brings requests and replies that are too large through a bucket: what is sent, or has come, or why that was not possible. */
export interface Carrier {
  checkIn(request: Buffer, ask: (event: string) => Promise<string | Failure>): Promise<string | Failure>;
  checkOut(reply: string): Promise<string | Failure>;
}

export interface InvokeMeans {
  sign: SignHeaders;
  carrier?: Carrier;
  /** `invoke`, unless something else makes the requests. */
  ask?: Ask;
}

/** The answer of the service, or why there is none. `onSent`: from now on what is sent may reach the function. */
export type Ask = (unit: Unit, request: string, calling: Invoking, onSent: () => void) => Promise<Response | Failure>;

export interface Invoking extends Calling {
  sign: SignHeaders;
}

export function createInvoke({ sign, carrier, ask = invoke }: InvokeMeans): Send {
  /** An answer of the function, if only that it has failed. */
  const send = async (unit: Unit, event: string, calling: Calling, onSent: () => void) => {
    const answer = await ask(unit, event, { ...calling, sign }, onSent);
    return 'mayHaveRun' in answer ? answer : (findFailure(unit, answer) ?? findEnd(answer) ?? answer);
  };
  return async (unit, request, calling, onSent) => {
    const by = unit.claims && unit.signing ? carrier : undefined;
    const event = by ? await bringAway(by, request, (claim) => send(unit, claim, calling, () => {})) : request;
    if (typeof event !== 'string') return event;
    const response = await send(unit, event, calling, onSent);
    if ('mayHaveRun' in response) return response;
    if (response.headers['x-amz-function-error']) return { thrown: response.body };
    return by ? by.checkOut(response.body) : response.body;
  };
}

/** What is too large to be sent is left in a bucket, and the claim for it sent. Nothing of it reaches the function until then. */
async function bringAway(
  carrier: Carrier,
  request: string,
  send: (event: string) => Promise<Response | Failure>,
): Promise<string | Failure> {
  const body = request.length * 3 > MAX_CARRIED ? Buffer.from(request) : undefined;
  if (!body || body.length <= MAX_CARRIED) return request;
  return carrier.checkIn(body, async (event) => {
    const response = await send(event);
    return 'mayHaveRun' in response ? response : response.body;
  });
}

/** `onSent`: a connection is there. */
export const invoke: Ask = async (unit, request, { id, trace, sign, isNear, signal }, onSent) => {
  const url = toInvokeUrl(unit);
  const body = Buffer.from(request);
  const headers = await sign(unit, url, body);
  if (!unit.signing) headers[CALL_HEADER] = id;
  if (trace) headers['x-amzn-trace-id'] = trace;
  const timeout = isNear ? undefined : unit.timeout * 1000 + TRAVEL_TIME;
  return post({ url, headers, body, timeout, signal, maxAnswer: MAX_ANSWER, onSent });
};

/** Bytes of an answer, twice what the provider lets through. */
const MAX_ANSWER = 2 * MAX_CARRIED;

/** Answers of the service, not of the function. */
function findFailure(unit: Unit, { status, body }: Response): Failure | undefined {
  if (status < 300) return undefined;
  const { message = '', Message = message } = readObject(body);
  const says = Message ? `: ${Message}` : '';
  return toFailure(status, `${unit.endpoint} answered ${status}${says}`);
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
