import { relative } from 'node:path';
import type { BuildResult } from '../commands/build.ts';
import type { CheckResult } from '../commands/check.ts';
import type { DryRun } from '../commands/dry-run.ts';
import type { FaasifyError } from '../errors.ts';

/** One document a run, for programs. Paths are relative: to the working folder (`out`, `root`), or to these. */
export function formatJsonBuild({ kind, settings, root, manifest, artifacts }: BuildResult, cwd: string): string {
  const reused = artifacts.filter((artifact) => artifact.reused).map(({ unit }) => unit);
  return print({ kind, out: toPath(cwd, settings.out), root: toPath(cwd, root), reused, ...manifest });
}

export function formatJsonDryRun({ settings, root, ...rest }: DryRun, cwd: string): string {
  return print({ kind: 'dry-run', out: toPath(cwd, settings.out), root: toPath(cwd, root), ...rest });
}

export function formatJsonCheck({ root, functions, problems }: CheckResult, cwd: string): string {
  return print({ kind: 'check', root: toPath(cwd, root), functions, problems });
}

export function formatJsonError({ code, message, at, fix }: FaasifyError): string {
  return print({ kind: 'error', code, message, at, fix });
}

function print(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function toPath(cwd: string, path: string): string {
  return relative(cwd, path).replaceAll('\\', '/') || '.';
}
