import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';
import { getInstallation } from '../installation.ts';
import { clearCounts, mergeRunReport, readCounts, writeRunReport } from '../report/run-report.ts';
import { findCache, writeOverlay } from '../run/cache.ts';
import { type Ending, launch } from '../run/launch.ts';
import type { Manifest, Problem } from '../types.ts';
import { build } from './build.ts';

export interface RunRequest {
  /** The program's first file, relative to `cwd`, and what it is given. */
  entry: string;
  args: string[];
  cwd: string;
  /** Flags of a build as they were given: `calls`, `include`, `strict` … */
  flags: Record<string, unknown>;
  /** Where to write the report, relative to `cwd`. */
  report?: string;
  /** Told of findings in the program; nobody is told without. */
  warn?: (problems: Problem[]) => void;
}

/** Runs a program with its functions on the other side; built before if anything has changed. Ends as the program ends. */
export async function run({ entry, args, cwd, flags, report, warn }: RunRequest): Promise<Ending> {
  const file = findEntry(resolve(cwd, entry), entry);
  const out = findCache(file, flags);
  const { kind, root, manifest, settings } = await build({
    src: file,
    cwd,
    flags: { ...flags, target: 'local', out },
    inPlace: true,
  });
  warn?.(manifest.problems);
  const folder = writeOverlay(out, root, kind === 'built');
  const env = { ...process.env, ...(settings.strict && { FAASIFY_STRICT: '1' }) };
  const program = { installation: getInstallation(), folder, entry: resolve(cwd, entry), args };
  if (report === undefined) return launch({ ...program, env });
  const counts = resolve(cwd, report);
  clearCounts(counts);
  const ending = await launch({ ...program, env: { ...env, FAASIFY_REPORT: counts } });
  writeReport(counts, manifest);
  return ending;
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

function writeReport(file: string, { functions }: Manifest): void {
  writeRunReport(file, mergeRunReport(functions, readCounts(file)));
  clearCounts(file);
}
