/**
 * A run that has begun on the other side cannot go on here. Of a generator of which it is not known that every step can cross, a run is over
 * there only if it comes to its end at once, without giving anything before: whatever else it does is seen when nothing of it
 * has come home yet, and the run is made here.
 */

import type { EffectFact, FunctionFacts, FunctionId } from '../types.ts';
import { findLeavers } from './leaving.ts';
import type { Program } from './program.ts';
import { findReached } from './reached.ts';
import { rememberIn } from './remember.ts';
import { listSent } from './replays.ts';
import { findAnyObstacle, holdsFunction, isData, isOpen, isWeak } from './shapes.ts';
import { findCarried } from './state.ts';
import { leavesNothing, mayStart } from './watched.ts';

/** It crosses where it ends with its first step. */
export const isBrief = rememberIn((program, fn: FunctionFacts): boolean => {
  const mayEnd = fn.steps?.endsAtOnce === true;
  return mayEnd && leavesNothing(program, fn) && !isSteady(program, fn);
});

/** Whatever it meets half-way, it can go on where it is. */
function isSteady(program: Program, fn: FunctionFacts): boolean {
  return (
    !mayStart(program, fn) && !keepsWeak(program, fn) && takesOnlyData(program, fn) && bringsOnlyKnown(program, fn)
  );
}

function keepsWeak(program: Program, fn: FunctionFacts): boolean {
  return findCarried(program, fn).stateIn.some((id) => {
    const shape = program.variables.get(id)?.shape;
    return shape !== undefined && isWeak(shape);
  });
}

/** What `next(v)` brings is not used, or can cross whatever it is. */
export function takesOnlyData(program: Program, fn: FunctionFacts): boolean {
  return listSent(program, fn).every((sent) => isData(sent) && findAnyObstacle(sent) === undefined);
}

/** Its steps bring no functions, or only such as it has been given or as can be made here again: none has another origin. */
export function bringsOnlyKnown(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId> = new Set(),
): boolean {
  const reached = findReached(program, [fn]);
  const leavers = findLeavers(program, [fn], reached, pinned);
  if (!holdsFunction(fn.returns) && !leavers.some(({ isCertain }) => isCertain)) return true;
  const isClosed = ({ kind, subject }: EffectFact) => {
    const shape = kind === 'reads' && subject !== undefined ? program.variables.get(subject)?.shape : undefined;
    return kind === 'throws' || (shape !== undefined && !isOpen(shape) && !holdsFunction(shape));
  };
  if (!fn.effects.every(isClosed)) return false;
  return leavers.every(({ why }) => why === undefined) && reached.every(({ borrows }) => !borrows);
}
