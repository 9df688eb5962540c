/** What a function does that only this process can do: nothing that crosses makes up for it. */

import { rememberFor } from '../1-analyze/names/remember.ts';
import type { EffectFact, FunctionFacts, Reason, Settings } from '../types.ts';
import { findNamed } from './crossing.ts';
import { readsAnyEnvironment } from './environment.ts';
import { isOwnModule } from './loading.ts';
import type { Program } from './program.ts';
import { reasonPrintedChanges, reasonTie, type TieKind } from './reasons.ts';
import { changesAnything } from './receiver.ts';
import { mayListenLong } from './signals.ts';
import { canExitLater, isReadOfArgv, isUnseen } from './surroundings.ts';
import { isAsynchronous } from './waiting.ts';
import { mayReadText, mayStart } from './watched.ts';

/** One reason a kind: the first place is enough to see it, but what may happen is none where something is sure to. */
export function findTies(
  program: Program,
  fn: FunctionFacts,
  { bodies, strict }: Settings,
  isTried: boolean,
): Reason[] {
  const ties = new Map<TieKind, EffectFact>();
  const mayRunBack = fn.isGenerator ? isTried : bodies !== 'drop';
  for (const effect of fn.effects) {
    const kind = findTie(program, fn, effect, bodies !== 'drop' && !strict);
    if (kind === 'starts' && mayRunBack && mayStart(program, fn)) continue;
    if (kind === undefined) continue;
    const known = ties.get(kind);
    if (!known || (known.seen === 'maybe' && effect.seen !== 'maybe')) ties.set(kind, effect);
  }
  return [...ties].map(([kind, effect]) => reasonTie(kind, effect));
}

function findTie(program: Program, fn: FunctionFacts, effect: EffectFact, mayRunHere: boolean): TieKind | undefined {
  switch (effect.kind) {
    case 'env':
      return readsAnyEnvironment(effect) ? 'env' : undefined;
    case 'argv':
      return isReadOfArgv(effect) ? undefined : 'argv';
    case 'exit':
      return canExitLater(fn, effect) ? undefined : 'exit';
    case 'timers':
      if (!isAsynchronous(fn)) return 'timers';
      // Before other jobs if the main program calls it, behind them if another job does.
      return effect.subject === 'process.nextTick' ? 'ticks' : undefined;
    case 'starts':
      return isAsynchronous(fn) && !mayListenLong(program, fn, effect) ? undefined : 'starts';
    case 'function-text':
      return mayRunHere && mayReadText(program, fn) ? undefined : 'function-text';
    case 'loads':
      return mayRunHere && isOwnModule(program, effect) ? undefined : 'loads';
    case 'net':
      return isAsynchronous(fn) && !hasState(fn) ? undefined : 'net';
    case 'reads':
    case 'writes':
    case 'output':
    case 'cwd':
    case 'time':
    case 'random':
    case 'zone':
    case 'locale':
    case 'formats':
    case 'texts':
    case 'dates':
    case 'platform':
    case 'ambient':
    case 'callback':
    case 'throws':
      return undefined;
    default:
      return effect.kind;
  }
}

function hasState(fn: FunctionFacts): boolean {
  return fn.changes.self || fn.effects.some(({ kind }) => kind === 'reads' || kind === 'writes');
}

/** What is printed is printed here, when the call has ended: too late for a method that shows its object and does more than that. */
export function findPrintedChanges(program: Program, fn: FunctionFacts): Reason[] {
  const prints = fn.effects.find(({ kind, subject }) => kind === 'output' && subject?.startsWith('console.'));
  const changing = prints ? findChangingShows(program) : [];
  if (!prints || changing.length === 0) return [];
  const { classes } = findNamed(program, [fn]);
  const shows = changing.find(({ cls }) => cls === undefined || classes.includes(cls));
  return shows ? [reasonPrintedChanges(prints, shows)] : [];
}

const findChangingShows = rememberFor((program: Program) => program.analysis.functions.filter(isChangingShow));

/** `[inspect.custom]() { this.shown++; … }`; the name may be that of any symbol that is not one of the language. */
function isChangingShow(fn: FunctionFacts): boolean {
  const isShow = /^\[(?!Symbol\.(?!for\b))/.test(fn.name);
  return isShow && (changesAnything(fn) || !fn.effects.every(isUnseen));
}
