/** `export const handler = async (event, context) => result`, with a callback, with `context.succeed`, or streaming. */
import { Writable } from 'node:stream';
import { joinBytes, toBytes } from '../bytes.ts';
import {
  type Around,
  type Call,
  type HttpResult,
  isRecord,
  type Module,
  type Result,
  type Run,
  type Settings,
} from '../form.ts';
import { toGatewayEvent } from '../gateway.ts';
import { readHeaders } from '../headers.ts';
import { asEvent, findGatewayAnswer, readStatus } from '../meet.ts';
import { getFunction, type Handler } from '../pick.ts';
import { isThenable, openSettling, type Settling } from '../settle.ts';

const STREAMING = Symbol.for('faasify.convert.streaming');
const METADATA = Symbol.for('faasify.convert.metadata');

/** What handlers know as `awslambda`. Providers that are built on Lambda have one of their own. */
Object.assign(globalThis, {
  $awslambda: {
    streamifyResponse: (handler: Handler) => Object.assign(handler, { [STREAMING]: true }),
    HttpResponseStream: {
      from: (stream: Writable, metadata: unknown) => Object.assign(stream, { [METADATA]: metadata }),
    },
  },
});

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFunction(module, settings.handler);
  return async (call) => {
    const isRequest = call.kind === 'http' && settings.event === 'http';
    const event = isRequest ? toGatewayEvent(call, settings.name) : asEvent(call);
    if (Reflect.get(handler, STREAMING) === true) return callStreaming(handler, event, call, settings);
    return toResult(await callBuffered(handler, event, call, settings));
  };
}

function toResult(value: unknown): Result {
  return findGatewayAnswer(value) ?? { kind: 'value', value: value === undefined ? null : value };
}

/**
 * Without a promise the callback counts, or `context.succeed`. Lambda waits for either until nothing more can happen; a
 * handler that takes no callback and names none of those members will call neither.
 */
async function callBuffered(handler: Handler, event: unknown, call: Around, settings: Settings): Promise<unknown> {
  const settling = openSettling<unknown>();
  const callback = (error: unknown, value: unknown) =>
    error === undefined || error === null ? settling.succeed(value) : settling.fail(error);
  const asked = { forDone: false };
  const context = makeContext(call, settings, settling, asked);
  const returned: unknown = handler(event, context, callback);
  if (isThenable(returned)) return Promise.race([returned, settling.done.then(never, rethrow)]);
  const mayCallBack = handler.length > 2 || asked.forDone || settings.waits;
  return mayCallBack ? settling.done : Promise.race([settling.done, Promise.resolve(null)]);
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function rethrow(error: unknown): never {
  throw error;
}

function makeContext(
  call: Around,
  { name, timeout }: Settings,
  settling: Settling<unknown>,
  asked: { forDone: boolean },
) {
  const { env } = process;
  const end = call.deadline ?? Date.now() + timeout * 1000;
  const done = (error: unknown, value: unknown) => (error ? settling.fail(error) : settling.succeed(value));
  const ask = <T>(member: T): T => {
    asked.forDone = true;
    return member;
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...{ functionName: name, functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST' },
    ...{ awsRequestId: call.id, invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}` },
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '128',
    ...{ logGroupName: `/aws/lambda/${name}`, logStreamName: call.id },
    ...{ identity: undefined, clientContext: undefined },
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    get done() {
      return ask(done);
    },
    get succeed() {
      return ask((value: unknown) => settling.succeed(value));
    },
    get fail() {
      return ask((error: unknown) => settling.fail(error));
    },
  };
}

/** The stream is gathered; its end is the answer. */
async function callStreaming(handler: Handler, event: unknown, call: Call, settings: Settings): Promise<HttpResult> {
  const settling = openSettling<unknown>();
  const parts: Uint8Array[] = [];
  let type: string | undefined;
  const stream = new Writable({
    write(chunk: unknown, _encoding, done) {
      parts.push(toBytes(chunk));
      done();
    },
  });
  const setContentType = (given: string) => {
    type = given;
  };
  Object.assign(stream, { setContentType });
  const ended = new Promise<void>((resolve, reject) => stream.once('finish', resolve).once('error', reject));
  ended.catch(() => {}); // the handler may have failed first
  const run: unknown = handler(event, stream, makeContext(call, settings, settling, { forDone: false }));
  await run;
  await ended;
  const metadata: unknown = Reflect.get(stream, METADATA);
  const { statusCode, headers, cookies } = isRecord(metadata) ? metadata : {};
  const set = Array.isArray(cookies) ? cookies.map((one): [string, string] => ['set-cookie', String(one)]) : [];
  const typed: [string, string][] = [['content-type', type ?? 'application/octet-stream']];
  const given = [...readHeaders(headers), ...set];
  const hasType = given.some(([name]) => name === 'content-type');
  return {
    kind: 'http',
    status: readStatus(statusCode),
    headers: hasType ? given : [...given, ...typed],
    body: joinBytes(parts),
  };
}
