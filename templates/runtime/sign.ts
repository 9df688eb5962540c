/** Signature Version 4 for what units send, in few bytes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
import { createHash, createHmac } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { CredentialsError } from './invoke-url.ts';
import type { Credentials, Unit } from './line.ts';

/** The headers of a POST with a signature, where one is wanted. Rejects without credentials, which a unit has in its environment. */
export async function signHeaders({ signing }: Unit, url: URL, body: Buffer): Promise<OutgoingHttpHeaders> {
  const headers = { host: url.host, 'content-type': 'application/json', 'content-length': body.length };
  if (!signing) return headers;
  if (!signing.credentials) throw new CredentialsError('there are none in the environment');
  return { ...headers, ...sign(signing.region, signing.credentials, url, body, new Date()) };
}

/** Path and query have to be in canonical form: encoded, and sorted. */
export function sign(
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { host, pathname, searchParams }: URL,
  body: Buffer,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replace(/[:-]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/lambda/aws4_request`;
  const signed: Record<string, string> = {
    'content-type': 'application/json',
    host,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const names = Object.keys(signed).join(';');
  // All services but S3 encode the path once more.
  const path = pathname.replaceAll('%', '%25');
  const request = ['POST', path, `${searchParams}`, lines.join(''), names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, hash(request)].join('\n');
  const key = [day, region, 'lambda', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`));
  const signature = hmac(key, text).toString('hex');
  const { host: _host, 'content-type': _type, ...added } = signed;
  const credential = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names}`;
  return { ...added, authorization: `AWS4-HMAC-SHA256 ${credential}, Signature=${signature}` };
}

function hash(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
