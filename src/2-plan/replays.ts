import type { FunctionFacts, FunctionId, ParameterFacts, Shape, StepFacts } from '../types.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import { changesAnything, hasSelf } from './receiver.ts';
import { getParts } from './shapes.ts';
import { isUnseen } from './surroundings.ts';

/** May run beside itself, and nobody can tell. */
export function isPure(fn: FunctionFacts): boolean {
  return fn.effects.every(isUnseen) && !changesAnything(fn);
}

/**
 * A generator that takes the same steps whenever it is run again: it does nothing else, what it is given cannot change, and
 * what it gives nobody can tell from what it would give again.
 */
export function mayReplay(program: Program, fn: FunctionFacts): boolean {
  if (!fn.isGenerator || fn.isAsync || !isPure(fn) || hasSelf(fn)) return false;
  if (!fn.params.every(isSettled) || fn.effects.some(({ kind }) => kind === 'zone')) return false;
  const isAlone = fn.returns.kind === 'primitive' || givesFresh(program, fn);
  const isGuarded = findReached(program, [fn]).some(({ steps }) => steps?.guarded);
  return isAlone && !isGuarded && listSent(program, fn).length === 0;
}

/** Nobody but the caller holds what it yields. */
export function givesFresh(program: Program, fn: FunctionFacts): boolean {
  return fn.isGenerator && listSteps(program, fn).every(({ fresh }) => fresh);
}

/** What may be sent to it, and is used; by others that it hands its steps to as well. */
export function listSent(program: Program, fn: FunctionFacts): Shape[] {
  return listSteps(program, fn).flatMap(({ sent }) => sent ?? []);
}

function listSteps(program: Program, fn: FunctionFacts): StepFacts[] {
  const stepsOf = (id: FunctionId) => getFact(program.functions, id).steps;
  const ids = getClosure([fn.id], (id) => stepsOf(id)?.delegates ?? []);
  return [...ids].flatMap((id) => stepsOf(id) ?? []);
}

/** Nothing that the caller could still change: primitives, also in a list or pattern of parameters. */
function isSettled({ shape, rest, form }: ParameterFacts): boolean {
  const parts = rest || form === 'pattern' ? getParts(shape) : [shape];
  return parts.every(({ kind }) => kind === 'primitive');
}
