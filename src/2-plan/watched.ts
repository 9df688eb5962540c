/** Functions whose calls may turn out to be of no use in a unit, which sees it when they end: they run again where they were made. */

import type { FunctionFacts } from '../types.ts';
import { isClosure } from './captured.ts';
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

/** What goes on when it has ended comes to its end by itself, or never, and nobody can tell. */
export function leavesNothing(program: Program, fn: FunctionFacts): boolean {
  if (isAsynchronous(fn) || isClosure(fn)) return false;
  // Functions that may arrive with a call do nothing that its reply does not bring home.
  return isRepeatable(program, fn, true) && fn.effects.every(({ kind }) => kind !== 'exit' && kind !== 'timers');
}
