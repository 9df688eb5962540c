import { resolve } from 'node:path';
import type { Strictness } from '../1-analyze/program/strictness.ts';
import { findInApp } from '../4-package/app.ts';
import { checkOutputFolder } from '../4-package/output-folder.ts';
import { packageOutput } from '../4-package/package.ts';
import { describeProjects } from '../4-package/provider-project.ts';
import { findUnchanged } from '../4-package/stamp.ts';
import { FaasifyError } from '../errors.ts';
import { readOptions } from '../options.ts';
import type { LoadedProvider } from '../providers/index.ts';
import type { Analysis, Artifact, FunctionId, Manifest, OutputFile, Reason, Settings } from '../types.ts';
import { loadAsked } from './asked-providers.ts';
import type { ReadProgram } from './phases.ts';

export interface BuildRequest {
  /** A folder, a source file or a tsconfig; relative to `cwd`. */
  src: string;
  cwd: string;
  /** What was given on the command line, by name of the option; config and defaults fill in the rest. */
  flags: Record<string, unknown>;
  /** The program stays where it is: the app is nothing but its rewritten files. */
  inPlace?: boolean;
  /** Where the program of `src` has been read before, with the same `bodies`, and has not changed since. */
  read?: () => ReadProgram;
  /** The folder of a project whose tests are rewritten as well, as far as they are among the sources. */
  projectHome?: string;
  strictness?: Strictness;
  /** Functions that have to stay for a reason which is not in the program. `root`: the source root. */
  findStuck?: (analysis: Analysis, root: string) => Map<FunctionId, Reason>;
}

export interface BuildResult {
  /** `unchanged`: the output that was there is what this build would have made. */
  kind: 'built' | 'unchanged';
  settings: Settings;
  /** The source root, absolute. */
  root: string;
  manifest: Manifest;
  /** Empty if nothing had to be built. */
  artifacts: Artifact[];
  /** The first file of the app, from the output folder; absent if the program does not start by itself. */
  start?: string;
}

/** Functions that do not survive a later phase stay, and the plan is made again; more often than this is a bug of ours. */
const MAX_ROUNDS = 4;

/** Reads the program, decides, rewrites, checks, bundles; the output folder is complete and new, or as it was. */
export async function build({ src, cwd, flags, inPlace = false, ...how }: BuildRequest): Promise<BuildResult> {
  const { settings, ...options } = await readOptions(resolve(cwd, src), flags, cwd);
  const mode = how.strictness === undefined ? {} : { strictness: how.strictness };
  const request = { src: resolve(cwd, src), settings, inPlace, ...options, ...mode };
  const unchanged = findUnchanged(request);
  if (unchanged) return describeResult({ kind: 'unchanged', settings, artifacts: [], ...unchanged });

  const { readProgram, draftProgram, rewriteProgram, noteUnbundled } = await import('./phases.ts');
  const home = how.projectHome === undefined ? {} : { projectHome: how.projectHome };
  const program = how.read?.() ?? readProgram({ path: src, cwd, ...home, ...mode, ...options }, settings);
  const providers = await loadAsked(settings, program.analysis);
  checkOutputFolder(settings.out, program.folders.root);
  const demoted = how.findStuck?.(program.analysis, program.folders.root) ?? new Map<FunctionId, Reason>();
  const setbacks = { demoted, pinned: new Set<FunctionId>() };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // The first rewriting is checked while it is bundled, later ones before.
    const rewrite = round === 0 ? draftProgram : rewriteProgram;
    const rewriting = await rewrite(program, { settings, providers }, setbacks);
    const findProblems = 'findProblems' in rewriting ? rewriting.findProblems : async () => rewriting.problems;
    const result = await packageOutput({
      ...request,
      ...rewriting,
      providers,
      findProblems,
      program: program.folders,
      describeDeployment: (manifest) => describeDeployment(manifest, providers),
    });
    if (result.kind === 'packaged') {
      return describeResult({ ...result, kind: 'built', settings, root: program.folders.root });
    }
    noteUnbundled(setbacks, rewriting.plan, result.failures);
  }
  throw new FaasifyError('bundle-failed', 'Some units cannot be bundled, whatever stays', {
    fix: 'This is a bug of faasify. Exclude the functions named by --verbose with --exclude.',
  });
}

/** Where nothing can be deployed nothing is loaded for it. */
async function describeDeployment(manifest: Manifest, providers: readonly LoadedProvider[]): Promise<OutputFile[]> {
  const projects = describeProjects(manifest, providers);
  if (manifest.app === undefined || !manifest.targets.includes('lambda')) return projects;
  const { makeTemplates } = await import('../5-deploy/templates.ts');
  return [...makeTemplates(manifest), ...projects];
}

function describeResult(result: BuildResult): BuildResult {
  const [entry] = result.manifest.entries;
  const start = entry === undefined ? undefined : findInApp(result.settings.out, result.root, entry);
  return { ...result, ...(start !== undefined && { start }) };
}
