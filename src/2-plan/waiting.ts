import type { FunctionFacts, Settings } from '../types.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import { formatPlace, listNames } from './reasons.ts';
import { changesAnything, hasSelf, takesFunctions } from './receiver.ts';
import { getClasses } from './shapes.ts';
import { findCarried } from './state.ts';

/** Its caller gets a promise, as the user wrote it. */
export function isAsynchronous(fn: FunctionFacts): boolean {
  return fn.isAsync || fn.returnsPromise;
}

/**
 * Other code may run between its start and its end. An async function that never waits runs to its end at once, and a
 * blocking call keeps it so; with `--calls async` nothing blocks, so it counts as waiting.
 */
export function isWaiting(program: Program, fn: FunctionFacts, settings: Settings): boolean {
  if (!isAsynchronous(fn)) return false;
  if (fn.hasAwait || fn.returnsPromise || settings.calls === 'async') return true;
  if (fn.effects.some(({ kind }) => kind === 'timers' || kind === 'net')) return true;
  return fn.calls.some((call) => call.targets.some((id) => isAsynchronous(getFact(program.functions, id))));
}

/** What may run while `fn` waits, in words; undefined in a program with a single strand of control. */
export function findOtherStrand(program: Program, fn: FunctionFacts): string | undefined {
  const [started] = program.analysis.concurrency;
  if (started) return `what is started and not waited for at ${formatPlace(started)}`;
  return fn.escapes ? 'callers outside the program' : undefined;
}

/** What `fn` has in common with code that runs while it waits, in words; undefined if it works on its own things. */
export function findShared(program: Program, fn: FunctionFacts): string | undefined {
  const { stateIn } = findCarried(program, fn);
  if (stateIn.length > 0) return listNames(stateIn.map(getQualifiedName));
  if (hasSelf(fn)) return 'its object';
  if (takesFunctions(fn)) return 'functions it is given';
  if (fn.effects.some(({ kind }) => kind === 'output')) return 'the output';
  if (changesAnything(fn)) return 'objects it is given and changes';
  const [instance] = fn.params.flatMap((param) => getClasses(param.shape));
  return instance && `an instance of ${getQualifiedName(instance)}`;
}
