/** Signature Version 4, on the side that is called: who asks is who holds the secret of the key, and nothing was changed on the way. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ApiError } from './api-error.ts';
import { type Authorization, denied, isSame, type Key, readAuthorization } from './authorization.ts';

/** Milliseconds that clocks may differ. */
const MAX_SKEW = 5 * 60_000;

export interface SignedRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** `lambda` */
  service: string;
}

export async function checkSignature(
  { given, key }: { given: Authorization; key: Key },
  request: SignedRequest,
  now: number,
): Promise<void> {
  const time = readTime(request.headers['x-amz-date']);
  checkTime(time, now);
  checkSigned(given, request);
  const headers = Object.fromEntries(given.signedHeaders.map((name) => [name, `${request.headers[name] ?? ''}`]));
  const signer = new SignatureV4({
    ...{ service: given.service, region: given.region, sha256: Sha256, applyChecksum: false },
    credentials: { accessKeyId: given.id, secretAccessKey: key.secret },
  });
  const { method, url, body } = request;
  const signed = await signer.sign(
    {
      ...{ method, headers, body, protocol: url.protocol, hostname: url.hostname, path: url.pathname },
      query: readQuery(url.searchParams),
    },
    { signingDate: new Date(time), signableHeaders: new Set(given.signedHeaders) },
  );
  const right = readAuthorization({ authorization: signed.headers.authorization ?? '' })?.signature ?? '';
  if (!isSame(right, given.signature)) throw refuseSignature();
}

/** What is signed covers what counts: the right service on the right day, all that AWS reads, and the body as it came. */
function checkSigned({ service, date, signedHeaders }: Authorization, request: SignedRequest): void {
  const { headers, body } = request;
  if (service !== request.service) {
    throw denied('InvalidSignatureException', `Credential should be scoped to correct service: '${request.service}'.`);
  }
  if (!`${headers['x-amz-date']}`.startsWith(date)) {
    throw denied(
      'InvalidSignatureException',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
    );
  }
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (needed.some((name) => !signedHeaders.includes(name))) throw refuseSignature();
  const hash = headers['x-amz-content-sha256'];
  if (hash !== undefined && hash !== createHash('sha256').update(body).digest('hex')) throw refuseSignature();
}

/** `20261126T002000Z` → milliseconds since the epoch */
function readTime(text: unknown): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(`${text}`);
  const [, year, month, day, hour, minute, second] = parts ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (!Number.isNaN(time)) return time;
  throw denied('IncompleteSignatureException', "Authorization header requires existence of an 'X-Amz-Date' header.");
}

function checkTime(time: number, now: number): void {
  const [given, here] = [format(time), format(now)];
  if (time < now - MAX_SKEW) {
    throw denied(
      'InvalidSignatureException',
      `Signature expired: ${given} is now earlier than ${format(now - MAX_SKEW)} (${here} - 5 min.)`,
    );
  }
  if (time > now + MAX_SKEW) {
    throw denied(
      'InvalidSignatureException',
      `Signature not yet current: ${given} is still later than ${format(now + MAX_SKEW)} (${here} + 5 min.)`,
    );
  }
}

function format(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function readQuery(query: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

function refuseSignature(): ApiError {
  const text =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
  return denied('InvalidSignatureException', text);
}

/** As the signer wants its hashes; with a secret, of HMAC. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
