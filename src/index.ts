/** What programs can use: the commands, which return data and print nothing. */

export { type BuildRequest, type BuildResult, build } from './commands/build.ts';
export { type CheckResult, check } from './commands/check.ts';
export { type DryRun, dryRun } from './commands/dry-run.ts';
export { FaasifyError } from './errors.ts';
export type { Manifest, Problem, Reason, Settings, Verdict } from './types.ts';
