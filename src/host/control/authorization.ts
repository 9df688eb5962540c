/** Who a request says it comes from. Nothing of it is proven before its signature is. */
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';

export interface Key {
  secret: string;
  /** Of keys that are given out for some time. */
  token?: string;
}

/** By their id. */
export type Keys = ReadonlyMap<string, Key>;

/** What the header `authorization` says; nothing of it is proven. */
export interface Authorization {
  id: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/\s,]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;_-]+),\s*Signature=([0-9a-f]{64})$/;

export function readAuthorization({ authorization = '' }: IncomingHttpHeaders): Authorization | undefined {
  const [found, id = '', date = '', region = '', service = '', headers = '', signature = ''] =
    HEADER.exec(authorization) ?? [];
  return found === undefined ? undefined : { id, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** Before anything of the body is read. */
export function findKey(keys: Keys, headers: IncomingHttpHeaders): { given: Authorization; key: Key } {
  if (headers.authorization === undefined)
    throw denied('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const given = readAuthorization(headers);
  if (!given) throw denied('IncompleteSignatureException', 'The authorization header is none of Signature Version 4.');
  const key = keys.get(given.id);
  if (key && (key.token === undefined || key.token === headers['x-amz-security-token'])) return { given, key };
  throw denied('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

export function denied(type: string, message: string): ApiError {
  return new ApiError(403, type, message);
}
