/** Instances that are to be ready for a version or an alias: kept and told; here they are started when they are needed. */
import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { ApiError, invalid } from './api-error.ts';
import { findMade, type Made } from './lookup.ts';
import { LATEST } from './names.ts';
import type { Plane } from './plane.ts';
import { group, parseJson, readAs, whole } from './shape.ts';
import type { FunctionRecord } from './state.ts';
import { now } from './versions.ts';

const PUT = group({ ProvisionedConcurrentExecutions: whole({ min: 1 }) }, {});

export function putProvisioned(plane: Plane, request: ApiRequest): Answer {
  const { record, qualifier } = findQualified(plane, request);
  const { ProvisionedConcurrentExecutions: count } = readAs(PUT, parseJson(request.body.toString()));
  if (record.reserved !== undefined && count > record.reserved) {
    throw invalid(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  }
  const others = listProvisioned(record).filter((one) => one.qualifier !== qualifier);
  const own = { qualifier, count, modified: now() };
  plane.records.put({ ...record, provisioned: [...others, own] });
  return json(202, describe(own));
}

export function getProvisioned(plane: Plane, request: ApiRequest): Answer {
  const { record, qualifier } = findQualified(plane, request);
  const own = listProvisioned(record).find((one) => one.qualifier === qualifier);
  if (own) return json(200, describe(own));
  const message = 'No Provisioned Concurrency Config found for this function';
  throw new ApiError(404, 'ProvisionedConcurrencyConfigNotFoundException', message);
}

export function deleteProvisioned(plane: Plane, request: ApiRequest): Answer {
  const { record, qualifier } = findQualified(plane, request);
  plane.records.put({ ...record, provisioned: listProvisioned(record).filter((one) => one.qualifier !== qualifier) });
  return NO_CONTENT;
}

function findQualified(plane: Plane, request: ApiRequest): Made & { qualifier: string } {
  const { qualifier, ...found } = findMade(plane, request);
  if (qualifier !== undefined && qualifier !== LATEST) return { ...found, qualifier };
  throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
}

type Provisioned = NonNullable<FunctionRecord['provisioned']>[number];

function listProvisioned({ provisioned = [] }: FunctionRecord): Provisioned[] {
  return provisioned;
}

function describe({ count, modified }: Provisioned): object {
  return {
    RequestedProvisionedConcurrentExecutions: count,
    AvailableProvisionedConcurrentExecutions: count,
    AllocatedProvisionedConcurrentExecutions: count,
    Status: 'READY',
    LastModified: modified,
  };
}
