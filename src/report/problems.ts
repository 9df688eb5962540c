import type { FaasifyError } from '../errors.ts';
import type { Problem } from '../types.ts';
import type { Paint } from './paint.ts';
import { formatPlace, formatPlacesIn, readFrame, type Standpoint } from './places.ts';

const MANY = 20;

/** What, where, what to do; the worst first, and of many only the first. */
export function formatProblems(problems: Problem[], from: Standpoint, paint: Paint): string {
  const ranks = { error: 0, warning: 1, note: 2 };
  const sorted = problems.toSorted((a, b) => ranks[a.severity] - ranks[b.severity]);
  const lines = sorted.slice(0, MANY).map((problem) => formatProblem(problem, from, paint));
  const more = sorted.length > MANY ? [`… and ${sorted.length - MANY} more (all of them with --json)`] : [];
  return [...lines, ...more].map((line) => `${line}\n`).join('');
}

function formatProblem({ severity, code, message, at }: Problem, from: Standpoint, paint: Paint): string {
  const colour = { error: paint.red, warning: paint.yellow, note: paint.cyan }[severity];
  const where = at ? `${formatPlace(at, from)}  ` : '';
  return `${colour(severity)}  ${where}${formatPlacesIn(message, from)} ${paint.dim(`[${code}]`)}`;
}

/** An error that ends the work: what is wrong, where, the line itself, and what to do. */
export function formatError(error: FaasifyError, cwd: string, paint: Paint): string {
  const { at, fix, root } = error;
  const from = { cwd, root: root ?? cwd };
  const where = at ? `${formatPlace(at, from)}  ` : '';
  const frame = at ? readFrame(at, from) : undefined;
  const lines = [`${paint.red('error')}  ${where}${error.message} ${paint.dim(`[${error.code}]`)}`];
  if (frame !== undefined) lines.push(frame.replaceAll(/^/gm, '  '));
  if (fix !== undefined) lines.push(`  ${fix}`);
  return `${lines.join('\n')}\n`;
}
