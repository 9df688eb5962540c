/** AWS Lambda: `export const handler = handle({ 'trig#calculate': { run: calculate, params: ['values'] } });` */
import { createDispatch, type Feature, type Functions } from '../runtime/dispatch.ts';
import type { Reply } from '../runtime/protocol.ts';

export { claims } from '../runtime/claims.ts';
export { closure } from '../runtime/closure.ts';
export { exit } from '../runtime/exit.ts';
export { generators, steps } from '../runtime/generators.ts';
export { http } from '../runtime/http.ts';
export { late } from '../runtime/late.ts';
export { lent } from '../runtime/lent.ts';
export { output } from '../runtime/output.ts';
export { restore } from '../runtime/restore.ts';
export { rich } from '../runtime/rich.ts';
export { signals } from '../runtime/signals.ts';
export { surroundings } from '../runtime/surroundings.ts';
export { tables } from '../runtime/tables.ts';
export { timed } from '../runtime/timed.ts';

export type Handler = (event: unknown, context?: unknown) => Promise<Reply>;

/** The handler of a unit that holds these functions. Features in this order: rich or tables, output, generators, restore, signals, surroundings, exit, late, lent. */
export function handle(functions: Functions, ...features: Feature[]): Handler {
  const dispatch = createDispatch(functions, features);
  return async (event) => dispatch(event);
}
