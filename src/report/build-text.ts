import { relative } from 'node:path';
import type { BuildResult } from '../commands/build.ts';
import { formatCounts, formatKept, formatVerdicts } from './functions.ts';
import type { Paint } from './paint.ts';
import { formatFile, type Standpoint } from './places.ts';
import { formatProblems } from './problems.ts';
import { formatUnits } from './units.ts';

export interface BuildTextOptions {
  cwd: string;
  verbose: boolean;
  paint: Paint;
  /** What comes next is done already. */
  isStep?: boolean;
}

/** What a build prints: what moved and what did not, the units, and what to do with them. */
export function formatBuild(result: BuildResult, { cwd, verbose, paint, isStep = false }: BuildTextOptions): string {
  const { kind, settings, root, manifest } = result;
  const from: Standpoint = { cwd, root };
  const out = relative(cwd, settings.out) || '.';
  const functions = verbose
    ? formatVerdicts(manifest.functions, from, paint)
    : formatKept(manifest.functions, from, paint);
  const parts = [
    formatProblems(manifest.problems, from, paint),
    kind === 'unchanged' ? `nothing has changed: ${out} is up to date\n` : '',
    formatCounts(manifest.functions, paint),
    kind === 'unchanged' && !verbose ? '' : functions + formatUnits(manifest.units, paint),
    formatReuse(result),
    kind === 'unchanged' ? '' : `output in ${paint.bold(out)}\n`,
    isStep ? '' : formatNext(result, cwd, paint),
  ];
  return parts.join('');
}

function formatReuse({ artifacts }: BuildResult): string {
  const reused = artifacts.filter((artifact) => artifact.reused).length;
  return reused > 0 ? `${reused} of ${artifacts.length} units taken over from the last build\n` : '';
}

function formatNext({ settings, manifest, start }: BuildResult, cwd: string, paint: Paint): string {
  if (manifest.units.length === 0) return '';
  const out = relative(cwd, settings.out) || '.';
  const isRun = settings.target === 'local' && start !== undefined;
  const next = paint.cyan(isRun ? `npx tsx ${formatFile(start, { cwd, root: settings.out })}` : `faasify serve ${out}`);
  if (settings.target === 'local' || manifest.app === undefined) return `next: ${next}\n`;
  // What takes the place of a deployment at providers without an API is shown, too.
  const deploy = settings.targets.every((target) => target === 'lambda') ? '' : ' --dry-run';
  return `next: ${next} on this machine, or ${paint.cyan(`faasify deploy ${out}${deploy}`)}\n`;
}
