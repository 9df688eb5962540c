import { resolve } from 'node:path';
import { describeFunctions } from '../4-package/manifest.ts';
import { readOptions } from '../options.ts';
import type { FunctionPlan, ManifestFunction, Problem, Settings } from '../types.ts';
import { loadAsked } from './asked-providers.ts';
import type { BuildRequest } from './build.ts';

export interface CheckResult {
  settings: Settings;
  /** The source root, absolute. */
  root: string;
  functions: ManifestFunction[];
  problems: Problem[];
}

/**
 * The verdict of every function, as a build would come to it. Findings (problems of severity `error`) are: functions that
 * were asked for by name and stay, and with --strict every function that stays though no rule says so.
 */
export async function check({ src, cwd, flags }: BuildRequest): Promise<CheckResult> {
  const { settings, ...options } = await readOptions(resolve(cwd, src), flags, cwd);
  const { readProgram, rewriteProgram } = await import('./phases.ts');
  const program = readProgram({ path: src, cwd, ...options }, settings);
  const providers = await loadAsked(settings, program.analysis);
  const { plan, problems } = await rewriteProgram(program, { settings, providers });
  const findings = settings.strict ? findStaying(plan.functions) : [];
  return {
    settings,
    root: program.folders.root,
    functions: describeFunctions(plan),
    problems: [...problems.map(raiseWish), ...findings],
  };
}

function raiseWish(problem: Problem): Problem {
  const isWish = problem.code === 'annotated-stays' || problem.code === 'included-stays';
  return isWish ? { ...problem, severity: 'error' } : problem;
}

function findStaying(functions: FunctionPlan[]): Problem[] {
  return functions.flatMap(({ id, at, verdict, reasons }): Problem[] => {
    const reason = reasons.find(({ byRule }) => !byRule);
    if (verdict !== 'keep' || !reason) return [];
    return [{ code: 'stays', severity: 'error', message: `${id} stays: it ${reason.message}`, at }];
  });
}
