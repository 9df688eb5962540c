import type { ClassId, FunctionFacts, FunctionId, Shape, VariableFacts, VariableId } from '../types.ts';
import { isClosure, listCaptured } from './captured.ts';
import { getClosure, sortUnique } from './collections.ts';
import { findForeignPart } from './foreign-classes.ts';
import { findLeavers } from './leaving.ts';
import { findMentionedClasses } from './mentioned-classes.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import { findOwnObject, hasSelf } from './receiver.ts';
import { canHold, getClasses, isOpen, listObjects } from './shapes.ts';
import { listReasons } from './signals.ts';
import { findSites } from './sites.ts';
import { findCarried } from './state.ts';

/** What both sides of a unit must be able to name. */
export interface Named {
  classes: ClassId[];
  variables: VariableId[];
  sites: FunctionId[];
  leaving: FunctionId[];
}

export function findNamed(
  program: Program,
  entries: readonly FunctionFacts[],
  pinned: ReadonlySet<FunctionId> = new Set(),
): Named {
  const reached = findReached(program, entries);
  const sites = findSites(program, entries, reached, pinned);
  const leaving = findLeavers(program, entries, reached, pinned).flatMap(({ fn, why }) =>
    why === undefined ? [fn] : [],
  );
  const captured = leaving.flatMap((fn) => fn.site?.captures.map(({ shape }) => shape) ?? []);
  return {
    classes: findClasses(program, [...entries, ...sites], [...reached, ...sites], captured),
    variables: findVariables(program, [...entries, ...sites], captured),
    sites: sortUnique(sites.map((fn) => fn.id)),
    leaving: sortUnique(leaving.map((fn) => fn.id)),
  };
}

/** State that travels, and objects that are told apart from copies wherever they could be met. */
function findVariables(
  program: Program,
  functions: readonly FunctionFacts[],
  captured: readonly Shape[],
): VariableId[] {
  return sortUnique(
    functions.flatMap((fn) => {
      const { stateIn } = findCarried(program, fn);
      const isMet = createMeeting(program, fn, captured);
      const objects = fn.touches.filter((id) => isMet(getFact(program.variables, id)));
      const own = findOwnObject(program, fn);
      return [...stateIn, ...objects, ...(own ? [own.id] : [])];
    }),
  );
}

/** Which objects of modules, or parts of them, may come or go; `captured`: what goes home with functions that were made there. */
function createMeeting(
  program: Program,
  fn: FunctionFacts,
  captured: readonly Shape[],
): (variable: VariableFacts) => boolean {
  const crossing = [...fn.params.map((param) => param.shape), fn.returns, ...captured];
  const isOpenTo =
    hasSelf(fn) ||
    (fn.site?.captures.length ?? 0) > 0 ||
    findCarried(program, fn).stateIn.length > 0 ||
    mayThrowObjects(program, fn);
  return ({ hasIdentity, shape }) => {
    if (!hasIdentity) return false;
    if (isOpenTo || shape.kind === 'primitive') return true; // a symbol
    const held = [shape, ...listObjects(shape)];
    return crossing.some((one) => held.some((part) => canHold(one, part)));
  };
}

/** What no type tells. */
function mayThrowObjects(program: Program, fn: FunctionFacts): boolean {
  return fn.effects.some(
    ({ kind, subject }) => kind === 'throws' && (subject === undefined || program.classes.has(subject)),
  );
}

/**
 * Classes whose instances may arrive or leave: those of the shapes, with what extends them, and, where a shape is open
 * or an object holds what no shape tells, every class that the code of the unit mentions; likewise where something is thrown.
 */
function findClasses(
  program: Program,
  entries: readonly FunctionFacts[],
  reached: readonly FunctionFacts[],
  captured: readonly Shape[],
): ClassId[] {
  const known = [...entries.flatMap((fn) => getOwnClasses(program, fn)), ...captured.flatMap(getClasses)];
  const isOpenUnit = entries.some((fn) => isOpenCut(program, fn)) || captured.some(isOpen);
  const throws = entries.some((fn) => fn.effects.some(({ kind }) => kind === 'throws'));
  // What a closure names it may throw or return, whatever its type says.
  const mentioned = isOpenUnit || throws || entries.some(isClosure) ? findMentionedClasses(program, reached) : [];
  const start = [...known, ...mentioned.map((cls) => cls.id), ...listReasons(program, entries)];
  const closure = getClosure(start, (id) => {
    const cls = getFact(program.classes, id);
    const base = cls.base?.kind === 'program' ? [cls.base.id] : [];
    const held = (cls.imported?.fields ?? []).flatMap(getClasses);
    return [...cls.subclasses, ...base, ...held, ...(isOpenUnit ? program.classMentions(id) : [])];
  });
  return sortUnique([...closure].filter((id) => isShipped(program, id) && findForeignPart(program, id) === undefined));
}

/** What tests are made of is in no unit. */
function isShipped(program: Program, id: ClassId): boolean {
  return !getFact(program.modules, getFact(program.classes, id).module).isTest;
}

function getOwnClasses(program: Program, fn: FunctionFacts): ClassId[] {
  const self = hasSelf(fn) && fn.cls !== undefined ? [fn.cls] : [];
  const state = findCarried(program, fn).stateIn.map((id) => getFact(program.variables, id).shape);
  const captured = fn.site?.captures.map((capture) => capture.shape) ?? [];
  return [
    ...self,
    ...[...fn.params.map((param) => param.shape), fn.returns, ...state, ...captured].flatMap(getClasses),
  ];
}

function isOpenCut(program: Program, fn: FunctionFacts): boolean {
  const state = findCarried(program, fn).stateIn.map((id) => getFact(program.variables, id).shape);
  const shapes = [...fn.params.map((param) => param.shape), fn.returns, ...state, ...listCaptured(fn)];
  return hasSelf(fn) || shapes.some(isOpen);
}
