/** The embedded host: as for AWS Lambda, but a reply that is there at once is given at once. */
import { createDispatch, type Dispatch, type Feature, type Functions } from '../runtime/dispatch.ts';

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

/** The handler of a unit that holds these functions. Features in this order: rich or tables, output, generators, restore, signals, surroundings, exit, late, lent. */
export function handle(functions: Functions, ...features: Feature[]): Dispatch {
  return createDispatch(functions, features);
}
