import { join } from 'node:path';
import { analyze } from '../1-analyze/analyze.ts';
import { type LoadedProgram, type LoadInput, loadProgram } from '../1-analyze/load.ts';
import { findTypeErrors } from '../1-analyze/type-errors.ts';
import { writeOptions } from '../1-analyze/written-options.ts';
import { plan as makePlan } from '../2-plan/plan.ts';
import { type BrokenFunction, checkRewritten } from '../3-transform/check.ts';
import { transform } from '../3-transform/transform.ts';
import type { BundleFailure } from '../4-package/bundle.ts';
import type { ProgramFolders } from '../4-package/package.ts';
import { FaasifyError } from '../errors.ts';
import { getInstallation } from '../installation.ts';
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

const MAX_ROUNDS = 5;

export function readProgram(input: LoadInput): ReadProgram {
  const loaded = loadProgram(input);
  const { root, configFile, inputs, directories, options } = loaded;
  const analysis = analyze(loaded);
  const entries = analysis.modules.filter((module) => module.isEntry).map(({ file }) => file);
  const written = writeOptions(options);
  const folders = { root, entries, inputs, directories, options: written, ...(configFile && { configFile }) };
  return { loaded, analysis, folders };
}

/**
 * Plans, rewrites and type-checks. Functions whose rewriting does not compile block instead of becoming async, or stay, and
 * all is done again; what stays is added to `demoted`.
 */
export function rewriteProgram({ loaded, analysis }: ReadProgram, settings: Settings, demoted: Demoted): Rewriting {
  if (settings.bodies === 'drop') {
    const fix = 'Leave --bodies out: the app keeps the body of every function.';
    throw new FaasifyError('bodies-drop', 'Bodies cannot be left out of the app yet.', { fix });
  }
  const pinned = new Set<FunctionId>();
  const types = join(getInstallation(), 'templates', 'package', 'index.d.ts');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const plan = makePlan(analysis, settings, demoted, pinned);
    const output = transform(loaded, analysis, plan, settings);
    const checked = checkRewritten(loaded, analysis, plan, output, types);
    if (checked.broken.length === 0) {
      const problems = [
        ...findInputProblems(loaded, analysis),
        ...findTypeErrors(loaded, checked.doubtful),
        ...plan.problems,
        ...checked.problems,
        ...findUnmetWishes(analysis, plan, settings),
      ];
      return { plan, output, problems: settings.strict ? problems.map(harden) : problems };
    }
    for (const broken of checked.broken) {
      if (broken.coloured) pinned.add(broken.fn);
      else demoted.set(broken.fn, reasonBroken(broken));
    }
  }
  throw new FaasifyError('rewrite-failed', 'The rewritten program does not compile, whatever stays', {
    fix: 'This is a bug of faasify. Please report it with the program, or exclude functions with --exclude.',
  });
}

function reasonBroken({ message, at }: BrokenFunction): Reason {
  return { code: 'rewrite-failed', message: `could not be rewritten, a bug of faasify: ${message}`, at };
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

function findInputProblems(loaded: LoadedProgram, { functions, problems }: Analysis): Problem[] {
  const found = [...problems];
  if (loaded.configFile === undefined) {
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
