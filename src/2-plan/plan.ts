import type { Provider } from '../providers/provider.ts';
import type {
  Analysis,
  FunctionFacts,
  FunctionId,
  FunctionPlan,
  ParameterPlan,
  Plan,
  Problem,
  Reason,
  Settings,
} from '../types.ts';
import { type Colours, findColours, type Question } from './colour.ts';
import { planCut } from './cuts.ts';
import { findEntryProblems } from './entry-problems.ts';
import { findLacking } from './lacking.ts';
import { planModules } from './modules.ts';
import { getFact, type Program, readProgram } from './program.ts';
import { reasonInside, reasonNoAwait } from './reasons.ts';
import { hasSelf } from './receiver.ts';
import { findRepairs } from './repairs.ts';
import { findIdleGlobs } from './selection.ts';
import { findStandings, getEntries, type Standings } from './standing.ts';
import { findAnnotationProblems } from './unit-settings.ts';
import { mapUnits, planUnits } from './units.ts';
import { isAsynchronous } from './waiting.ts';

export interface Circumstances {
  /** Those of `settings.targets`; `local` needs none. */
  providers?: readonly Provider[];
  /** What a later phase found out: these do not work on the other side. */
  demoted?: ReadonlyMap<FunctionId, Reason>;
  /** These do not compile when they become async or are marked as values that cross. */
  pinned?: ReadonlySet<FunctionId>;
}

/**
 * All choices: what moves, into which units, how each call crosses, and what that means for every file. The same
 * analysis and settings give the same plan.
 */
export function plan(
  analysis: Analysis,
  settings: Settings,
  { providers = [], demoted = new Map(), pinned = new Set() }: Circumstances = {},
): Plan {
  const program = readProgram(analysis);
  const stuck = new Map([...findLacking(program, settings, providers), ...demoted]);
  const { standings, entries, colours } = settle({ program, settings, pinned }, stuck);
  const units = planUnits(program, entries, { settings, providers }, pinned);
  const inputs = { program, settings, coloured: colours.coloured, units: mapUnits(units) };
  const cuts = entries.map((fn) => planCut(fn, inputs));
  const crossings = new Map(
    cuts.map((cut) => [
      cut.fn,
      { unit: cut.unit, repairs: findRepairs(program, getFact(program.functions, cut.fn), cut) },
    ]),
  );
  return {
    functions: program.analysis.functions.map((fn) => planFunction(program, standings, crossings, fn)).sort(compareIds),
    units,
    cuts,
    bodies: settings.bodies,
    modules: planModules({ program, coloured: colours.coloured, units, planned: cuts }),
    problems: [...findProblems(program, settings, { standings, entries }), ...colours.problems],
  };
}

interface Settled {
  standings: Standings;
  entries: FunctionFacts[];
  colours: Colours;
}

/** With `--calls async` a function that cannot be awaited stays; then nothing needs the colours it asked for. */
function settle(question: Question, demoted: ReadonlyMap<FunctionId, Reason>): Settled {
  const { program, settings, pinned } = question;
  const standings = findStandings(program, settings, demoted, pinned);
  const entries = getEntries(program, standings);
  const colours = findColours(entries, question);
  if (settings.calls !== 'async') return { standings, entries, colours };
  const stuck = entries.filter((fn) => !isAsynchronous(fn) && !colours.coloured.has(fn.id));
  if (stuck.length === 0) return { standings, entries, colours };
  const reasons = stuck.map((fn) => [fn.id, reasonNoAwait(fn, colours.awaitable.getObstacle(fn.id))] as const);
  return settle(question, new Map([...demoted, ...reasons]));
}

interface Crossing {
  unit: string;
  repairs: Reason[];
}

function planFunction(
  program: Program,
  standings: Standings,
  crossings: ReadonlyMap<FunctionId, Crossing>,
  { id, at }: FunctionFacts,
): FunctionPlan {
  const standing = getFact(standings, id);
  if (standing.kind === 'stays') return { id, at, verdict: 'keep', reasons: standing.reasons };
  const { unit, repairs } = getFact(crossings, standing.kind === 'inside' ? standing.owner : id);
  const verdict = repairs.length > 0 ? 'repair' : 'move';
  if (standing.kind === 'goes') {
    const params = describeParams(getFact(program.functions, id));
    return { id, at, verdict, reasons: repairs, unit, ...(params && { params }) };
  }
  const inside = reasonInside(getFact(program.functions, id), getFact(program.functions, standing.owner));
  return { id, at, verdict, reasons: [inside], unit };
}

/** What is called on an object, captures variables or is pulled step by step needs its program. */
function describeParams(fn: FunctionFacts): ParameterPlan[] | undefined {
  if (hasSelf(fn) || fn.isGenerator) return undefined;
  return fn.params.map(({ name, optional, rest }, index) => {
    const input = fn.inputs?.[index] ?? { type: 'any' };
    return { ...input, name, ...(optional && { optional: true as const }), ...(rest && { rest: true as const }) };
  });
}

function findProblems(
  program: Program,
  settings: Settings,
  { standings, entries }: Pick<Settled, 'standings' | 'entries'>,
): Problem[] {
  const { functions } = program.analysis;
  const annotations = functions.flatMap((fn) => (fn.annotation ? findAnnotationProblems(fn.annotation) : []));
  const unique = new Map(annotations.map((problem) => [JSON.stringify(problem), problem]));
  const problems = [...unique.values(), ...findIdleGlobs(program, settings), ...findEntryProblems(program, standings)];
  if (functions.length === 0 || entries.length > 0) return problems;
  const message = 'No function moves: each one stays, for the reason given with it.';
  return [...problems, { code: 'nothing-moves', severity: 'warning', message }];
}

function compareIds(a: FunctionPlan, b: FunctionPlan): number {
  return a.id < b.id ? -1 : 1;
}
