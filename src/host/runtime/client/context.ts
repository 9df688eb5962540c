/** The second argument of a handler. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
import type { IncomingHttpHeaders } from 'node:http';

export interface Context {
  awsRequestId: string;
  invokedFunctionArn: string;
  xRayTraceId: string;
  clientContext: unknown;
  functionName: string | undefined;
  functionVersion: string | undefined;
  memoryLimitInMB: string | undefined;
  logGroupName: string | undefined;
  logStreamName: string | undefined;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export function createContext(headers: IncomingHttpHeaders): Context {
  const read = (name: string) => `${headers[`lambda-runtime-${name}`] ?? ''}`;
  const clientContext = read('client-context');
  const deadline = Number(read('deadline-ms'));
  const { env } = process;
  return {
    awsRequestId: read('aws-request-id'),
    invokedFunctionArn: read('invoked-function-arn'),
    xRayTraceId: read('trace-id'),
    clientContext: clientContext === '' ? undefined : JSON.parse(clientContext),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
