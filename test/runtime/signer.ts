/** AWS's own package as the second opinion on signatures. */
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Signed {
  /** With its query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

function toBytes(secret: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof secret === 'string') return Buffer.from(secret);
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret);
}

/** SHA-256 as that package wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

/** The Authorization header that it would have made of the same request, of the headers that were signed. */
export async function signAgain(
  { path, headers, body }: Signed,
  region: string,
  credentials: Keys,
): Promise<string | undefined> {
  const { authorization = '', 'x-amz-date': date = '' } = headers;
  const names = /SignedHeaders=([^,]*)/.exec(`${authorization}`)?.[1]?.split(';') ?? [];
  const [pathname = '', search = ''] = path.split('?');
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: pathname,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(names.map((name) => [name, `${headers[name]}`])),
    body,
  };
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256: Sha256, applyChecksum: false });
  const signingDate = new Date(`${date}`.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  return (await signer.sign(request, { signingDate })).headers.authorization;
}
