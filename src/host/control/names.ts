/** What functions are called: by name, by `name:qualifier`, by ARN with or without one. */
import { ApiError, notFound } from './api-error.ts';

/** There is one account here. */
export const ACCOUNT = '000000000000';
/** Of requests that name none: those without a signature. */
export const DEFAULT_REGION = 'us-east-1';
/** Of the units of an output folder, wherever they are asked for. */
export const HERE = 'local';
export const LATEST = '$LATEST';

export interface FunctionName {
  name: string;
  qualifier?: string;
}

const NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):function:|(?:(\d{12}):)?(?:function:)?)([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;
const LONGEST_NAME = 256;

export function parseName(given: string, region: string): FunctionName {
  const [found, ofRegion, ofAccount, account = ofAccount, name = '', qualifier] = NAME.exec(given) ?? [];
  if (found === undefined || given.length > LONGEST_NAME) throw refuseName(given);
  if (account !== undefined && account !== ACCOUNT) {
    throw new ApiError(403, 'AccessDeniedException', `There is no other account here than ${ACCOUNT}.`);
  }
  if (ofRegion !== undefined && ofRegion !== region && ofRegion !== HERE) {
    throw notFound(`Functions from '${ofRegion}' are not reachable in this region ('${region}')`);
  }
  return { name, ...(qualifier !== undefined && { qualifier }) };
}

function refuseName(given: string): ApiError {
  const constraint = `Member must satisfy regular expression pattern: ${NAME.source}`;
  const message = `1 validation error detected: Value '${given.slice(0, LONGEST_NAME)}' at 'functionName' failed to satisfy constraint: ${constraint}`;
  return new ApiError(400, 'ValidationException', message);
}

export function toFunctionArn(region: string, name: string, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
}

export function refuseUnknown(region: string, name: string, qualifier?: string): ApiError {
  return notFound(`Function not found: ${toFunctionArn(region, name, qualifier)}`);
}
