/** What a function gives that cannot come home: its result, functions in it, the steps of a generator. */

import type { FunctionFacts, FunctionId, Reason } from '../types.ts';
import { bringsOnlyKnown, takesOnlyData } from './brief.ts';
import { findForeignClass } from './foreign-classes.ts';
import { findLeavers, findMadeClass } from './leaving.ts';
import type { Program } from './program.ts';
import { findReached } from './reached.ts';
import {
  reasonForeignClass,
  reasonGenerator,
  reasonReturnsFunction,
  reasonReturnsLate,
  reasonReturnsOnce,
  reasonShape,
  reasonYieldsFunction,
} from './reasons.ts';
import { isRepeatable, mayHoldFunctions, takesFunctions } from './receiver.ts';
import { findAnyObstacle, holdsFunction, mayBeFunction } from './shapes.ts';

export function findStuckResult(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId>,
  isTried: boolean,
): Reason[] {
  const obstacle = findAnyObstacle(fn.returns);
  if (obstacle) return [reasonShape(fn, 'the result', obstacle.type, obstacle.reason)];
  const stuck = findStuckFunction(program, fn, pinned, isTried);
  if (stuck) return [stuck];
  const foreign = findForeignClass(program, fn.returns);
  return foreign ? [reasonForeignClass(fn, 'the result', foreign.name, foreign.why)] : [];
}

/** A function in the result that cannot come home; or any, where a call cannot run here after all. */
function findStuckFunction(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId>,
  isTried: boolean,
): Reason | undefined {
  const holds = holdsFunction(fn.returns);
  if (!holds && !fn.isGenerator) return undefined;
  const reached = findReached(program, [fn]);
  const leavers = findLeavers(program, [fn], reached, pinned);
  const stuck = leavers.find(({ isCertain, why }) => isCertain && why !== undefined);
  if (stuck?.why !== undefined) return reasonReturnsFunction(fn, stuck.fn, stuck.why);
  if (fn.isGenerator) {
    return isTried || bringsOnlyKnown(program, fn, pinned) ? undefined : reasonYieldsFunction(fn);
  }
  const cls = mayBeFunction(fn.returns) ? findMadeClass(program, reached) : undefined;
  if (cls) return reasonReturnsFunction(fn, cls, 'it is a class that every call makes anew');
  const isGiven = takesFunctions(program, fn) || !mayHoldFunctions(program, fn);
  const lasting = fn.effects.find((effect) => !isRepeatable(program, { ...fn, effects: [effect] }, isGiven));
  if (lasting) return reasonReturnsOnce(fn, lasting);
  return fn.returnsPromise && !fn.isAsync ? reasonReturnsLate(fn) : undefined;
}

/** What its steps bring has to cross. Parameters are bound when it is called. */
export function findStuckSteps(program: Program, fn: FunctionFacts, isTried: boolean): Reason[] {
  if (!fn.isGenerator) return [];
  const isSure = isTried || takesOnlyData(program, fn);
  const early = fn.params.find((param) => param.impureDefault);
  const pattern = fn.params.find(({ form, name }) => form === 'pattern' && (fn.usesArguments || /\]\s*:/.test(name)));
  return [
    ...(isSure ? [] : [reasonGenerator(fn, 'uses what next() brings, which may be something that cannot cross')]),
    ...(early
      ? [reasonGenerator(fn, `makes the default value of ${early.name} when it is called, before it runs`)]
      : []),
    ...(pattern ? [reasonGenerator(fn, `takes apart ${pattern.name} when it is called, before it runs`)] : []),
  ];
}
