/** Handlers that give their result to a callback: they go up to Node 22, and are refused from Node 24 on. */
import type { Context } from './context.ts';
import { InitError } from './errors.ts';

export type Handler = (event: unknown, context: Context, callback?: Callback) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

const REFUSED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

export function takesCallback(handler: Handler): boolean {
  const [, major] = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '') ?? [];
  const isRefused = Number(major ?? Number.parseInt(process.versions.node, 10)) >= 24;
  if (isRefused && handler.length >= 3) throw new InitError('Runtime.CallbackHandlerDeprecated', REFUSED);
  return !isRefused;
}

/** The result is that of its promise, or what the callback is given: then when nothing is left to do, unless it says not to wait. */
export function callBack(handler: Handler, event: unknown, context: Context): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let settle = () => resolve(null);
    const end = () => {
      process.off('beforeExit', end);
      settle();
    };
    process.on('beforeExit', end);
    const done: Callback = (error, result) => {
      settle = error ? () => reject(error) : () => resolve(result);
      if (!context.callbackWaitsForEmptyEventLoop) end();
    };
    try {
      const given = handler(event, context, done) as PromiseLike<unknown> | undefined;
      if (typeof given?.then !== 'function') return;
      given.then(
        (result) => [done(null, result), end()],
        (error) => [done(error ?? 'null'), end()],
      );
    } catch (error) {
      process.off('beforeExit', end);
      reject(error);
    }
  });
}
