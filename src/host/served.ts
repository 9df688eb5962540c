/** The functions that the host serves, and what happens when one is invoked; in the words of the Lambda API. */
import { randomUUID } from 'node:crypto';
import type { Failure, Outcome, Unit, UnitPlace } from '../../templates/runtime/line.ts';
import type { Link } from '../../templates/runtime/link.ts';
import type { Sent } from '../../templates/runtime/traffic.ts';
import type { DeployedName, ManifestUnit, RoutePlan, SchedulePlan } from '../types.ts';
import type { Runtime } from './runtime/runtime.ts';

export interface ServedFunction {
  unit: Unit;
  /** Runs it in processes; without one a thread of the host does. */
  runtime?: Runtime;
  /** What it is called once it is deployed; it can be called so here, too. */
  deployed?: DeployedName;
  /** The providers it was built for, first the one that is asked first, and what it is called there. */
  places: readonly UnitPlace[];
  /** What starts its functions besides calls. */
  routes: RoutePlan[];
  schedules: SchedulePlan[];
  configuration: FunctionConfiguration;
}

/** As in AWS; fields that mean nothing here are left out. */
export interface FunctionConfiguration {
  FunctionName: string;
  FunctionArn: string;
  Runtime: string;
  Handler: string;
  CodeSize: number;
  /** base64 */
  CodeSha256: string;
  Description: string;
  Timeout: number;
  MemorySize: number;
  Version: string;
  PackageType: string;
  State: string;
  LastUpdateStatus: string;
}

/** What a function answered; `isError`: the function failed, and the payload says how. */
export interface Invocation {
  payload: string;
  isError: boolean;
}

/** Bytes of a request, and of a reply. */
export const MAX_PAYLOAD = 6 * 1024 * 1024;

const DEFAULT_CONCURRENCY = 8;

/** Every unit has instances of its own, as in the cloud. */
export function describeFunction(unit: ManifestUnit, bundle: string): ServedFunction {
  const { name, settings, bytes, hash, functions } = unit;
  const { memory, timeout, concurrency = DEFAULT_CONCURRENCY } = settings;
  return {
    ...(unit.deployed && { deployed: unit.deployed }),
    places: unit.places ?? [],
    routes: unit.routes ?? [],
    schedules: unit.schedules ?? [],
    unit: { name, bundle, room: name, memory, timeout, concurrency },
    configuration: {
      FunctionName: name,
      FunctionArn: toArn(name),
      Runtime: 'nodejs20.x',
      Handler: 'handler.handler',
      CodeSize: bytes,
      CodeSha256: Buffer.from(hash, 'hex').toString('base64'),
      Description: functions.join(', ').slice(0, 256),
      Timeout: timeout,
      MemorySize: memory,
      Version: '$LATEST',
      PackageType: 'Zip',
      State: 'Active',
      LastUpdateStatus: 'Successful',
    },
  };
}

export function toArn(name: string): string {
  return `arn:aws:lambda:local:000000000000:function:${name}`;
}

/** In a thread. `begun`: told how to tell the function that a signal is aborted. */
export function invoke(
  link: Link,
  unit: Unit,
  event: string,
  begun: (tell: Sent['tell']) => void = () => {},
): Promise<Invocation> {
  return new Promise((resolve) => {
    const sent = link.send({ unit, request: event, repeatable: false }, (outcome) =>
      resolve(toInvocation(unit, outcome)),
    );
    begun(sent.tell);
  });
}

function toInvocation(unit: Unit, outcome: Outcome): Invocation {
  if ('reply' in outcome) return { payload: outcome.reply, isError: false };
  const { failure } = outcome;
  return { payload: failure.detail ?? describeFailure(unit, failure), isError: true };
}

/** A function that did not even throw, as AWS says it. */
function describeFailure({ timeout }: Unit, { code, message, seconds = timeout }: Failure): string {
  const errorType = ERROR_TYPES[code] ?? 'Runtime.Unknown';
  const text = code === 'timeout' ? `Task timed out after ${seconds.toFixed(2)} seconds` : message;
  return JSON.stringify({ errorType, errorMessage: `RequestId: ${randomUUID()} Error: ${text}` });
}

const ERROR_TYPES: Partial<Record<Failure['code'], string>> = {
  timeout: 'Sandbox.Timedout',
  exit: 'Runtime.ExitError',
  crash: 'Runtime.ExitError',
  'out-of-memory': 'Runtime.OutOfMemory',
};

/** The replies of a provider have no more bytes than this. */
export function limitReply(invocation: Invocation, limit = MAX_PAYLOAD): Invocation {
  const size = Buffer.byteLength(invocation.payload);
  if (size <= limit) return invocation;
  const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${limit} bytes).`;
  const errorType = 'Function.ResponseSizeTooLarge';
  return { payload: JSON.stringify({ errorType, errorMessage }), isError: true };
}
