import type { EffectFact, EffectKind, FunctionFacts, Surrounding } from '../types.ts';

/** What of the process around its caller a function looks at: that goes along with a call. */
export function listSurroundings(fn: FunctionFacts): Surrounding[] {
  const kinds: Surrounding[] = ['argv', 'clock', 'cwd'];
  return kinds.filter((one) =>
    fn.effects.some((effect) => effect.kind === one || (one === 'clock' && asksClock(effect))),
  );
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
