import type { FunctionFacts, ParameterFacts, StepFacts } from '../types.ts';
import { findReached } from './crossing.ts';
import type { Program } from './program.ts';
import { changesAnything, hasSelf, takesFunctions } from './receiver.ts';
import { getParts } from './shapes.ts';

/** May run beside itself, and nobody can tell. */
export function isPure(fn: FunctionFacts): boolean {
  return fn.effects.every(({ kind }) => kind === 'throws') && !changesAnything(fn);
}

/**
 * A generator that takes the same steps whenever it is run again: it does nothing else, what it is given cannot change, and
 * what it gives nobody can tell from what it would give again.
 */
export function mayReplay(program: Program, fn: FunctionFacts): boolean {
  if (!fn.isGenerator || fn.isAsync || !isPure(fn) || hasSelf(fn) || takesFunctions(fn)) return false;
  if (!fn.params.every(isSettled)) return false;
  const isAlone = fn.returns.kind === 'primitive' || givesFresh(program, fn);
  return isAlone && listSteps(program, fn).every(({ sent, guarded }) => sent === undefined && !guarded);
}

/** Nobody but the caller holds what it gives. */
export function givesFresh(program: Program, fn: FunctionFacts): boolean {
  return fn.isGenerator && listSteps(program, fn).every(({ fresh }) => fresh);
}

/** Of the generators that it may run. */
function listSteps(program: Program, fn: FunctionFacts): StepFacts[] {
  return findReached(program, [fn]).flatMap(({ steps }) => steps ?? []);
}

/** Nothing that the caller could still change: primitives, also in a list or pattern of parameters. */
function isSettled({ shape, rest, form }: ParameterFacts): boolean {
  const parts = rest || form === 'pattern' ? getParts(shape) : [shape];
  return parts.every(({ kind }) => kind === 'primitive');
}
