/** What `faasify verify` prints. */

import type { TestReport } from '../verify/test-output.ts';
import { showsNothing, type Verification } from '../verify/verification.ts';
import { isKeptByRule, type ReportedFunction, type RunReport } from './run-report.ts';

const MANY_KEPT = 20;
const MANY_HERE = 10;
const MANY_DIFFERENCES = 40;

/** Ends with the line `equal`, `equal, but no call crossed`, `NOT EQUAL: <what differs>` or `NOTHING SHOWN: <why>`. */
export function formatVerification(result: Verification): string {
  const { report, comparison, before, after } = result;
  const blocks = [
    formatFunctions(report),
    formatKept(report.functions),
    formatCalls(report),
    formatHere(report.functions),
    formatTests(comparison.before, comparison.after),
    [
      `time       ${before.seconds.toFixed(1)} s before, ${after.seconds.toFixed(1)} s after (× ${result.slowDown.toFixed(2)})`,
    ],
    result.limit === undefined
      ? []
      : [`limit      ${result.limit} calls of each function and a sample, seed ${result.seed}`],
    comparison.notes.map((note) => `note       ${note}`),
    result.copy === undefined ? [] : [`copy       ${result.copy}`],
    formatDifferences(comparison.differences),
    [formatVerdict(result)],
  ];
  return `${blocks.flat().join('\n')}\n`;
}

export function formatVerdict(result: Verification): string {
  const { comparison, report } = result;
  if (showsNothing(result)) return 'NOTHING SHOWN: the command fails as it is, ran no tests, and no call crossed';
  if (comparison.equal) return report.totals.crossed > 0 ? 'equal' : 'equal, but no call crossed';
  const [first = '', ...rest] = comparison.differences.filter((line) => !line.startsWith(' '));
  return `NOT EQUAL: ${first}${rest.length > 0 ? `, and ${rest.length} more` : ''}`;
}

function formatFunctions({ totals }: RunReport): string[] {
  const { functions, move, repair, keep, keepByRule } = totals;
  return [`functions  ${functions}: ${move} moved, ${repair} repaired, ${keep} kept (${keepByRule} of them by rule)`];
}

function formatKept(functions: ReportedFunction[]): string[] {
  const kept = functions.filter((fn) => fn.verdict === 'keep' && !isKeptByRule(fn));
  return shorten(kept, MANY_KEPT).map((entry) => {
    if (typeof entry === 'number') return `  … and ${entry} more`;
    const [reason] = entry.reasons.filter(({ byRule }) => !byRule);
    return `  kept     ${entry.file}:${entry.line} ${nameOf(entry.id)}: ${reason?.message ?? 'no reason'}`;
  });
}

function nameOf(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}

function formatCalls({ totals, functions }: RunReport): string[] {
  const called = functions.filter((fn) => fn.crossed > 0).length;
  return [`calls      ${totals.crossed} crossed (of ${called} functions), ${totals.here} decided here`];
}

/** The reasons that kept most calls here. */
function formatHere(functions: ReportedFunction[]): string[] {
  const all = functions.flatMap((fn) => fn.hereReasons.map((reason) => ({ ...reason, id: fn.id })));
  all.sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
  return shorten(all, MANY_HERE).map((entry) => {
    if (typeof entry === 'number') return `  … and ${entry} more reasons`;
    const { id, path, reason, count } = entry;
    return `  here     ${count} × ${id}: ${path === undefined ? '' : `${path}: `}${reason}`;
  });
}

function formatTests(before: TestReport[], after: TestReport[]): string[] {
  return before.map((left) => {
    const right = after.find(({ runner }) => runner === left.runner);
    return `tests      ${left.runner}: ${formatCounts(left)} before, ${right ? formatCounts(right) : 'none'} after`;
  });
}

function formatCounts({ counts }: TestReport): string {
  const shown = Object.entries(counts).filter(
    ([status, count]) => count > 0 && !/^(suites|snapshots|files|total)/.test(status),
  );
  return shown.map(([status, count]) => `${count} ${status}`).join(', ') || 'no tests';
}

function formatDifferences(differences: string[]): string[] {
  return shorten(differences, MANY_DIFFERENCES).map((line) =>
    typeof line === 'number' ? `  … and ${line} more` : `  differs  ${line}`,
  );
}

/** The first ones, and how many were left out. */
function shorten<T>(list: T[], most: number): (T | number)[] {
  return list.length <= most ? list : [...list.slice(0, most), list.length - most];
}
