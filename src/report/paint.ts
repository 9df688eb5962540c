import { Chalk, type ChalkInstance } from 'chalk';

/** Colours for one stream. */
export type Paint = ChalkInstance;

/** Colours only for people who look at it, and never against NO_COLOR. */
export function createPaint(isTerminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const isForced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const isForbidden = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return new Chalk({ level: !isForbidden && (isTerminal || isForced) ? 1 : 0 });
}
