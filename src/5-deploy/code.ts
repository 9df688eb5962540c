/** The code of a function that is deployed, as AWS Lambda gives it back. */
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { FaasifyError } from '../errors.ts';

export interface DeployedCode {
  zip: Buffer;
  handler: string;
  /** What is known of the function; of its environment the names only. */
  settings: Record<string, unknown>;
  /** Its layers: what lies in them is not in the zip. */
  layers: string[];
}

export async function readLambdaCode(lambda: LambdaClient, name: string, qualifier?: string): Promise<DeployedCode> {
  const { Code, Configuration = {} } = await lambda.send(
    new GetFunctionCommand({ FunctionName: name, ...(qualifier !== undefined && { Qualifier: qualifier }) }),
  );
  const { Handler, Runtime, PackageType, Layers = [], Environment, MemorySize, Timeout, Architectures } = Configuration;
  if (PackageType === 'Image') throw refuse(`${name} is an image`, 'Take its code out of the image.');
  if (Runtime !== undefined && !Runtime.startsWith('nodejs')) {
    throw refuse(`${name} runs on ${Runtime}`, 'Only code for Node.js can be pulled.');
  }
  if (!Code?.Location) throw refuse(`${name} is there, but not its code`, 'This server does not give code back.');
  const variables = Object.keys(Environment?.Variables ?? {}).sort();
  const memory = { runtime: Runtime, memory: MemorySize, timeout: Timeout, architecture: Architectures?.[0] };
  return {
    zip: await download(Code.Location, name),
    handler: Handler ?? 'index.handler',
    settings: { ...memory, ...(variables.length > 0 && { environment: variables }) },
    layers: Layers.flatMap(({ Arn }) => Arn ?? []),
  };
}

export function refuse(message: string, fix: string): FaasifyError {
  return new FaasifyError('pull', message, { fix });
}

const MAX = 50 * 1024 * 1024;

/** Of an address that a provider names: over a connection that others cannot read, and no more than a function may have. */
async function download(address: string, name: string): Promise<Buffer> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname));
  if (!url || !isSafe)
    throw refuse(`The code of ${name} lies at an address that is not safe`, 'It has to begin with https://.');
  const response = await fetch(url).catch((cause: unknown) => {
    throw new FaasifyError('provider-unreachable', `The code of ${name} cannot be fetched from ${url.host}`, { cause });
  });
  if (!response.ok)
    throw refuse(
      `The code of ${name} is refused by ${url.host}: HTTP ${response.status}`,
      'Try again: the address is good for ten minutes.',
    );
  return readBytes(response, name);
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
