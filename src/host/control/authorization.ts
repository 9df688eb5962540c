/** Who a request says it comes from. Nothing of it is proven before its signature is. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';

export interface Key {
  secret: string;
  /** Of keys that are given out for some time. */
  token?: string;
  /** Who has it; not for those that this server has made for itself. */
  caller?: Caller;
}

/** An account that calls. */
export interface Caller {
  name: string;
  /** Calls that it may have under way at once, and has. */
  concurrency: number;
  running: number;
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
  if (key && (key.token === undefined || isSame(key.token, `${headers['x-amz-security-token'] ?? ''}`)))
    return { given, key };
  throw denied('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

/** The account that has this secret, and this id if one is given. All are looked at: the time that it takes says nothing. */
export function findHolder(keys: Keys, given: { id?: string; secret: string }): Caller | undefined {
  let found: Caller | undefined;
  for (const [id, { secret, token, caller }] of keys) {
    const isRight = isSame(secret, given.secret) && (given.id === undefined || id === given.id);
    if (isRight && token === undefined) found = caller;
  }
  return found;
}

/** Takes the same time whatever is in the texts. */
export function isSame(left: string, right: string): boolean {
  const [one, other] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** One of the calls that it may have under way, to be given back once or more often; undefined if it has all of them. */
export function takeTurn(caller: Caller | undefined): (() => void) | undefined {
  if (!caller) return () => {};
  if (caller.running >= caller.concurrency) return undefined;
  caller.running++;
  let taken = 1;
  return () => {
    caller.running -= taken;
    taken = 0;
  };
}

export function denied(type: string, message: string): ApiError {
  return new ApiError(403, type, message);
}
