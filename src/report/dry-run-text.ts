import { join, relative } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import type { DryRun } from '../commands/dry-run.ts';
import { formatCounts, formatKept } from './functions.ts';
import type { Paint } from './paint.ts';
import { formatFile, type Standpoint } from './places.ts';
import { formatProblems } from './problems.ts';

/** The changes to the user's files as a diff, and every handler in full. */
export function formatDryRun(result: DryRun, cwd: string, paint: Paint): string {
  const { settings, root, functions, problems, changes, handlers } = result;
  const from: Standpoint = { cwd, root };
  const out = relative(cwd, settings.out) || '.';
  const app = { cwd, root: join(settings.out, 'app') };
  const diffs = changes.map(({ file, before, after }) =>
    colourDiff(
      createTwoFilesPatch(formatFile(file, from), formatFile(file, app), before, after, '', '', { context: 2 }),
      paint,
    ),
  );
  const texts = handlers.map(({ file, text }) => `${paint.bold(`${out}/${file}`)}\n${text}\n`);
  return [
    formatProblems(problems, from, paint),
    ...diffs,
    ...texts,
    formatCounts(functions, paint),
    formatKept(functions, from, paint),
    `nothing has been written: this was a dry run\n`,
  ].join('');
}

function colourDiff(patch: string, paint: Paint): string {
  const lines = patch.split('\n').filter((line) => !line.startsWith('===='));
  return lines
    .map((line) => {
      if (line.startsWith('+++') || line.startsWith('---')) return paint.bold(line.trimEnd());
      if (line.startsWith('+')) return paint.green(line);
      if (line.startsWith('-')) return paint.red(line);
      return line.startsWith('@@') ? paint.cyan(line) : line;
    })
    .join('\n')
    .concat('\n');
}
