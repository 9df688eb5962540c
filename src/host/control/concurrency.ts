/** How many calls may be under way at once: of a function, and of all that have no share of their own. */
import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { ApiError, invalid } from './api-error.ts';
import { getReadable, getRecord } from './lookup.ts';
import { toFunctionArn } from './names.ts';
import type { Plane } from './plane.ts';
import { group, parseJson, readAs, whole } from './shape.ts';
import type { FunctionRecord } from './state.ts';

/** Of the account, and what may not be reserved of it. */
const LIMIT = 1000;
const UNRESERVED = 100;
const PUT = group({ ReservedConcurrentExecutions: whole({ min: 0 }) }, {});

export function putConcurrency(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const { ReservedConcurrentExecutions: reserved } = readAs(PUT, parseJson(request.body.toString()));
  const others = plane.records.list(record.region).filter(({ name }) => name !== record.name);
  if (sumReserved(others) + reserved > LIMIT - UNRESERVED) {
    throw invalid(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
    );
  }
  plane.records.put({ ...record, reserved });
  return json(200, { ReservedConcurrentExecutions: reserved });
}

export function getConcurrency(plane: Plane, request: ApiRequest): Answer {
  const { reserved } = getReadable(plane, request);
  return json(200, reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved });
}

export function deleteConcurrency(plane: Plane, request: ApiRequest): Answer {
  const { reserved: _gone, ...record } = getRecord(plane, request);
  plane.records.put(record);
  return NO_CONTENT;
}

export function getAccountSettings({ records }: Plane, { region }: ApiRequest): Answer {
  const made = records.list(region);
  const size = made
    .flatMap(({ latest, versions }) => [latest, ...versions])
    .reduce((sum, { code }) => sum + code.size, 0);
  return json(200, {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: LIMIT,
      UnreservedConcurrentExecutions: LIMIT - sumReserved(made),
    },
    AccountUsage: { TotalCodeSize: size, FunctionCount: made.length },
  });
}

function sumReserved(records: readonly FunctionRecord[]): number {
  return records.reduce((sum, { reserved = 0 }) => sum + reserved, 0);
}

/** Takes one of the calls that a function may have under way; throws if all are. To be given back. */
export function takeShare({ running, records }: Plane, record: FunctionRecord): () => void {
  const arn = toFunctionArn(record.region, record.name);
  const current = running.get(arn) ?? 0;
  if (record.reserved !== undefined && current >= record.reserved) {
    throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
  }
  if (record.reserved === undefined && countUnreserved(running, records.list(record.region)) >= LIMIT) {
    throw throttled('ConcurrentInvocationLimitExceeded');
  }
  running.set(arn, current + 1);
  return () => {
    const left = (running.get(arn) ?? 1) - 1;
    if (left === 0) running.delete(arn);
    else running.set(arn, left);
  };
}

function countUnreserved(running: Plane['running'], records: readonly FunctionRecord[]): number {
  const free = records.filter(({ reserved }) => reserved === undefined);
  const count = free.reduce((sum, { region, name }) => sum + (running.get(toFunctionArn(region, name)) ?? 0), 0);
  return count + sumReserved(records);
}

function throttled(reason: string): ApiError {
  return new ApiError(429, 'TooManyRequestsException', 'Rate Exceeded.', reason);
}
