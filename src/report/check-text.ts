import type { CheckResult } from '../commands/check.ts';
import { formatCounts, formatKeptCounts, formatVerdicts } from './functions.ts';
import type { Paint } from './paint.ts';
import { formatProblems } from './problems.ts';

/** Every function with its verdict and reasons, file by file; then what is wrong, what keeps functions, and the sums. */
export function formatCheck({ root, functions, problems }: CheckResult, cwd: string, paint: Paint): string {
  const from = { cwd, root };
  const verdicts = formatVerdicts(functions, from, paint);
  const found = formatProblems(problems, from, paint);
  return [verdicts, found, formatKeptCounts(functions, paint) + formatCounts(functions, paint)]
    .filter(Boolean)
    .join('\n');
}
