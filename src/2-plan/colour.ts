import type { FunctionFacts, FunctionId, Problem, Settings } from '../types.ts';
import { type Awaitable, findAwaitable } from './awaitable.ts';
import { isClosure } from './captured.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { describeStrand } from './reasons.ts';
import { findOtherStrand, isAsynchronous } from './waiting.ts';

export interface Question {
  program: Program;
  settings: Settings;
  /** Functions that must stay sync. */
  pinned: ReadonlySet<FunctionId>;
}

/** Which sync functions become async so that calls of moved ones can be awaited. */
export interface Colours {
  coloured: ReadonlySet<FunctionId>;
  awaitable: Awaitable;
  problems: Problem[];
}

/** Needed and possible: a moved sync function that may be async, and everything that then has to await it. */
export function findColours(entries: readonly FunctionFacts[], { program, settings, pinned }: Question): Colours {
  const awaitable = findAwaitable(program, pinned);
  const start = entries.filter((fn) => !isClosure(fn) && awaitable.functions.has(fn.id)).map((fn) => fn.id);
  const none = new Set<FunctionId>();
  const strand = findOtherStrand(program);
  if (settings.calls === 'blocking' || start.length === 0) return { coloured: none, awaitable, problems: [] };
  if (strand === undefined) return { coloured: spread(program, start), awaitable, problems: [] };
  const cause = `something may go on while a call waits (${describeStrand(strand)})`;
  if (settings.calls === 'auto') {
    const message = `Calls block instead of being awaited, because ${cause}.`;
    return { coloured: none, awaitable, problems: [{ code: 'calls-block', severity: 'note', message, at: strand }] };
  }
  const message = `With --calls async what used to be one step may be interrupted: ${cause}.`;
  const problem: Problem = { code: 'calls-interleave', severity: 'warning', message, at: strand };
  return { coloured: spread(program, start), awaitable, problems: [problem] };
}

/** Upwards from callee to caller; all of them may become async, or the callee could not. */
function spread(program: Program, start: readonly FunctionId[]): Set<FunctionId> {
  return getClosure(start, (id) =>
    [...(program.callsTo.get(id) ?? []), ...(program.loopsOf.get(id) ?? [])].flatMap(({ caller }) =>
      caller === undefined || isAsynchronous(getFact(program.functions, caller)) ? [] : [caller],
    ),
  );
}
