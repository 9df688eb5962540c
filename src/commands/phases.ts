import { analyze } from '../1-analyze/analyze.ts';
import { type LoadedProgram, type LoadInput, loadProgram } from '../1-analyze/load.ts';
import { writeOptions } from '../1-analyze/written-options.ts';
import { plan as makePlan } from '../2-plan/plan.ts';
import { checkRewritten } from '../3-transform/check.ts';
import { transform } from '../3-transform/transform.ts';
import type { BundleFailure } from '../4-package/bundle.ts';
import type { ProgramFolders } from '../4-package/package.ts';
import { FaasifyError } from '../errors.ts';
import type { Analysis, FunctionId, Output, Plan, Problem, Reason, Settings } from '../types.ts';

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
  const folders = { root, inputs, directories, options: writeOptions(options), ...(configFile && { configFile }) };
  return { loaded, analysis: analyze(loaded), folders };
}

/** Plans, rewrites and type-checks. A function whose rewriting does not compile is added to `demoted`, and all is done again. */
export function rewriteProgram({ loaded, analysis }: ReadProgram, settings: Settings, demoted: Demoted): Rewriting {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const plan = makePlan(analysis, settings, demoted);
    const output = transform(loaded, analysis, plan, settings);
    const checked = checkRewritten(loaded, output, plan);
    if (checked.broken.length === 0) {
      const problems = [...analysis.problems, ...plan.problems, ...checked.problems];
      return { plan, output, problems: settings.strict ? problems.map(harden) : problems };
    }
    for (const { fn, message, at } of checked.broken) demoted.set(fn, { code: 'rewrite-failed', message, at });
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

/** With --strict what would be a warning is an error. */
function harden(problem: Problem): Problem {
  return problem.severity === 'warning' ? { ...problem, severity: 'error' } : problem;
}
