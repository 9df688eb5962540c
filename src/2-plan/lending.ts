/** Functions that only a caller has, lent to calls that have no reason to call them. */

import { rememberFor } from '../1-analyze/names/remember.ts';
import type { ClassId, FunctionFacts, FunctionId, Span } from '../types.ts';
import { groupBy } from './collections.ts';
import { type Brought, isHarmless } from './harmless.ts';
import { findMentionedClasses } from './mentioned-classes.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import { isRepeatable, mayHoldFunctions } from './receiver.ts';
import { rememberIn } from './remember.ts';
import { holdsFunction, isOpen, mayBeFunction } from './shapes.ts';

/**
 * It calls nothing that it is given, as far as can be told, and could run again where it is called if it did: functions that
 * only its caller has may go along. One that is asked for is there to be called.
 */
export const mayBeLent = rememberIn(
  (program, fn: FunctionFacts): boolean => callsNone(program, fn) && tellsApart(program, fn),
);

function callsNone(program: Program, fn: FunctionFacts): boolean {
  if (fn.isAsync || fn.returnsPromise || !mayHoldFunctions(program, fn)) return false;
  if (fn.params.some(({ shape }) => mayBeFunction(shape))) return false;
  if (!fn.isGenerator) return isRepeatable(program, fn, false);
  // It could not begin anew: it has to be there for handing them on, and to call none.
  return holdsFunction(fn.returns) && fn.effects.every(({ kind }) => kind === 'throws' || kind === 'reads');
}

const NOTHING: Brought = { stateIn: new Set(), stateOut: new Set(), env: new Set() };

/** `codec.encode === identity`: all functions that are there anyway are known by their names, and so is one that arrives. */
function tellsApart(program: Program, fn: FunctionFacts): boolean {
  const reached = findReached(program, [fn]);
  if (reached.some((one) => one.namesForeign || one.touches.some((id) => mayHold(program, id)))) return false;
  return findMet(program, fn).every((one) => isHarmless(program, one, NOTHING));
}

function mayHold(program: Program, id: string): boolean {
  const { kind, shape, holdsFunction: isHolder = false } = getFact(program.variables, id);
  return isHolder || (kind !== 'enum' && (isOpen(shape) || holdsFunction(shape)));
}

/** Functions of the program that what a function runs has as values. */
export const findMet = rememberIn((program, fn: FunctionFacts): readonly FunctionFacts[] => {
  const { inFunction, inClass } = getMeetings(program);
  const reached = findReached(program, [fn]);
  const found = new Set(reached.flatMap(({ id }) => inFunction.get(id) ?? []));
  if (inClass.size > 0) {
    for (const { id } of findMentionedClasses(program, reached))
      for (const one of inClass.get(id) ?? []) found.add(one);
  }
  return [...found];
});

interface Meetings {
  inFunction: ReadonlyMap<FunctionId, FunctionFacts[]>;
  /** In its fields. */
  inClass: ReadonlyMap<ClassId, FunctionFacts[]>;
}

const getMeetings = rememberFor(findMeetings);

function findMeetings({ analysis }: Program): Meetings {
  const inFunction = new Map<FunctionId, FunctionFacts[]>();
  const inClass = new Map<ClassId, FunctionFacts[]>();
  const functions = groupBy(analysis.functions, ({ module }) => [module]);
  const classes = groupBy(analysis.classes, ({ module }) => [module]);
  for (const fn of analysis.functions) {
    if (fn.reach.kind === 'none') continue;
    for (const { kind, module, span } of fn.valueUses) {
      if (kind !== 'value') continue;
      const owner = findInnermost(functions.get(module) ?? [], span);
      if (owner) add(inFunction, owner.id, fn);
      const cls = findInnermost(classes.get(module) ?? [], span);
      if (!owner && cls) add(inClass, cls.id, fn);
    }
  }
  return { inFunction, inClass };
}

function findInnermost<T extends { span: Span }>(nodes: readonly T[], { start, end }: Span): T | undefined {
  const around = nodes.filter(({ span }) => span.start <= start && end <= span.end);
  return around.reduce<T | undefined>((best, one) => (best && isWithin(best.span, one.span) ? best : one), undefined);
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function add<K>(map: Map<K, FunctionFacts[]>, key: K, fn: FunctionFacts): void {
  const known = map.get(key);
  if (!known) map.set(key, [fn]);
  else if (!known.includes(fn)) known.push(fn);
}
