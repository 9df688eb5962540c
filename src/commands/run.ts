import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';
import type { RuntimeClient } from '../host/runtime/client-choice.ts';
import { getInstallation } from '../installation.ts';
import { clearCounts, mergeRunReport, readCounts, writeRunReport } from '../report/run-report.ts';
import { findCache, writeOverlay } from '../run/cache.ts';
import { type Ending, type Launch, type Started, start } from '../run/launch.ts';
import { OVERLAY_FOLDER } from '../run/overlay.ts';
import { findTsxConfig } from '../run/tsx-config.ts';
import type { Manifest, Problem } from '../types.ts';
import { build } from './build.ts';
import { nameEndpoint } from './endpoint-name.ts';
import type { ReadProgram } from './phases.ts';

export interface RunRequest {
  /** The program's first file, relative to `cwd`, and what it is given. */
  entry: string;
  args: string[];
  cwd: string;
  /** Flags of a build as they were given: `calls`, `include`, `strict` … */
  flags: Record<string, unknown>;
  /** Where to write the report, relative to `cwd`. */
  report?: string;
  /** Where the program has been read before. */
  read?: () => ReadProgram;
  /** The units run in processes under this client, as on AWS Lambda. */
  client?: RuntimeClient;
  /** Told of findings in the program; nobody is told without. */
  warn?: (problems: Problem[]) => void;
}

/** A program that is built and ready to start. */
export interface PreparedRun {
  program: Launch;
  /** What is in its environment besides what this process has. */
  env: NodeJS.ProcessEnv;
  /** The output folder of the build. */
  out: string;
  manifest: Manifest;
  /** The units are for a provider, and nothing says where they are: this machine is to serve them. */
  isServed: boolean;
  /** Where the report is to be written, absolute. */
  report?: string;
}

/**
 * Runs a program with its functions on the other side; built before if anything has changed. Ends as the program ends. Its
 * process starts while that is found out.
 */
export async function run(request: RunRequest): Promise<Ending> {
  const { client, flags, ...rest } = request;
  if (client) refuseElsewhere(flags, process.env);
  const asked = { ...rest, flags: client ? { ...flags, target: 'lambda' } : flags };
  const started = start(describeLaunch(asked));
  try {
    const prepared = await prepareRun(asked);
    const ending = prepared.isServed ? await goServed(prepared, started, client) : await started.go(prepared.env);
    finishRun(prepared);
    return ending;
  } catch (error) {
    started.drop();
    throw error;
  }
}

function refuseElsewhere({ target = 'lambda' }: Record<string, unknown>, env: NodeJS.ProcessEnv): void {
  const other =
    target !== 'lambda' ? `--target ${target}` : hasEndpoint(env) ? 'an endpoint in the environment' : undefined;
  if (other === undefined) return;
  throw new FaasifyError('option-conflict', `--runtime lambda and ${other} do not go together`, {
    fix: 'Leave out --target, and unset FAASIFY_ENDPOINT, AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_LAMBDA: the units run on this machine.',
  });
}

/** The units are served from this process over HTTP, for as long as the program runs. */
async function goServed(prepared: PreparedRun, started: Started, client: RuntimeClient | undefined): Promise<Ending> {
  const { serve } = await import('./serve.ts');
  const { program, out } = prepared;
  const { env, close } = await serve({ out, cwd: out, port: 0, env: program.env, ...(client && { client }) });
  try {
    return await started.go({ ...prepared.env, ...env });
  } finally {
    await close();
  }
}

/** Builds what has changed and clears the way for the report. */
export async function prepareRun({ entry, args, cwd, flags, report, read, warn }: RunRequest): Promise<PreparedRun> {
  const file = findEntry(resolve(cwd, entry), entry);
  const out = findCache(file, flags);
  const { kind, root, manifest, settings } = await build({
    src: file,
    cwd,
    flags: { target: 'local', ...flags, out },
    inPlace: true,
    strictness: { tsconfig: findTsxConfig(cwd) },
    ...(read && { read }),
  });
  warn?.(manifest.problems);
  refuseUncompiled(manifest.problems, root);
  writeOverlay(out, root, kind === 'built');
  const counts = report === undefined ? undefined : resolve(cwd, report);
  const env = { ...(settings.strict && { FAASIFY_STRICT: '1' }), ...(counts && { FAASIFY_REPORT: counts }) };
  const launch = describeLaunch({ entry, args, cwd, flags });
  const program = { ...launch, env: { ...launch.env, ...env } };
  const isServed = settings.target !== 'local' && !hasEndpoint(program.env, settings.targets);
  if (counts !== undefined) clearCounts(counts);
  return { program, env, out, manifest, isServed, ...(counts !== undefined && { report: counts }) };
}

/** Something awaits a function, or does not, against its type, or nobody knows what is called: the program would not do the same. */
export function refuseUncompiled(problems: readonly Problem[], root: string): void {
  const found = problems.find(({ code, severity }) => severity === 'error' && Object.hasOwn(FIXES, code));
  if (!found) return;
  throw new FaasifyError(found.code, `The program cannot be run like this: ${found.message}`, {
    ...(FIXES[found.code] !== undefined && { fix: FIXES[found.code] }),
    root,
    ...(found.at && { at: found.at }),
  });
}

const FIXES: Readonly<Record<string, string>> = {
  'rewrite-failed': 'This is a bug of faasify. Please report it with the program, or run it with --calls blocking.',
  'too-long': 'Behind some 2,000 statements TypeScript no longer tells types. Divide the function, or the file.',
};

/** The process of a program, which may be built or not. */
function describeLaunch({ entry, args, cwd, flags }: Pick<RunRequest, 'entry' | 'args' | 'cwd' | 'flags'>): Launch {
  const out = findCache(findEntry(resolve(cwd, entry), entry), flags);
  const folder = join(out, OVERLAY_FOLDER);
  return { installation: getInstallation(), folder, entry: resolve(cwd, entry), args, env: { ...process.env } };
}

/** As the runtime looks for it. */
function hasEndpoint(env: NodeJS.ProcessEnv, targets: readonly string[] = []): boolean {
  if (targets.some((target) => env[nameEndpoint(target)])) return true;
  return Boolean(env.FAASIFY_ENDPOINT || env.AWS_ENDPOINT_URL_LAMBDA || env.AWS_ENDPOINT_URL);
}

/** To be called when the program has ended. */
export function finishRun({ report, manifest }: PreparedRun): void {
  if (report === undefined) return;
  writeRunReport(report, mergeRunReport(manifest.functions, readCounts(report)));
  clearCounts(report);
}

function findEntry(file: string, given: string): string {
  try {
    return realpathSync(file);
  } catch {
    throw new FaasifyError('path-not-found', `There is no ${given}`, {
      fix: 'Give the TypeScript file the program starts with.',
    });
  }
}
