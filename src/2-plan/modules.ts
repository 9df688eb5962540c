import type { CallFacts, FunctionId, LoopFacts, ModuleFacts, ModulePlan, Span, UnitPlan } from '../types.ts';
import { findLoop } from './awaitable.ts';
import { groupBy, sortUnique } from './collections.ts';
import { isPure } from './cuts.ts';
import { getFact, type Program } from './program.ts';

export interface ModuleInputs {
  program: Program;
  coloured: ReadonlySet<FunctionId>;
  units: readonly UnitPlan[];
}

/** What is to be done to each file; modules that stay as they are have a plan with nothing in it. */
export function planModules({ program, coloured, units }: ModuleInputs): ModulePlan[] {
  const cuts = groupBy(
    units.flatMap((unit) => unit.functions),
    (id) => [getFact(program.functions, id).module],
  );
  const awaits = groupBy(
    program.calls.filter((call) => needsAwait(program, coloured, call)),
    (call) => [call.module],
  );
  const loops = groupBy(
    program.analysis.loops.filter((loop) => coloured.has(loop.fn)),
    (loop) => [loop.module],
  );
  const painted = groupBy([...coloured], (id) => [getFact(program.functions, id).module]);
  const planModule = ({ id }: ModuleFacts): ModulePlan => ({
    module: id,
    cuts: sortUnique(cuts.get(id) ?? []),
    coloured: sortUnique(painted.get(id) ?? []),
    awaits: sortSpans((awaits.get(id) ?? []).map((call) => call.span)),
    loops: sortSpans((loops.get(id) ?? []).map((loop) => ({ ...loop.span, loop }))).map(({ loop }) =>
      planLoop(program, loop),
    ),
    shares: {
      variables: collect(units, id, (unit) => unit.variables),
      classes: collect(units, id, (unit) => unit.classes),
      functions: collect(units, id, (unit) => unit.sites),
    },
  });
  return program.analysis.modules.map(planModule).sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** A loop over a coloured function is not a call of it: it gets a form of its own. */
function needsAwait(program: Program, coloured: ReadonlySet<FunctionId>, call: CallFacts): boolean {
  return !call.awaited && call.targets.some((id) => coloured.has(id) && findLoop(program, id, call) === undefined);
}

/** In parallel only what nobody can see: a callback that sets a variable around it has to keep its turn. */
function planLoop(program: Program, loop: LoopFacts): ModulePlan['loops'][number] {
  const fn = getFact(program.functions, loop.fn);
  const isAlone = isPure(fn) && fn.captures.every((capture) => !capture.written);
  const { span, receiver, callback, method } = loop;
  return { span, receiver, callback, method, mode: isAlone ? 'parallel' : 'sequence' };
}

/** Ids of the things that a module defines. */
function collect(units: readonly UnitPlan[], module: string, select: (unit: UnitPlan) => readonly string[]): string[] {
  return sortUnique(units.flatMap(select).filter((id) => id.startsWith(`${module}#`)));
}

function sortSpans<T extends Span>(spans: readonly T[]): T[] {
  return [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
}
