/** The code of a function that is deployed, as AWS Lambda gives it back. */
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { download, nameVariables, refuse } from '../providers/api/stored-code.ts';

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
  const memory = { runtime: Runtime, memory: MemorySize, timeout: Timeout, architecture: Architectures?.[0] };
  return {
    zip: (await download(Code.Location, name)).bytes,
    handler: Handler ?? 'index.handler',
    settings: { ...memory, ...nameVariables(Object.keys(Environment?.Variables ?? {})) },
    layers: Layers.flatMap(({ Arn }) => Arn ?? []),
  };
}
