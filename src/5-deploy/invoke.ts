/** One call of a deployed function. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

export interface InvokeRequest {
  name: string;
  qualifier?: string;
  payload: string;
}

export interface Invoked {
  payload: string;
  /** The function failed; the payload is what the provider says of it. */
  failed: boolean;
  /** The end of its log. */
  log: string;
  version: string | undefined;
}

export async function invoke(lambda: LambdaClient, { name, qualifier, payload }: InvokeRequest): Promise<Invoked> {
  const input = {
    FunctionName: name,
    Payload: Buffer.from(payload),
    LogType: 'Tail' as const,
    ...(qualifier !== undefined && { Qualifier: qualifier }),
  };
  const { Payload, FunctionError, LogResult = '', ExecutedVersion } = await lambda.send(new InvokeCommand(input));
  return {
    payload: Buffer.from(Payload ?? []).toString(),
    failed: FunctionError !== undefined,
    log: Buffer.from(LogResult, 'base64').toString(),
    version: ExecutedVersion,
  };
}
