/** AWS Lambda: `export const handler = handle({ 'trig#calculate': { run: calculate, params: ['values'] } });` */
import { createDispatch, type Feature, type Functions } from '../runtime/dispatch.ts';
import type { Reply } from '../runtime/protocol.ts';

export * from '../runtime/handle.ts';

export type Handler = (event: unknown, context?: unknown) => Promise<Reply>;

/** As for other providers, but always with a promise: without one, AWS waits for a callback. */
export function handle(functions: Functions, ...features: Feature[]): Handler {
  const dispatch = createDispatch(functions, features);
  return async (event) => dispatch(event);
}
