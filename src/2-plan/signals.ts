import type { ClassFacts, ClassId, EffectFact, FunctionFacts } from '../types.ts';
import { listCaptured } from './captured.ts';
import type { Program } from './program.ts';
import { hasSelf } from './receiver.ts';
import { holdsSignal, isOpen } from './shapes.ts';

/** A signal may be somewhere in what a call of one of these functions brings. In a program that has none, none is. */
export function meetsSignals({ hasSignals }: Program, functions: readonly FunctionFacts[]): boolean {
  return (
    hasSignals && functions.some((fn) => hasSelf(fn) || listGiven(fn).some((one) => holdsSignal(one) || isOpen(one)))
  );
}

/** Classes of errors are what signals are aborted with, and what is thrown into generators, whoever may do so and wherever. */
export function listReasons({ analysis, hasSignals }: Program, functions: readonly FunctionFacts[]): ClassId[] {
  const isAborted = hasSignals && functions.some((fn) => listGiven(fn).some(holdsSignal));
  if (!isAborted && !functions.some((fn) => fn.steps?.interrupted)) return [];
  return analysis.classes.filter(isError).map(({ id }) => id);
}

/** A listener of a signal may be told when its function has ended, and then do what somebody else can see. */
export function mayListenLong(program: Program, fn: FunctionFacts, { subject = '' }: EffectFact): boolean {
  return subject.startsWith('AbortSignal.') && listInner(program, fn).some(reachesOut);
}

/** Functions written in it, but for callbacks that are called at once. */
function listInner({ children }: Pick<Program, 'children'>, { id }: FunctionFacts): FunctionFacts[] {
  const inner = children.get(id) ?? [];
  return [...inner.filter(({ isInline }) => !isInline), ...inner.flatMap((fn) => listInner({ children }, fn))];
}

function reachesOut({ effects }: FunctionFacts): boolean {
  return effects.some(({ kind }) => kind === 'net');
}

function listGiven(fn: FunctionFacts) {
  return [...fn.params.map(({ shape }) => shape), ...listCaptured(fn)];
}

/** What extends it comes along. */
function isError({ base }: ClassFacts): boolean {
  return base?.kind === 'builtin' && base.name.endsWith('Error');
}
