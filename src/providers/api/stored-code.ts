/** The code of functions that are deployed, as the APIs of providers give it back. */
import { FaasifyError } from '../../errors.ts';

export interface CodeRequest {
  /** At the provider. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** Where what the API needs may be installed; absolute. */
  folder: string;
}

export interface StoredCode {
  content: { zip: Buffer } | { files: StoredFile[] };
  /** `file.export`, or the export alone; undefined where the convention says it. */
  handler?: string;
  /** What is known of the function; of its environment the names only. */
  settings: Record<string, unknown>;
}

export interface StoredFile {
  /** From the folder of the function, with `/`. */
  path: string;
  bytes: Uint8Array;
}

/** Of the values that functions get, what they are called. */
export function nameVariables(names: readonly string[]): { environment?: string[] } {
  return names.length > 0 ? { environment: [...names].sort() } : {};
}

export function refuse(message: string, fix: string): FaasifyError {
  return new FaasifyError('pull', message, { fix });
}

export function refuseUnknown(name: string, fix: string): never {
  throw new FaasifyError('no-function', `There is no function ${name}`, { fix });
}

const MAX = 50 * 1024 * 1024;

/** Of an address that a provider names: over a connection that others cannot read, and no more than a function may have. */
export async function download(
  address: string,
  name: string,
  headers: Record<string, string> = {},
): Promise<{ bytes: Buffer; headers: Headers }> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname));
  if (!url || !isSafe)
    throw refuse(`The code of ${name} lies at an address that is not safe`, 'It has to begin with https://.');
  const response = await fetch(url, { headers }).catch((cause: unknown) => {
    throw new FaasifyError('provider-unreachable', `The code of ${name} cannot be fetched from ${url.host}`, { cause });
  });
  if (!response.ok)
    throw refuse(
      `The code of ${name} is refused by ${url.host}: HTTP ${response.status}`,
      'Try again: such an address is not good for long.',
    );
  return { bytes: await readBytes(response, name), headers: response.headers };
}

async function readBytes({ body }: Response, name: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > MAX) throw refuse(`The code of ${name} has more than 50 MB`, 'Give its zip to faasify convert by hand.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
