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

/** Functions that stay though no rule says so, under the reason each of them gives first; what several say is said once. */
export function formatKept(functions: ManifestFunction[], from: Standpoint, paint: Paint): string {
  const groups = new Map<string, Map<string, ManifestFunction[]>>();
  for (const fn of functions.toSorted(byPlace)) {
    const reason = fn.verdict === 'keep' && !isKeptByRule(fn) ? getMainReason(fn) : undefined;
    if (!reason) continue;
    const details = groups.get(reason.code) ?? new Map<string, ManifestFunction[]>();
    const detail = formatPlacesIn(withoutHeading(reason), from);
    groups.set(reason.code, details.set(detail, [...(details.get(detail) ?? []), fn]));
  }
  const sorted = [...groups].sort(([a, left], [b, right]) => sizeOf(right) - sizeOf(left) || compare(a, b));
  return sorted
    .map(([code, details]) => {
      const lines = [...details].flatMap(([detail, kept]) => formatDetail(detail, kept, from, paint));
      const more =
        lines.length > MANY ? [`    … and ${lines.length - MANY} more lines (all of them with --verbose)`] : [];
      const heading = `  ${paint.yellow('kept')}  ${getHeading(code)} [${code}]`;
      return `${[heading, ...lines.slice(0, MANY), ...more].join('\n')}\n`;
    })
    .join('');
}

function sizeOf(details: Map<string, ManifestFunction[]>): number {
  return [...details.values()].reduce((sum, { length }) => sum + length, 0);
}

function formatDetail(detail: string, functions: ManifestFunction[], from: Standpoint, paint: Paint): string[] {
  const names = functions.map((fn) => formatFunction(fn, from));
  if (names.length === 1) return names.map((name) => `    ${name}  ${paint.dim(detail)}`);
  return [`    ${paint.dim(detail)}`, ...names.map((name) => `      ${name}`)];
}

/** `uses files: readFileSync at …` below a heading that says `uses files` */
function withoutHeading({ code, message }: Reason): string {
  const heading = `${getHeading(code)}: `;
  return message.startsWith(heading) ? message.slice(heading.length) : message;
}

/** Every function with its verdict and all its reasons, file by file: one line each where there are several. */
export function formatVerdicts(functions: ManifestFunction[], from: Standpoint, paint: Paint): string {
  const files = new Map<string, string[]>();
  for (const fn of functions.toSorted(byPlace)) {
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

function byPlace(a: ManifestFunction, b: ManifestFunction): number {
  return compare(a.file, b.file) || a.line - b.line;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
