/**
 * Bytes that a module holds have no name of their own: a view of them that leaves a unit would be one of a copy, what is written
 * into them there would stay there, and what is given could not share them.
 */

import type { FunctionFacts, Shape, VariableFacts } from '../types.ts';
import { getFact, type Program } from './program.ts';
import { isOpen, listParts } from './shapes.ts';
import { findCarried } from './state.ts';

/** A module variable whose bytes something may show that comes home from a call: the result, or what the call changes. */
export function findBytesLetOut(program: Program, fn: FunctionFacts): VariableFacts | undefined {
  const held = fn.touches
    .map((id) => getFact(program.variables, id))
    .find(({ shape, isTable }) => !isTable && holdsBytes(shape));
  return held && listOutgoing(program, fn).some((shape) => holdsBytes(shape) || isOpen(shape)) ? held : undefined;
}

function listOutgoing(program: Program, fn: FunctionFacts): Shape[] {
  const { args, self } = fn.changes;
  const changed = fn.params.filter((_, index) => args === 'all' || args.includes(index));
  const object: Shape[] = self && fn.cls !== undefined ? [{ kind: 'class', id: fn.cls }] : [];
  const state = findCarried(program, fn).stateOut.map((id) => getFact(program.variables, id));
  return [fn.returns, ...object, ...[...changed, ...state].map(({ shape }) => shape)];
}

function holdsBytes(shape: Shape): boolean {
  return listParts(shape).some(isBytes);
}

function isBytes(shape: Shape): boolean {
  return shape.kind === 'builtin' && /^(ArrayBuffer|DataView|Buffer|\w+[0-9]\w*Array)$/.test(shape.name);
}
