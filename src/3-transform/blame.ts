import type { Analysis, FunctionFacts, FunctionId, ModuleFacts, ModuleId, Plan, Span } from '../types.ts';
import type { Expected, OriginalError } from './original-position.ts';

/** The functions that the rewriting touched, and what is known of their uses. */
export interface Edited {
  analysis: Analysis;
  functions: FunctionFacts[];
  coloured: ReadonlySet<FunctionId>;
  /** Marked where they are made, as values that may cross. */
  marked: ReadonlySet<FunctionId>;
  /** Written once more, to be made of what comes home. */
  made: ReadonlySet<FunctionId>;
}

export function indexEdited(analysis: Analysis, plan: Plan): Edited {
  const coloured = new Set(plan.modules.flatMap((module) => module.coloured));
  const marked = new Set(plan.modules.flatMap((module) => module.sites));
  const made = new Set(plan.modules.flatMap((module) => module.made));
  const touched = new Set([...coloured, ...marked, ...plan.modules.flatMap((module) => module.cuts)]);
  return { analysis, functions: analysis.functions.filter((fn) => touched.has(fn.id)), coloured, marked, made };
}

/**
 * The functions without whose rewriting an error would not be there, as far as one can tell: those that the compiler names; those marked
 * there as values; the one it is in, and those whose calls have become promises there; else those that are used there, those of
 * the module, those it imports, first of each what has become async.
 */
export function blame(edited: Edited, { at: { file, line }, span, expected }: OriginalError): FunctionId[] {
  const named = expected.flatMap((place) => findDeclared(edited, place) ?? []);
  if (named.length > 0) return named;
  const module = edited.analysis.modules.find((candidate) => candidate.file === file);
  if (!module) return edited.functions.map((fn) => fn.id);
  const around = findInnermost(edited, module.id, span.start);
  const marked = findMarked(edited, module.id, line, around);
  if (marked.length > 0) return marked;
  const used = findUsed(edited, module, span);
  const isColoured = (id: FunctionId) => edited.coloured.has(id);
  if (around) return [...new Set([around.id, ...used.filter(isColoured)])];
  const own = edited.functions.filter((fn) => fn.module === module.id).map((fn) => fn.id);
  const targets = new Set(module.statements.map((statement) => statement.target));
  const imported = edited.functions.filter((fn) => targets.has(fn.module)).map((fn) => fn.id);
  const groups = [used, own, imported];
  const lists = [...groups.map((ids) => ids.filter(isColoured)), ...groups];
  return lists.find((ids) => ids.length > 0) ?? [];
}

/** `total()` of a class whose type says what is expected where the error is: that of a literal which is to be like an instance. */
function findDeclared(edited: Edited, { file, start }: Expected): FunctionId | undefined {
  const module = edited.analysis.modules.find((candidate) => candidate.file === file);
  const declared = module && findInnermost(edited, module.id, start);
  return declared && edited.coloured.has(declared.id) ? declared.id : undefined;
}

function findInnermost({ functions }: Edited, module: ModuleId, position: number): FunctionFacts | undefined {
  const around = functions.filter((fn) => fn.module === module && contains(fn.span, position));
  return around.sort((a, b) => b.span.start - a.span.start)[0];
}

/** The marks that an error may come from: of the function it is in, of those on its line, of any in that function or module. */
function findMarked(
  { functions, marked }: Edited,
  module: ModuleId,
  line: number,
  around: FunctionFacts | undefined,
): FunctionId[] {
  if (around && marked.has(around.id)) return [around.id];
  const isInside = (fn: FunctionFacts) => fn.module === module && (!around || contains(around.span, fn.span.start));
  const inside = functions.filter((fn) => marked.has(fn.id) && isInside(fn));
  const near = inside.filter((fn) => fn.at.line === line);
  return (near.length > 0 ? near : inside).map((fn) => fn.id);
}

/** Edited functions that are called, or used as values, where the error is; else in the statement around it. */
function findUsed(edited: Edited, module: ModuleFacts, error: Span): FunctionId[] {
  const used = findUsedIn(edited, module.id, error);
  if (used.length > 0) return used;
  const statement = module.statements.find(({ span }) => contains(span, error.start));
  return statement ? findUsedIn(edited, module.id, statement.span) : [];
}

/** Calls around the span count as those inside: the complaint may be about an argument. */
function findUsedIn({ analysis, functions }: Edited, module: ModuleId, span: Span): FunctionId[] {
  const calls = [...analysis.topCalls, ...analysis.functions.flatMap((fn) => fn.calls)];
  const near = calls.filter((call) => call.module === module && meet(call.span, span));
  const called = new Set(near.flatMap((call) => call.targets));
  const isUsed = (fn: FunctionFacts): boolean =>
    called.has(fn.id) || fn.valueUses.some((use) => use.module === module && meet(use.span, span));
  return functions.filter(isUsed).map((fn) => fn.id);
}

function contains(span: Span, position: number): boolean {
  return span.start <= position && position < span.end;
}

function meet(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
