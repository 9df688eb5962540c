import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';
import type { RuntimeClient } from '../host/runtime/client-choice.ts';
import { getInstallation } from '../installation.ts';
import { clearCounts, mergeRunReport, readCounts, writeRunReport } from '../report/run-report.ts';
import { findCache, writeOverlay } from '../run/cache.ts';
import { type Ending, type Launch, launch } from '../run/launch.ts';
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
  /** The output folder of the build. */
  out: string;
  manifest: Manifest;
  /** The units are for a provider, and nothing says where they are: this machine is to serve them. */
  isServed: boolean;
  /** Where the report is to be written, absolute. */
  report?: string;
}

/** Runs a program with its functions on the other side; built before if anything has changed. Ends as the program ends. */
export async function run(request: RunRequest): Promise<Ending> {
  const { client, flags, ...rest } = request;
  if (client) refuseElsewhere(flags, process.env);
  const prepared = await prepareRun({ ...rest, flags: client ? { ...flags, target: 'lambda' } : flags });
  const ending = prepared.isServed ? await launchServed(prepared, client) : await launch(prepared.program);
  finishRun(prepared);
  return ending;
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
async function launchServed({ program, out }: PreparedRun, client: RuntimeClient | undefined): Promise<Ending> {
  const { serve } = await import('./serve.ts');
  const { env, close } = await serve({ out, cwd: out, port: 0, env: program.env, ...(client && { client }) });
  try {
    return await launch({ ...program, env: { ...program.env, ...env } });
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
  const folder = writeOverlay(out, root, kind === 'built');
  const env = { ...process.env, ...(settings.strict && { FAASIFY_STRICT: '1' }) };
  const program = { installation: getInstallation(), folder, entry: resolve(cwd, entry), args, env };
  const isServed = settings.target !== 'local' && !hasEndpoint(env, settings.targets);
  if (report === undefined) return { program, out, manifest, isServed };
  const counts = resolve(cwd, report);
  clearCounts(counts);
  return { program: { ...program, env: { ...env, FAASIFY_REPORT: counts } }, out, manifest, isServed, report: counts };
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
