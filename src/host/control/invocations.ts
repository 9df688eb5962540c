/** Calls of functions: for their answer, as events, or to see whether they could be made. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { CALL_HEADER } from '../../../templates/runtime/line.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Invocation, invoke, limitReply, type ServedFunction } from '../served.ts';
import { chooseVersion } from './aliases.ts';
import type { Answer, ApiRequest } from './answer.ts';
import { ApiError, invalid, tooLarge } from './api-error.ts';
import { takeShare } from './concurrency.ts';
import type { Call, Execution } from './executor.ts';
import type { Invoked } from './invocation-log.ts';
import { formatReport } from './log-text.ts';
import { find, type Made } from './lookup.ts';
import { LATEST } from './names.ts';
import type { Plane } from './plane.ts';
import { continueTrace, formatTrace, type Trace } from './trace.ts';

/** A function as it is called. */
interface Target {
  name: string;
  version: string;
  /** MB */
  memory: number;
  /** Throws where too many calls are under way. */
  takeShare(): () => void;
  run(call: Call): Promise<Execution>;
}

/** Bytes of an event. */
const MAX_EVENT = 1024 * 1024;
/** Milliseconds after which an event is tried again whose function has failed; AWS waits for minutes. */
const RETRY_PAUSES = [1000, 2000];
/** Milliseconds after which one is that was one too many, and how often. */
const BUSY_PAUSE = 500;
const BUSY_TRIES = 600;

export async function invokeFunction(plane: Plane, request: ApiRequest): Promise<Answer> {
  const target = toTarget(plane, request);
  const event = readEvent(request.body);
  const { headers } = request;
  const trace = continueTrace(headers['x-amzn-trace-id']);
  const call = { id: randomUUID(), event, trace, ...readClientContext(headers['x-amz-client-context']) };
  const own = { 'x-amz-executed-version': target.version, 'x-amzn-requestid': call.id, ...formatRoot(trace) };
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  switch (type) {
    case 'DryRun':
      return { status: 204, headers: own };
    case 'Event':
      if (request.body.length > MAX_EVENT) throw tooLarge(MAX_EVENT, 'InvokeFunction');
      void runEvent(plane, target, call);
      return { status: 202, headers: own };
    case 'RequestResponse': {
      const execution = await runOnce(plane, target, call, { type, attempt: 1 });
      const isTailed = headers['x-amz-log-type'] === 'Tail';
      const log = isTailed && { 'x-amz-log-result': Buffer.from(execution.log).toString('base64') };
      const error = execution.isError && { 'x-amz-function-error': 'Unhandled' };
      return { status: 200, headers: { ...own, ...log, ...error }, body: execution.payload };
    }
    default:
      throw invalid(`Unknown invocation type: ${type}`);
  }
}

function formatRoot({ root, sampled }: Trace): Record<string, string> {
  return { 'x-amzn-trace-id': `Root=${root};Sampled=${sampled}` };
}

export function readEvent(body: Buffer): string {
  const text = body.toString() || '{}';
  try {
    JSON.parse(text);
  } catch (error) {
    throw refuseContent(`Could not parse request body into json: ${(error as Error).message}`);
  }
  return text;
}

function readClientContext(header: unknown): { clientContext?: string } {
  if (typeof header !== 'string' || header === '') return {};
  const text = Buffer.from(header, 'base64').toString();
  try {
    JSON.parse(text);
  } catch {
    throw refuseContent('Client context must be a valid Base64-encoded JSON object.');
  }
  return { clientContext: text };
}

function refuseContent(message: string): ApiError {
  return new ApiError(400, 'InvalidRequestContentException', message);
}

function toTarget(plane: Plane, request: ApiRequest): Target {
  const found = find(plane, request);
  return found.kind === 'unit'
    ? toUnitTarget(plane, found.unit, `${request.headers[CALL_HEADER] ?? ''}`)
    : toMadeTarget(plane, found);
}

function toMadeTarget(plane: Plane, found: Made): Target {
  const { record, alias } = found;
  const version = (alias && chooseVersion(record, alias, Math.random())) ?? found.version;
  return {
    name: record.name,
    version: version.version,
    memory: version.settings.MemorySize,
    takeShare: () => takeShare(plane, record),
    run: (call) => plane.executor.run({ ...found, version }, call),
  };
}

/** Its callers limit themselves, and wait here. `told`: the name under which it is told of aborted signals. */
function toUnitTarget({ link, aborts }: Plane, served: ServedFunction, told: string, limit?: number): Target {
  const { unit, runtime } = served;
  const { name, memory } = unit;
  return {
    ...{ name, memory, version: LATEST },
    takeShare: () => () => {},
    async run({ id, event, trace, clientContext }) {
      if (runtime) return runtime.invoke({ event, requestId: id, trace: formatTrace(trace), clientContext });
      const begun = performance.now();
      const answer = await invoke(link, unit, event, (tell) => aborts.open(told, tell));
      const { payload, isError } = limitReply(answer, limit);
      aborts.close(told);
      const duration = performance.now() - begun;
      const times = { duration, billed: Math.ceil(duration) };
      return { payload, isError, ...times, log: formatReport(id, LATEST, { ...times, memory }) };
    },
  };
}

/** Of a call that does not come through the Lambda API. */
export interface Calling {
  type: Invoked['type'];
  /** The header of the request. */
  trace?: unknown;
  /** Under which it is told of aborted signals. */
  told?: string;
  /** Bytes of the reply, if not as many as Lambda lets through. */
  limit?: number;
}

/** A call of a unit by another convention, of an address it has, or because its time has come. */
export async function callUnit(
  plane: Plane,
  served: ServedFunction,
  event: string,
  { type, trace, told = '', limit }: Calling,
): Promise<Invocation> {
  const call = { id: randomUUID(), event, trace: continueTrace(trace) };
  const target = toUnitTarget(plane, served, told, limit);
  const { payload, isError } = await runOnce(plane, target, call, { type, attempt: 1 });
  const answer = { payload: payload.toString(), isError };
  return limit === undefined ? answer : limitReply(answer, limit);
}

/** A call of what always runs in processes: an action of OpenWhisk. */
export async function callProcess(
  plane: Plane,
  { name, version, memory, run }: Pick<Target, 'name' | 'version' | 'memory'> & { run: Runtime['invoke'] },
  event: string,
  { type, trace }: Pick<Calling, 'type' | 'trace'>,
): Promise<Invocation> {
  const target: Target = {
    ...{ name, version, memory, takeShare: () => () => {} },
    run: ({ id, event, trace }) => run({ event, requestId: id, trace: formatTrace(trace) }),
  };
  const call = { id: randomUUID(), event, trace: continueTrace(trace) };
  const { payload, isError } = await runOnce(plane, target, call, { type, attempt: 1 });
  return { payload: payload.toString(), isError };
}

async function runOnce(
  { log }: Plane,
  target: Target,
  call: Call,
  { type, attempt }: Pick<Invoked, 'type' | 'attempt'>,
): Promise<Execution> {
  const { name, version, memory } = target;
  const about = { id: call.id, function: name, version, memory, type, attempt, trace: call.trace };
  try {
    const giveBack = target.takeShare();
    try {
      const execution = await target.run(call);
      const { duration, billed, init, used, isError } = execution;
      log.add({ ...about, duration, billed, init, used, error: isError ? findType(execution) : undefined });
      return execution;
    } finally {
      giveBack();
    }
  } catch (error) {
    const type = error instanceof ApiError ? error.type : 'ServiceException';
    log.add({ ...about, duration: 0, billed: 0, error: type });
    throw error;
  }
}

function findType({ type, payload }: Execution): string {
  if (type !== undefined) return type;
  try {
    return `${(JSON.parse(payload.toString()) as { errorType?: unknown } | null)?.errorType ?? 'Error'}`;
  } catch {
    return 'Error';
  }
}

/** Three times at most if the function fails, as AWS does; one that finds no room waits for some minutes. */
async function runEvent(plane: Plane, target: Target, call: Call): Promise<void> {
  let busy = 0;
  for (let attempt = 1; ; ) {
    try {
      const { isError } = await runOnce(plane, target, call, { type: 'Event', attempt });
      const pause = RETRY_PAUSES[attempt++ - 1];
      if (!isError || pause === undefined) return;
      await wait(pause, undefined, { ref: false, signal: plane.closing });
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === 429 && busy++ < BUSY_TRIES;
      if (!isBusy || plane.closing.aborted) return;
      await wait(BUSY_PAUSE, undefined, { ref: false, signal: plane.closing }).catch(() => {});
    }
  }
}
