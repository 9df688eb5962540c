/** What a unit's handler is made with: `export const handler = handle({ 'trig#calculate': { run: calculate, params: ['values'] } });` */
import { createDispatch, type Dispatch, type Feature, type Functions } from './dispatch.ts';

export { claims } from './claims.ts';
export { closure } from './closure.ts';
export { exit } from './exit.ts';
export { generators, steps } from './generators.ts';
export { http } from './http.ts';
export { brief, late, watched } from './late.ts';
export { lent } from './lent.ts';
export { output } from './output.ts';
export { platform } from './platform.ts';
export { restore } from './restore.ts';
export { rich } from './rich.ts';
export { signals } from './signals.ts';
export { surroundings } from './surroundings.ts';
export { tables } from './tables.ts';
export { texts } from './texts.ts';
export { timed } from './timed.ts';
export { weak } from './weak.ts';
export { zone } from './zone.ts';

/**
 * The handler of a unit that holds these functions; a reply that is there at once is given at once. Features in this order: rich or
 * tables, output, generators, restore or weak, signals, surroundings, zone, platform, exit, late, texts, lent.
 */
export function handle(functions: Functions, ...features: Feature[]): Dispatch {
  return createDispatch(functions, features);
}
