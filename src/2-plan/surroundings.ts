import type { EffectFact, EffectKind, FunctionFacts, Surrounding } from '../types.ts';

/** Effects that nobody else can see. */
const UNSEEN: ReadonlySet<EffectKind> = new Set(['throws', 'zone', 'locale', 'formats', 'texts', 'dates', 'platform']);

export function isUnseen({ kind }: EffectFact): boolean {
  return UNSEEN.has(kind);
}

/**
 * What of the process around its caller a function looks at, or one that may arrive with its calls: that goes along.
 * `meetsDates`: dates may be where it is that are neither in a request nor made by it.
 */
export function listSurroundings(functions: readonly FunctionFacts[], meetsDates: boolean): Surrounding[] {
  const effects = functions.flatMap((fn) => fn.effects);
  const has = (one: EffectKind) => effects.some(({ kind }) => kind === one);
  const shows = has('texts') && (meetsDates || has('dates'));
  const found: [Surrounding, boolean][] = [
    ['argv', has('argv')],
    ['clock', effects.some(asksClock)],
    ['cwd', has('cwd')],
    ['dates', has('texts') && !shows],
    ['formats', has('formats') && !has('locale') && !shows],
    ['locale', has('locale') || shows],
    ['platform', has('platform')],
    ['zone', has('zone') || shows],
  ];
  return found.filter(([, isTaken]) => isTaken).map(([one]) => one);
}

/** They are compared, not set: another process has its own, or can take on those of its caller. */
export function isOfZone(one: Surrounding): boolean {
  return one === 'zone' || one === 'locale' || one === 'formats' || one === 'dates';
}

/** `performance.now()`, `process.hrtime()`, `process.uptime()`; `console.time` measures within one call, or stays with its console. */
function asksClock({ kind, subject = '' }: EffectFact): boolean {
  return kind === 'time' && /(?:^|\.)(?:performance|hrtime|uptime)\b/.test(subject);
}

/** `process.argv` is read, and neither changed nor handed on. */
export function isReadOfArgv({ kind, subject }: EffectFact): boolean {
  return kind === 'argv' && subject === 'process.argv';
}

/** It may end the process. */
export function mayExit(fn: FunctionFacts): boolean {
  return fn.effects.some(({ kind }) => kind === 'exit');
}

/** What is done at once, and could be done although the process should have ended before. */
const OUTWARD: ReadonlySet<EffectKind> = new Set(['net', 'files', 'timers', 'process', 'input', 'package']);

/**
 * `process.exit` of a function whose every other effect is for the reply to bring home: over there the code behind it still
 * unwinds, and nobody sees it.
 */
export function canExitLater(fn: FunctionFacts, { subject }: EffectFact): boolean {
  return subject === 'process.exit' && !fn.effects.some(({ kind }) => OUTWARD.has(kind));
}
