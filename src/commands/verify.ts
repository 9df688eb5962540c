import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';
import { mergeRunReport, readCounts } from '../report/run-report.ts';
import type { ManifestFunction } from '../types.ts';
import { type Comparison, compareRuns } from '../verify/comparison.ts';
import { type Execution, execute, startFailure } from '../verify/execution.ts';
import { installApp } from '../verify/install.ts';
import { findMocked, findMocks } from '../verify/mocks.ts';
import { copyProject, type ProjectCopy } from '../verify/project-copy.ts';
import { chooseSources } from '../verify/sources.ts';
import type { Verification } from '../verify/verification.ts';
import { build } from './build.ts';

export interface VerifyRequest {
  dir: string;
  command: string[];
  /** Folders or files of the project, relative to it; empty: what its tsconfig names. */
  src: string[];
  /** Flags of a build as they were given: `calls`, `include` … */
  flags: Record<string, unknown>;
  limit?: number;
  seed?: string;
  /** Leave the copy where it is. */
  keep: boolean;
  /** Told what is going on, for somebody who waits. */
  progress: (message: string) => void;
}

/** Runs a command in the untouched project and in a faasified copy of it, and compares. */
export async function verify(request: VerifyRequest): Promise<Verification> {
  const dir = resolve(request.dir);
  refuseNoFolder(dir, request.dir);
  request.progress(`running the command in ${request.dir} as it is`);
  const before = await execute(request.command, dir, process.env);
  refuseNoStart(before, request.command);
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-')));
  try {
    const copy = copyProject(dir, join(work, 'project'));
    request.progress('building the faasified copy');
    const functions = await faasify(copy, request);
    request.progress('running the command in the copy');
    return await runCopy(request, { work, copy, before, functions });
  } finally {
    if (!request.keep) rmSync(work, { recursive: true, force: true });
  }
}

function refuseNoFolder(dir: string, given: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new FaasifyError('path-not-found', `There is no folder ${given}`, {
    fix: 'Give the folder of the project first: faasify verify <dir> --src <paths> -- <command>.',
  });
}

/** The command's own failures are compared; this one means that there is nothing to compare. */
function refuseNoStart(run: Execution, command: string[]): void {
  const failure = startFailure(run);
  if (failure === undefined) return;
  throw new FaasifyError('command-start', `${command.join(' ')} does not run in the untouched project: ${failure}`, {
    fix: 'Check the command, and that the packages of the project are installed.',
  });
}

/** Builds the copy's sources, puts the rewritten ones in their place and returns the verdicts; those of tests are of no interest. */
async function faasify(
  copy: ProjectCopy,
  { src, flags, progress, command }: VerifyRequest,
): Promise<ManifestFunction[]> {
  const out = join(copy.root, 'node_modules', '.faasify'); // where no test runner looks for tests
  const given = { calls: 'blocking', ...flags, target: 'local', out };
  const mocks = findMocks(copy.dir);
  const { root, manifest } = await build({
    src: chooseSources(copy.dir, src),
    cwd: copy.dir,
    flags: given,
    inPlace: true,
    findStuck: (analysis, home) => findMocked(analysis, home, mocks),
    ...(!runsEsbuild(command) && { strictness: 'typescript' as const }),
    ...(given.calls !== 'blocking' && { projectHome: copy.dir }),
  });
  for (const { code, message } of manifest.problems) if (code === 'outsider') progress(message);
  installApp(out, root, copy.root);
  return manifest.functions.filter(({ reasons }) => !reasons.some(({ code }) => code === 'test'));
}

/** What else compiles TypeScript while it is loaded puts files with imports and exports into strict mode. */
function runsEsbuild(command: readonly string[]): boolean {
  return command.some((word) => /\b(tsx|esbuild-register|esbuild-runner|esr)\b/.test(word));
}

interface CopyRun {
  work: string;
  copy: ProjectCopy;
  before: Execution;
  functions: ManifestFunction[];
}

async function runCopy(request: VerifyRequest, { work, copy, before, functions }: CopyRun): Promise<Verification> {
  const counts = join(work, 'report');
  const temporary = join(work, 'tmp');
  mkdirSync(temporary);
  const seed = request.seed ?? String(randomInt(1_000_000));
  const env: NodeJS.ProcessEnv = { ...process.env, FAASIFY_REPORT: counts, FAASIFY_SEED: seed, TMPDIR: temporary };
  if (request.limit !== undefined) env.FAASIFY_LIMIT = String(request.limit);
  const after = await execute(request.command, copy.dir, env);
  const compared = compareRuns(before, after, [...copy.paths, [temporary, tmpdir()]]);
  const comparison = compared.equal ? compared : await noteVariation(request, before, compared);
  return {
    dir: request.dir,
    command: request.command,
    before,
    after,
    comparison,
    report: mergeRunReport(functions, readCounts(counts)),
    slowDown: after.seconds / before.seconds,
    ...(request.limit === undefined ? {} : { limit: request.limit }),
    seed,
    ...(request.keep ? { copy: copy.dir } : {}),
  };
}

/** Whether two runs of the command as it is differ as well: then nobody can tell what the copy has to do with it. */
async function noteVariation(request: VerifyRequest, before: Execution, compared: Comparison): Promise<Comparison> {
  request.progress('they differ: running the command as it is once more, to see whether it differs from itself');
  const again = await execute(request.command, resolve(request.dir), process.env);
  const { differences } = compareRuns(before, again, []);
  const [first] = differences;
  const note =
    first === undefined
      ? 'two runs of the untouched project are equal'
      : `two runs of the untouched project differ as well (${first}), so this may have nothing to do with faasify`;
  return { ...compared, notes: [...compared.notes, note] };
}
