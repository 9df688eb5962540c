import { analyze } from '../1-analyze/analyze.ts';
import { type LoadedProgram, type LoadInput, loadProgram } from '../1-analyze/load.ts';
import { writeOptions } from '../1-analyze/written-options.ts';
import { plan as makePlan } from '../2-plan/plan.ts';
import { transform } from '../3-transform/transform.ts';
import type { BundleFailure } from '../4-package/bundle.ts';
import type { ProgramFolders } from '../4-package/package.ts';
import { FaasifyError } from '../errors.ts';
import type { Analysis, FunctionId, Output, Plan, Problem, Reason, Settings } from '../types.ts';
import { findUnmetWishes } from './unmet-wishes.ts';

/** The user's program, read and understood. */
export interface ReadProgram {
  loaded: LoadedProgram;
  analysis: Analysis;
  folders: ProgramFolders;
}

export interface Rewriting {
  plan: Plan;
  output: Output;
  problems: Problem[];
}

/** Functions that turned out not to work in a later phase, and what was found. */
export type Demoted = Map<FunctionId, Reason>;

const MAX_ROUNDS = 3;

export function readProgram(input: LoadInput): ReadProgram {
  const loaded = loadProgram(input);
  const { root, configFile, inputs, directories, options } = loaded;
  const analysis = analyze(loaded);
  const entries = analysis.modules.filter((module) => module.isEntry).map(({ file }) => file);
  const written = writeOptions(options);
  const folders = { root, entries, inputs, directories, options: written, ...(configFile && { configFile }) };
  return { loaded, analysis, folders };
}

/** Plans, rewrites and type-checks. A function whose rewriting does not compile is added to `demoted`, and all is done again. */
export function rewriteProgram({ loaded, analysis }: ReadProgram, settings: Settings, demoted: Demoted): Rewriting {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const plan = makePlan(analysis, settings, demoted);
    const output = transform(loaded, analysis, plan, settings);
    const problems = [...findInputProblems(loaded, analysis), ...plan.problems];
    problems.push(...findUnmetWishes(analysis, plan, settings));
    return { plan, output, problems: settings.strict ? problems.map(harden) : problems };
  }
  throw new FaasifyError('rewrite-failed', 'The rewritten program does not compile, whatever stays', {
    fix: 'This is a bug of faasify. Please report it with the program, or exclude functions with --exclude.',
  });
}

/** Every function of a unit that cannot be bundled stays. */
export function reasonUnbundled(plan: Plan, failures: BundleFailure[]): Demoted {
  const demoted: Demoted = new Map();
  for (const { unit, message } of failures) {
    for (const { id, at } of plan.functions.filter((fn) => fn.unit === unit)) {
      demoted.set(id, { code: 'bundle-failed', message: `cannot be bundled: ${message}`, at });
    }
  }
  return demoted;
}

function findInputProblems({ configFile }: LoadedProgram, { functions, problems }: Analysis): Problem[] {
  const found = [...problems];
  if (configFile === undefined) {
    const message = 'There is no tsconfig.json: the defaults of faasify hold (ES2022, not strict).';
    found.push({ code: 'no-tsconfig', severity: 'note', message });
  }
  if (functions.length === 0) {
    const message = 'The program has no function with a body, so there is nothing to move. Check the path.';
    found.push({ code: 'no-functions', severity: 'error', message });
  }
  return found;
}

/** With --strict what would be a warning is an error. */
function harden(problem: Problem): Problem {
  return problem.severity === 'warning' ? { ...problem, severity: 'error' } : problem;
}
