import { join } from 'node:path';
import { analyze } from '../1-analyze/analyze.ts';
import { type LoadedProgram, type LoadInput, loadProgram } from '../1-analyze/program/load.ts';
import { findTypeErrors } from '../1-analyze/program/type-errors.ts';
import { writeOptions } from '../1-analyze/program/written-options.ts';
import { plan as makePlan } from '../2-plan/plan.ts';
import { reasonUnsupported } from '../2-plan/reasons.ts';
import { type BrokenFunction, type CheckResult, checkRewritten } from '../3-transform/check.ts';
import { prepareCheck } from '../3-transform/native-check.ts';
import { transform } from '../3-transform/transform.ts';
import type { BundleFailure } from '../4-package/bundle.ts';
import type { ProgramFolders } from '../4-package/package.ts';
import { FaasifyError } from '../errors.ts';
import { getInstallation } from '../installation.ts';
import type { LoadedProvider } from '../providers/index.ts';
import type { Analysis, FunctionId, Output, Place, Plan, Problem, Reason, Settings } from '../types.ts';
import { findUnmetWishes } from './unmet-wishes.ts';

/** The user's program, read and understood. */
export interface ReadProgram {
  loaded: LoadedProgram;
  analysis: Analysis;
  folders: ProgramFolders;
}

/** What the user wants, and where. */
export interface Asked {
  settings: Settings;
  providers: readonly LoadedProvider[];
}

/** What later phases have found out about functions: some have to stay, others to block instead of becoming async. */
export interface Setbacks {
  demoted: Map<FunctionId, Reason>;
  pinned: Set<FunctionId>;
}

export interface Rewriting {
  plan: Plan;
  output: Output;
  problems: Problem[];
}

/** A rewriting that is not checked yet. */
export interface Draft extends Omit<Rewriting, 'problems'> {
  /** Type-checks it. Without problems it does not compile; what is to blame is among the setbacks then. */
  findProblems(): Promise<Problem[] | undefined>;
}

const MAX_ROUNDS = 5;

export function readProgram(input: LoadInput, settings: Pick<Settings, 'bodies' | 'native'>): ReadProgram {
  const loaded = loadProgram(input);
  prepareCheck(loaded.program, findRuntimeTypes());
  const { root, configFile, inputs, directories, options } = loaded;
  const analysis = analyze(loaded, settings.bodies === 'drop', settings.native);
  const entries = analysis.modules.filter((module) => module.isEntry).map(({ file }) => file);
  const written = writeOptions(options);
  const read = analysis.modules.flatMap(({ assets = [] }) => assets.flatMap(({ files }) => files));
  const consulted = analysis.consulted ?? { files: [], folders: [] };
  const all = [...new Set([...inputs, ...[...read, ...consulted.files].map((file) => join(root, file))])].sort();
  const looked = [...directories, ...consulted.folders.map((folder) => join(root, folder))];
  const folders = {
    root,
    entries,
    inputs: all,
    directories: looked,
    options: written,
    ...(configFile && { configFile }),
  };
  return { loaded, analysis, folders };
}

/** Plans and rewrites until the result compiles. */
export async function rewriteProgram(
  program: ReadProgram,
  asked: Asked,
  setbacks: Setbacks = { demoted: new Map(), pinned: new Set() },
): Promise<Rewriting> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const draft = draftProgram(program, asked, setbacks);
    const problems = await draft.findProblems();
    if (problems) return { plan: draft.plan, output: draft.output, problems };
  }
  throw new FaasifyError('rewrite-failed', 'The rewritten program does not compile, whatever stays', {
    fix: 'This is a bug of faasify. Please report it with the program, or exclude functions with --exclude.',
  });
}

/** Plans and rewrites. */
export function draftProgram(program: ReadProgram, asked: Asked, setbacks: Setbacks): Draft {
  const { settings, providers } = asked;
  const { loaded, analysis } = program;
  const plan = makePlan(analysis, settings, { providers, ...setbacks });
  const output = transform(loaded, analysis, plan, { ...settings, providers });
  const findProblems = async () => {
    const checked = await checkRewritten(loaded, analysis, plan, output.app, findRuntimeTypes());
    if (checked.broken.length === 0) return listProblems(program, settings, plan, checked);
    noteBroken(setbacks, checked.broken);
    return undefined;
  };
  return { plan, output, findProblems };
}

/** The declarations of `faasify/runtime`. */
function findRuntimeTypes(): string {
  return join(getInstallation(), 'templates', 'package', 'index.d.ts');
}

/** Functions whose rewriting does not compile block instead of becoming async, or stay. */
function noteBroken({ demoted, pinned }: Setbacks, broken: readonly BrokenFunction[]): void {
  for (const one of broken) {
    if (one.mayPin) pinned.add(one.fn);
    else demoted.set(one.fn, reasonBroken(one));
  }
}

function listProblems(
  { loaded, analysis }: ReadProgram,
  settings: Settings,
  plan: Plan,
  checked: CheckResult,
): Problem[] {
  const problems = [
    ...findInputProblems(loaded, analysis),
    ...findTypeErrors(loaded, checked.doubtful),
    ...plan.problems,
    ...checked.problems,
    ...findUnmetWishes(analysis, plan, settings),
  ];
  return settings.strict ? problems.map(harden) : problems;
}

function reasonBroken({ message, at }: BrokenFunction): Reason {
  return { code: 'rewrite-failed', message: `could not be rewritten, a bug of faasify: ${message}`, at };
}

function reasonUnbundled(message: string, at: Place): Reason {
  return { code: 'bundle-failed', message: `cannot be bundled: ${message}`, at };
}

/** Every function of a unit that cannot be bundled stays, and of one that a provider could not run. */
export function noteUnbundled({ demoted }: Setbacks, plan: Plan, failures: readonly BundleFailure[]): void {
  for (const { unit, message, at: provider } of failures) {
    for (const { id, at } of plan.functions.filter((fn) => fn.unit === unit)) {
      const isLacking = provider !== undefined;
      demoted.set(id, isLacking ? reasonUnsupported(provider, message, at) : reasonUnbundled(message, at));
    }
  }
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
