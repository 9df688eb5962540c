/** `awslambda.streamifyResponse`: handlers that write their answer piece by piece. */
import type { ClientRequest } from 'node:http';
import type { Context } from './context.ts';
import { describeError } from './errors.ts';
import { logError } from './logs.ts';
import { finish, open } from './wire.ts';

export type StreamingHandler = (event: unknown, stream: ResponseStream, context: Context) => unknown;

interface ResponseStream extends ClientRequest {
  setContentType(type: string): void;
}

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const TRAILERS = { type: 'Lambda-Runtime-Function-Error-Type', body: 'Lambda-Runtime-Function-Error-Body' };
const INTEGRATION = 'application/vnd.awslambda.http-integration-response';

/** What Lambda puts into the global scope. */
export function provideStreaming(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: StreamingHandler) => Object.assign(handler, { [STREAMING]: 'response' }),
      HttpResponseStream: { from: writePrelude },
    },
  });
}

export function isStreaming(handler: object): handler is StreamingHandler {
  return Reflect.get(handler, STREAMING) !== undefined;
}

/** Status, headers and cookies of an answer over HTTP, before the first piece of it. */
function writePrelude(stream: ResponseStream, prelude: unknown): ResponseStream {
  stream.setContentType(INTEGRATION);
  stream.write(JSON.stringify(prelude));
  stream.write(new Uint8Array(8));
  return stream;
}

export async function stream(handler: StreamingHandler, event: unknown, context: Context): Promise<void> {
  const outgoing = openStream(context.awsRequestId);
  const finished = finish(outgoing);
  finished.catch(() => {});
  try {
    const given = handler(event, outgoing, context) as PromiseLike<unknown> | undefined;
    if (typeof given?.then !== 'function') throw new Error('Streaming does not support non-async handlers.');
    await given;
    await finished;
  } catch (error) {
    logError('Invoke Error', error);
    const described = describeError(error);
    const body = Buffer.from(JSON.stringify(described)).toString('base64');
    outgoing.addTrailers({ [TRAILERS.type]: described.errorType, [TRAILERS.body]: body });
    outgoing.end();
    await finished.catch(() => {});
  }
}

function openStream(id: string): ResponseStream {
  const outgoing = open('POST', `invocation/${id}/response`, {
    'Lambda-Runtime-Function-Response-Mode': 'streaming',
    'Content-Type': 'application/octet-stream',
    'Transfer-Encoding': 'chunked',
    Trailer: Object.values(TRAILERS),
  });
  return Object.assign(outgoing, {
    setContentType: (type: string) => void outgoing.setHeader('Content-Type', type),
  });
}
