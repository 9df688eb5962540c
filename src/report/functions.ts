import type { ManifestFunction, Reason } from '../types.ts';
import { getHeading } from './diagnostics.ts';
import type { Paint } from './paint.ts';
import { formatFile, formatPlacesIn, type Standpoint } from './places.ts';
import { isKeptByRule } from './run-report.ts';

const MANY = 12;

/** `12 functions: 7 moved, 2 repaired, 3 kept (2 of them by rule)` */
export function formatCounts(functions: ManifestFunction[], paint: Paint): string {
  const count = (verdict: string) => functions.filter((fn) => fn.verdict === verdict).length;
  const ruled = functions.filter(isKeptByRule).length;
  const rule = ruled > 0 ? ` (${ruled} of them by rule)` : '';
  const counts = `${count('move')} moved, ${count('repair')} repaired, ${count('keep')} kept${rule}`;
  return `${functions.length} function${functions.length === 1 ? '' : 's'}: ${paint.bold(counts)}\n`;
}

/** Functions that stay though no rule says so, under the reason each of them gives first. */
export function formatKept(functions: ManifestFunction[], from: Standpoint, paint: Paint): string {
  const groups = new Map<string, string[]>();
  for (const fn of functions) {
    const reason = fn.verdict === 'keep' && !isKeptByRule(fn) ? getMainReason(fn) : undefined;
    if (!reason) continue;
    const line = `    ${formatFunction(fn, from)}  ${paint.dim(formatPlacesIn(reason.message, from))}`;
    groups.set(reason.code, [...(groups.get(reason.code) ?? []), line]);
  }
  const sorted = [...groups].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1));
  return sorted
    .map(([code, lines]) => {
      const more = lines.length > MANY ? [`    … and ${lines.length - MANY} more (all of them with --verbose)`] : [];
      return `  ${paint.yellow('kept')}  ${getHeading(code)}\n${[...lines.slice(0, MANY), ...more].join('\n')}\n`;
    })
    .join('');
}

/** Every function with its verdict and all its reasons, file by file: one line each where there are several. */
export function formatVerdicts(functions: ManifestFunction[], from: Standpoint, paint: Paint): string {
  const files = new Map<string, string[]>();
  for (const fn of functions.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line)) {
    files.set(fn.file, [...(files.get(fn.file) ?? []), ...formatVerdict(fn, from, paint)]);
  }
  return [...files].map(([file, lines]) => `${paint.bold(formatFile(file, from))}\n${lines.join('\n')}\n`).join('\n');
}

function formatVerdict(fn: ManifestFunction, from: Standpoint, paint: Paint): string[] {
  const colour = { move: paint.green, repair: paint.cyan, keep: paint.yellow }[fn.verdict];
  const line = `  ${String(fn.line).padStart(4)}  ${colour(fn.verdict.padEnd(6))}  ${getName(fn.id)}`;
  const reasons = fn.reasons.map((reason) => paint.dim(formatReason(fn, reason, from)));
  if (reasons.length < 2) return [[line, ...reasons].join('  ')];
  return [line, ...reasons.map((reason) => `${' '.repeat(18)}${reason}`)];
}

/** What keeps a function has its code, which `faasify explain` takes. */
function formatReason({ verdict }: ManifestFunction, { code, message, byRule }: Reason, from: Standpoint): string {
  const text = formatPlacesIn(message, from);
  return verdict === 'keep' && byRule !== true ? `${text} [${code}]` : text;
}

/** How many functions stay for which reason, the first of each that is no rule. */
export function formatKeptCounts(functions: ManifestFunction[], paint: Paint): string {
  const counts = new Map<string, number>();
  for (const fn of functions) {
    const code = fn.verdict === 'keep' && !isKeptByRule(fn) ? getMainReason(fn)?.code : undefined;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  const width = Math.max(...[...counts.keys()].map(({ length }) => length));
  const sorted = [...counts].sort(([a, left], [b, right]) => right - left || compare(a, b));
  const lines = sorted.map(
    ([code, count]) => `  ${String(count).padStart(4)}  ${code.padEnd(width)}  ${paint.dim(getHeading(code))}\n`,
  );
  return `Why functions stay (faasify explain <code> says more):\n${lines.join('')}\n`;
}

export function getMainReason({ reasons }: ManifestFunction): Reason | undefined {
  return reasons.find((reason) => !reason.byRule) ?? reasons[0];
}

/** `lib/cart#Cart.total` → `Cart.total` */
export function getName(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}

function formatFunction({ id, file, line }: ManifestFunction, from: Standpoint): string {
  return `${formatFile(file, from)}:${line}  ${getName(id)}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
