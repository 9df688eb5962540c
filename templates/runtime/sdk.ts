/** Calls through the SDK of AWS, as the app has it or faasify; what is not for AWS goes as it would without. */
import type { InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { type Ask, type Invoking, invoke, type Response } from './invoke-api.ts';
import { CredentialsError } from './invoke-url.ts';
import { TRAVEL_TIME } from './invoking.ts';
import type { Failure, Unit } from './line.ts';

type Sdk = typeof import('@aws-sdk/client-lambda');

let sdk: Promise<Sdk> | undefined;
const clients = new Map<string, LambdaClient>();

export const sendBySdk: Ask = async (unit, request, calling, onSent) => {
  if (!unit.signing || !unit.deployed) return invoke(unit, request, calling, onSent);
  sdk ??= loadSdk();
  const loaded = await sdk;
  const client = findClient(loaded, unit);
  onSent();
  try {
    return toResponse(await send(loaded, client, { unit, request, calling }));
  } catch (error) {
    return explain(unit, error);
  }
};

/** The program must not see what the SDK has to say of this Node; variables of a thread are its own. */
async function loadSdk(): Promise<Sdk> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    return await import('@aws-sdk/client-lambda');
  } catch {
    throw new CredentialsError("install @aws-sdk/client-lambda in the app, which clientTransport: 'sdk' is to use");
  }
}

/** One for each address and each set of keys; without keys it looks for them in AWS's order. What is tried again is the stub's choice. */
function findClient({ LambdaClient: Client }: Sdk, { endpoint, signing }: Unit): LambdaClient {
  const key = JSON.stringify([endpoint, signing]);
  const { region, credentials } = signing ?? {};
  const found =
    clients.get(key) ??
    new Client({
      maxAttempts: 1,
      ...(endpoint && { endpoint }),
      ...(region && { region }),
      ...(credentials && { credentials }),
    });
  clients.set(key, found);
  return found;
}

interface Sending {
  unit: Unit;
  request: string;
  calling: Invoking;
}

function send({ InvokeCommand }: Sdk, client: LambdaClient, { unit, request, calling }: Sending) {
  const { deployed, timeout } = unit;
  const command = new InvokeCommand({
    FunctionName: deployed?.name,
    Qualifier: deployed?.alias,
    Payload: Buffer.from(request),
  });
  const { trace } = calling;
  if (trace) {
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amzn-trace-id'] = trace;
        return next(args);
      },
      { step: 'build' },
    );
  }
  return client.send(command, { abortSignal: AbortSignal.timeout(timeout * 1000 + TRAVEL_TIME) });
}

function toResponse({ StatusCode = 200, FunctionError, Payload }: InvokeCommandOutput): Response {
  return {
    status: StatusCode,
    headers: FunctionError ? { 'x-amz-function-error': FunctionError } : {},
    body: Payload?.transformToString() ?? '',
  };
}

/** There was no connection. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** An answer of the service is one, whatever the SDK makes of it. */
function explain({ endpoint, timeout }: Unit, error: unknown): Response | Failure {
  const { name = '', message = '', code, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && status >= 300) return { status, headers: {}, body: JSON.stringify({ message }) };
  if (name === 'CredentialsProviderError') {
    return { code: 'denied', message: `no credentials for ${endpoint}: ${message}`, mayHaveRun: false };
  }
  if (name === 'AbortError' || code === 'ETIMEDOUT') {
    return { code: 'timeout', message: `no answer from ${endpoint} within ${timeout} s`, mayHaveRun: true };
  }
  const mayHaveRun = !NEVER_SENT.has(code ?? '');
  return { code: 'unreachable', message: `cannot reach ${endpoint} (${code ?? message})`, mayHaveRun };
}

interface SdkError {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}
