/** Functions whose calls may turn out to be of no use in a unit, which sees it when they end: they run again where they were made. */

import type { FunctionFacts } from '../types.ts';
import { isClosure } from './captured.ts';
import { isStartedFromOutside } from './entries.ts';
import type { Program } from './program.ts';
import { isRepeatable } from './receiver.ts';
import { isOpen } from './shapes.ts';
import { isAsynchronous } from './waiting.ts';

/** It may start something that nobody waits for, or not: that is seen call by call. */
export function mayStart(program: Program, fn: FunctionFacts): boolean {
  const starts = fn.effects.filter(({ kind }) => kind === 'starts');
  return starts.length > 0 && starts.every(({ seen }) => seen === 'maybe') && leavesNothing(program, fn);
}

/** That may be, or it may give a promise though its type does not say so. */
export function isWatched(program: Program, fn: FunctionFacts): boolean {
  if (fn.isGenerator) return false;
  return mayStart(program, fn) || (isOpen(fn.returns) && leavesNothing(program, fn));
}

/** It may read the text of a function, which in a unit is another one: that is seen call by call. */
export function mayReadText(program: Program, fn: FunctionFacts): boolean {
  const read = fn.effects.filter(({ kind }) => kind === 'function-text');
  return read.length > 0 && read.every(({ seen }) => seen === 'maybe') && comesBack(program, fn);
}

/** A call that has turned out to be of no use can be made where it came from. */
export function comesBack(program: Program, fn: FunctionFacts): boolean {
  if (fn.isGenerator || isAsynchronous(fn) || isStartedFromOutside(fn)) return false;
  return leavesOnlyReply(program, fn);
}

/** What goes on when it has ended comes to its end by itself, or never, and nobody can tell. */
export function leavesNothing(program: Program, fn: FunctionFacts): boolean {
  return !isAsynchronous(fn) && !isClosure(fn) && leavesOnlyReply(program, fn);
}

function leavesOnlyReply(program: Program, fn: FunctionFacts): boolean {
  // Functions that may arrive with a call do nothing that its reply does not bring home.
  return isRepeatable(program, fn, true) && fn.effects.every(({ kind }) => kind !== 'exit' && kind !== 'timers');
}
