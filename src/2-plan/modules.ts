import type {
  CallFacts,
  ClassId,
  CutPlan,
  FunctionId,
  LoopFacts,
  ModuleFacts,
  ModuleId,
  ModulePlan,
  ShareSet,
  Span,
  UnitPlan,
  VariableId,
} from '../types.ts';
import { findLoop } from './awaitable.ts';
import { groupBy, sortUnique } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { isPure } from './replays.ts';

export interface ModuleInputs {
  program: Program;
  coloured: ReadonlySet<FunctionId>;
  units: readonly UnitPlan[];
  planned: readonly CutPlan[];
}

/** What is to be done to each file; modules that stay as they are have a plan with nothing in it. */
export function planModules({ program, coloured, units, planned }: ModuleInputs): ModulePlan[] {
  const moduleOf = (id: FunctionId) => [getFact(program.functions, id).module];
  const cuts = groupBy(
    units.flatMap((unit) => unit.functions),
    moduleOf,
  );
  const painted = groupBy([...coloured], moduleOf);
  const awaits = groupBy(
    program.calls.filter((call) => needsAwait(program, coloured, call)),
    (call) => [call.module],
  );
  const loops = groupBy(
    program.analysis.loops.filter((loop) => coloured.has(loop.fn)),
    (loop) => [loop.module],
  );
  const isMarked = (id: FunctionId) => getFact(program.functions, id).reach.kind === 'none';
  const shares = gatherShares(program, units);
  // Methods of object literals have other types where they are marked: only those that came home cross again.
  const isWrapped = (id: FunctionId) => isMarked(id) && getFact(program.functions, id).site?.tag.kind !== 'member';
  const sites = groupBy(units.flatMap((unit) => unit.sites).filter(isWrapped), moduleOf);
  const arriving = new Set(units.flatMap((unit) => unit.sites));
  const binds = groupBy(
    program.analysis.binds.filter(({ functions }) => functions.some((id) => arriving.has(id))),
    ({ module }) => [module],
  );
  const awaited = new Set(planned.flatMap(({ loads = [] }) => loads));
  const made = groupBy(units.flatMap((unit) => unit.leaving).filter(isMarked), moduleOf);
  const planModule = ({ id }: ModuleFacts): ModulePlan => ({
    module: id,
    cuts: sortUnique(cuts.get(id) ?? []),
    coloured: sortUnique(painted.get(id) ?? []),
    awaits: (awaits.get(id) ?? []).map((call) => call.span).sort(compareSpans),
    loops: (loops.get(id) ?? []).map((loop) => planLoop(program, loop)).sort((a, b) => compareSpans(a.span, b.span)),
    shares: planShares(shares, id),
    sites: sortUnique(sites.get(id) ?? []),
    binds: (binds.get(id) ?? []).map(({ span, parts }) => ({ span, parts })),
    made: sortUnique(made.get(id) ?? []),
    ...(awaited.has(id) && { isAwaited: true as const }),
  });
  return program.analysis.modules.map(planModule).sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** What any unit names, by the module it is from. */
interface Shared {
  variables: ReadonlyMap<ModuleId, VariableId[]>;
  classes: ReadonlyMap<ModuleId, ClassId[]>;
  functions: ReadonlyMap<ModuleId, FunctionId[]>;
}

function gatherShares({ variables, classes, functions }: Program, units: readonly UnitPlan[]): Shared {
  const gather = (select: (unit: UnitPlan) => readonly string[], facts: ReadonlyMap<string, { module: ModuleId }>) =>
    groupBy([...new Set(units.flatMap(select))], (id) => [getFact(facts, id).module]);
  return {
    variables: gather((unit) => unit.variables, variables),
    classes: gather((unit) => unit.classes, classes),
    functions: gather((unit) => [...unit.sites, ...unit.leaving], functions),
  };
}

/** A function that a `const` holds is shared as that variable, once. */
function planShares({ variables, classes, functions }: Shared, module: ModuleId): ShareSet {
  const own = new Set(variables.get(module));
  return {
    variables: [...own].sort(),
    classes: sortUnique(classes.get(module) ?? []),
    functions: sortUnique((functions.get(module) ?? []).filter((id) => !own.has(id))),
  };
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
  if (method === 'settle') return { span, receiver, callback, method, mode: 'settled' };
  return { span, receiver, callback, method, mode: isAlone ? 'parallel' : 'sequence' };
}

function compareSpans(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}
