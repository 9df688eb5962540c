import type { FunctionFacts, FunctionId, Reason, Settings } from '../types.ts';
import { isBrief } from './brief.ts';
import { isClosure } from './captured.ts';
import { findClosureObstacle } from './closures.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import {
  reasonMixedModes,
  reasonMixesPromises,
  reasonNested,
  reasonNoFallback,
  reasonObjectThis,
  reasonPromiseThrows,
  reasonSharedWhileWaiting,
  reasonTextRead,
  reasonTypeUnwritten,
  reasonUnreachable,
} from './reasons.ts';
import { findOwnObject } from './receiver.ts';
import { findStuckResult, findStuckSteps } from './stuck-results.ts';
import {
  findChangedFunctions,
  findHiddenState,
  findStuckBytes,
  findStuckErrors,
  findStuckParameters,
  findStuckSelf,
  findStuckState,
} from './stuck-values.ts';
import { findPrintedChanges, findTies } from './ties.ts';
import { findChangeable, findOtherStrand, findShared, isWaiting } from './waiting.ts';

/** Everything that keeps a function here, whatever the user asked for. None: it can move. */
export function findObstacles(
  program: Program,
  fn: FunctionFacts,
  settings: Settings,
  pinned: ReadonlySet<FunctionId> = new Set(),
): Reason[] {
  const isTried = settings.bodies !== 'drop' && isBrief(program, fn);
  return [
    ...findWrongForm(program, fn, settings, pinned),
    ...(fn.textRead ? [reasonTextRead(fn, fn.textRead)] : []),
    ...findTies(program, fn, settings, isTried),
    ...findMixedModes(program, fn),
    ...findPrintedChanges(program, fn),
    ...findStuckState(program, fn, isTried),
    ...findHiddenState(program, fn, pinned),
    ...findStuckBytes(program, fn),
    ...findStuckSelf(program, fn),
    ...findStuckParameters(program, fn),
    ...findChangedFunctions(program, fn),
    ...findStuckResult(program, fn, pinned, isTried),
    ...findStuckErrors(program, fn),
    ...findStuckSteps(program, fn, isTried),
    ...findRaces(program, fn, settings),
    ...(settings.bodies === 'drop' && fn.resultType === null ? [reasonTypeUnwritten(fn)] : []),
  ];
}

function findWrongForm(
  program: Program,
  fn: FunctionFacts,
  settings: Settings,
  pinned: ReadonlySet<FunctionId>,
): Reason[] {
  if (isClosure(fn)) {
    const why = findClosureObstacle(program, fn, pinned) ?? findBare(settings);
    return why === undefined ? [] : [reasonStuckClosure(program, fn, why)];
  }
  const isStuck = fn.usesThis && !isGivenThis(fn) && !findOwnObject(program, fn);
  return isStuck ? [reasonObjectThis(fn)] : [];
}

function findBare({ bodies }: Settings): string | undefined {
  return bodies === 'drop' ? 'has nothing but its body to be found by' : undefined;
}

function reasonStuckClosure(program: Program, fn: FunctionFacts, why: string): Reason {
  if (fn.parent !== undefined) return reasonNested(fn, getFact(program.functions, fn.parent), why);
  return reasonUnreachable(fn, fn.reach.kind === 'none' ? `${fn.reach.reason}, and it ${why}` : why);
}

/** `this` is an instance of its class, or like an argument: `function total(this: Cart) { … }`. A method of a literal is part of what it gets. */
function isGivenThis(fn: FunctionFacts): boolean {
  return fn.cls !== undefined || fn.kind === 'declaration' || fn.kind === 'expression';
}

/** All code of a unit is in strict mode, or none of it. */
function findMixedModes(program: Program, fn: FunctionFacts): Reason[] {
  if (!program.mixesModes) return [];
  const isSloppy = ({ module }: FunctionFacts) => getFact(program.modules, module).isSloppy === true;
  const own = isSloppy(fn);
  const other = findReached(program, [fn]).find((one) => isSloppy(one) !== own);
  return other ? [reasonMixedModes(fn, other, own)] : [];
}

/** Promises that the cut would give at another time than the user's code; async code that could see what runs while it waits. */
function findRaces(program: Program, fn: FunctionFacts, settings: Settings): Reason[] {
  const thrown = fn.effects.find(({ kind, late }) => kind === 'throws' && !late);
  const givesPromise = fn.returnsPromise && !fn.isAsync;
  if (givesPromise && thrown) return [reasonPromiseThrows(thrown)];
  if (givesPromise && settings.fallback === 'local') return [reasonNoFallback(fn)];
  if (fn.mixesPromises) return [reasonMixesPromises(fn)];
  if (!isWaiting(program, fn, settings)) return [];
  const strand = findOtherStrand(program);
  const shared = strand && (findShared(program, fn) ?? findChangeable(program, fn));
  return strand && shared ? [reasonSharedWhileWaiting(fn, shared, strand)] : [];
}
