import type { Analysis, CallFacts, FunctionFacts, FunctionId, ModuleId, Plan, Span } from '../types.ts';

/** The functions that the rewriting touched, and what is known of their uses. */
export interface Edited {
  analysis: Analysis;
  functions: FunctionFacts[];
  coloured: ReadonlySet<FunctionId>;
}

export function indexEdited(analysis: Analysis, plan: Plan): Edited {
  const coloured = new Set(plan.modules.flatMap((module) => module.coloured));
  const touched = new Set([...coloured, ...plan.modules.flatMap((module) => module.cuts)]);
  return { analysis, functions: analysis.functions.filter((fn) => touched.has(fn.id)), coloured };
}

/**
 * The functions without whose rewriting an error would not be there, as far as one can tell: the one it is in, and those
 * whose calls have become promises around it; else those used there, those of the module, those it imports.
 */
export function blame(edited: Edited, file: string, position: number): FunctionId[] {
  const module = edited.analysis.modules.find((candidate) => candidate.file === file);
  if (!module) return edited.functions.map((fn) => fn.id);
  const around = findInnermost(edited, module.id, position);
  const used = findUsed(edited, module.id, position);
  const coloured = used.filter((id) => edited.coloured.has(id));
  if (around) return [...new Set([around, ...coloured])];
  if (used.length > 0) return used;
  const own = edited.functions.filter((fn) => fn.module === module.id).map((fn) => fn.id);
  if (own.length > 0) return own;
  const targets = new Set(module.statements.map((statement) => statement.target));
  return edited.functions.filter((fn) => targets.has(fn.module)).map((fn) => fn.id);
}

function findInnermost({ functions }: Edited, module: ModuleId, position: number): FunctionId | undefined {
  const around = functions.filter((fn) => fn.module === module && contains(fn.span, position));
  return around.sort((a, b) => b.span.start - a.span.start)[0]?.id;
}

/** Edited functions that are called, or used as values, in the statement or expression at `position`. */
function findUsed({ analysis, functions }: Edited, module: ModuleId, position: number): FunctionId[] {
  const statement = analysis.modules
    .find((candidate) => candidate.id === module)
    ?.statements.find(({ span }) => contains(span, position));
  const calls = [...analysis.topCalls, ...analysis.functions.flatMap((fn) => fn.calls)].filter(
    (call) => call.module === module && isNear(call, position, statement?.span),
  );
  const called = new Set(calls.flatMap((call) => call.targets));
  return functions
    .filter(({ id, valueUses }) => {
      const isValue = valueUses.some((use) => use.module === module && isAround(use.span, position));
      return called.has(id) || isValue;
    })
    .map((fn) => fn.id);
}

/** The call holds the position, or begins where the complaint is about its result. */
function isNear(call: CallFacts, position: number, statement: Span | undefined): boolean {
  if (contains(call.span, position) || isAround(call.span, position)) return true;
  return call.caller === undefined && statement !== undefined && contains(statement, call.span.start);
}

function contains(span: Span, position: number): boolean {
  return span.start <= position && position < span.end;
}

const NEAR = 80;

function isAround(span: Span, position: number): boolean {
  return contains({ start: span.start - NEAR, end: span.end + NEAR }, position);
}
