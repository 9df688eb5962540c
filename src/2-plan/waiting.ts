import type { FunctionFacts, Settings, SiteCapture, Strand } from '../types.ts';
import { listCaptures } from './captured.ts';
import { findChange } from './changes.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import { formatPlace, listSome } from './reasons.ts';
import { changesAnything, hasSelf, takesFunctions } from './receiver.ts';
import { getClasses, holdsFunction } from './shapes.ts';
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

/** Where something may go on while something else waits; undefined in a program with a single strand of control. */
export function findOtherStrand({ analysis }: Program): Strand | undefined {
  return analysis.concurrency[0];
}

/** What `fn` has in common with code that runs while it waits, in words; undefined if it works on its own things. */
export function findShared(program: Program, fn: FunctionFacts): string | undefined {
  const { stateIn } = findCarried(program, fn);
  if (stateIn.length > 0) return listSome(stateIn.map(getQualifiedName));
  if (hasSelf(fn)) return 'its object';
  const captured = listCaptures(fn).find((capture) => isShared(program, fn, capture));
  if (captured) return `its ${captured.name}`;
  if (takesFunctions(program, fn)) return 'functions it is given';
  if (fn.effects.some(({ kind }) => kind === 'output')) return 'the output';
  if (changesAnything(fn)) return 'objects it is given and changes';
  const [instance] = fn.params.flatMap((param) => getClasses(param.shape));
  return instance && `an instance of ${getQualifiedName(instance)}`;
}

/** A variable around it may get another value, or what it holds may change, while it waits. */
function isShared(program: Program, fn: FunctionFacts, { name, shape }: SiteCapture): boolean {
  const known = fn.captures.find((capture) => capture.name === name);
  if (!known || known.written) return true;
  return holdsFunction(shape) || findChange(program.analysis.changed, shape) !== undefined;
}

/** A parameter that it may read after it has waited, of a kind that is changed somewhere, in words. */
export function findChangeable({ analysis: { changed } }: Program, fn: FunctionFacts): string | undefined {
  for (const { name, shape, readLate } of fn.params) {
    if (!readLate) continue;
    const at = findChange(changed, shape);
    if (at) return `${name}, of a kind that is changed at ${formatPlace(at)},`;
  }
  return undefined;
}
