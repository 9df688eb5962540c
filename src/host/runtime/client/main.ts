/**
 * Runs in every instance: a runtime client as Amazon's aws-lambda-ric, without its compiled part. Loads the handler, asks for
 * invocations one after the other and says what came of them.
 */

import { callBack, type Handler, takesCallback } from './callbacks.ts';
import { type Context, createContext } from './context.ts';
import { describeError } from './errors.ts';
import { loadHandler } from './load.ts';
import { logError, patchConsole, setRequest } from './logs.ts';
import { isStreaming, provideStreaming, type StreamingHandler, stream } from './streaming.ts';
import { ask, post } from './wire.ts';

/** Answers one invocation. */
type Work = (event: unknown, context: Context) => Promise<void>;

patchConsole();
provideStreaming();
void serve();

/** Ends with the process. Nothing keeps that alive in which a handler waits for what cannot come. */
async function serve(): Promise<void> {
  const work = await load();
  for (;;) await serveNext(work);
}

async function load(): Promise<Work> {
  const { _HANDLER: name = '', LAMBDA_TASK_ROOT: root = '' } = process.env;
  try {
    return toWork(await loadHandler(root, name));
  } catch (error) {
    logError('Init Error', error);
    await postError('init/error', error);
    process.exit(1);
  }
}

function toWork(handler: Handler | StreamingHandler): Work {
  if (isStreaming(handler)) return (event, context) => stream(handler, event, context);
  const call: (event: unknown, context: Context) => unknown = takesCallback(handler)
    ? (event, context) => callBack(handler, event, context)
    : handler;
  return (event, context) => answer(call, event, context);
}

async function answer(call: Handler, event: unknown, context: Context): Promise<void> {
  const path = `invocation/${context.awsRequestId}`;
  let body: string;
  try {
    body = toText(await call(event, context));
  } catch (error) {
    logError('Invoke Error', error);
    return postError(`${path}/error`, error);
  }
  await post(`${path}/response`, body);
}

async function serveNext(work: Work): Promise<void> {
  const { headers, body } = await ask();
  const context = createContext(headers);
  setRequest(context.awsRequestId);
  process.env._X_AMZN_TRACE_ID = context.xRayTraceId;
  await work(JSON.parse(body), context);
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    throw Object.assign(new Error('Unable to stringify response body'), { name: 'Runtime.JSONStringifyError' });
  }
}

async function postError(path: string, error: unknown): Promise<void> {
  const described = describeError(error);
  await post(path, JSON.stringify(described), { 'Lambda-Runtime-Function-Error-Type': described.errorType });
}
