/** What differs between the untouched run and the run of the copy, as far as a user of the program could tell. */

import type { Execution } from './execution.ts';
import { readFailure } from './failure-message.ts';
import { readTestReports, stripColours, type TestReport } from './test-output.ts';

export interface Comparison {
  equal: boolean;
  /** `tests`: the command ran tests and their counts were compared; `program`: its output was. */
  kind: 'tests' | 'program';
  before: TestReport[];
  after: TestReport[];
  /** One finding a line, for people. */
  differences: string[];
  /** What was left out of the comparison, and why. */
  notes: string[];
}

/** Where the copy stands: paths in its output are read as those of the original, longest first. */
export type PathMap = [copy: string, original: string][];

export function compareRuns(before: Execution, after: Execution, paths: PathMap): Comparison {
  const [left, right] = [normalise(before, []), normalise(after, paths)];
  const reports = { before: readTestReports(outputOf(left)), after: readTestReports(outputOf(right)) };
  const kind = reports.before.length > 0 ? 'tests' : 'program';
  const notes: string[] = [];
  const differences =
    kind === 'tests'
      ? explain(compareReports(reports.before, reports.after), outputOf(right))
      : compareOutput(left, right);
  const exits = compareExits(left, right);
  if (exits && kind === 'tests' && differences.length === 0 && isOnlyCoverage(left, right)) {
    notes.push(
      'exit code not compared: the copy misses a coverage threshold, and coverage counts lines that moved. Switch coverage off',
    );
  } else if (exits) differences.unshift(exits);
  if (kind === 'program' && exitOf(left) !== 'exit code 0') {
    notes.push(`no tests were seen, and the untouched project ends with ${exitOf(left)}: ${lastLine(left)}`);
  }
  const late = countTimeouts(right) - countTimeouts(left);
  if (late > 0)
    notes.push(
      `${late} more tests ran into the runner's time limit; a smaller --limit or a longer time limit tells slow from wrong`,
    );
  if (differences.length > 0 && kind === 'tests' && reports.after.length === 0) differences.push(...lastLines(right));
  return { equal: differences.length === 0, kind, ...reports, differences, notes };
}

function compareExits(before: Execution, after: Execution): string | undefined {
  const [left, right] = [exitOf(before), exitOf(after)];
  return left === right ? undefined : `${left} before, ${right} after`;
}

export function exitOf(run: Execution): string {
  if (run.failure !== undefined) return `not started (${run.failure})`;
  return run.signal ? `signal ${run.signal}` : `exit code ${run.code}`;
}

/** All tests of the copy were fine, and what made it fail is a threshold that the untouched run did not miss. */
function isOnlyCoverage(before: Execution, after: Execution): boolean {
  return before.code === 0 && !missesThreshold(before) && missesThreshold(after);
}

function missesThreshold(run: Execution): boolean {
  return /coverage threshold .* not met|coverage .* does not meet .*threshold/i.test(stripColours(outputOf(run)));
}

/** vitest, jest, mocha. */
function countTimeouts(run: Execution): number {
  const pattern = /Test timed out in \d+ ?ms|Exceeded timeout of \d+ ms|Timeout of \d+ms exceeded/g;
  return stripColours(outputOf(run)).match(pattern)?.length ?? 0;
}

function compareReports(before: TestReport[], after: TestReport[]): string[] {
  const differences = before.flatMap((left) => {
    const right = after.find((report) => report.runner === left.runner);
    return right ? compareReport(left, right) : [`${left.runner} reported tests before, none after`];
  });
  const extra = after.filter((right) => !before.some((left) => left.runner === right.runner));
  return [...differences, ...extra.map((report) => `${report.runner} reported tests only after`)];
}

const BROKEN = 'fails only in the copy: ';
const EXPLAINED = 3;

/** With what the runner says of the first tests that fail in the copy. */
function explain(differences: string[], output: string): string[] {
  let left = EXPLAINED;
  return differences.flatMap((line) => {
    const message = line.startsWith(BROKEN) && left > 0 ? readFailure(output, line.slice(BROKEN.length)) : [];
    if (message.length > 0) left -= 1;
    return [line, ...message];
  });
}

function compareReport(before: TestReport, after: TestReport): string[] {
  const statuses = [...new Set([...Object.keys(before.counts), ...Object.keys(after.counts)])];
  const counts = statuses.flatMap((status) => {
    const [left, right] = [before.counts[status] ?? 0, after.counts[status] ?? 0];
    return left === right ? [] : [`${before.runner}: ${left} ${status} before, ${right} after`];
  });
  const broken = after.failed.filter((name) => !before.failed.includes(name));
  const cured = before.failed.filter((name) => !after.failed.includes(name));
  return [
    ...counts,
    ...broken.map((name) => `${BROKEN}${name}`),
    ...cured.map((name) => `fails only in the original: ${name}`),
  ];
}

function compareOutput(before: Execution, after: Execution): string[] {
  return [...compareText('stdout', before.stdout, after.stdout), ...compareText('stderr', before.stderr, after.stderr)];
}

/** The first line that differs, with its number. */
function compareText(stream: string, before: string, after: string): string[] {
  if (before === after) return [];
  const [left, right] = [before.split('\n'), after.split('\n')];
  const index = left.findIndex((line, at) => line !== right[at]);
  const at = index < 0 ? left.length : index;
  const from = findStart(left[at], right[at]);
  return [`${stream} differs in line ${at + 1}: ${show(left[at], from)} before, ${show(right[at], from)} after`];
}

const SHOWN = 200;

/** Of long lines that begin alike, where to begin so that the difference is seen. */
function findStart(before = '', after = ''): number {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return Math.max(before.length, after.length) <= SHOWN ? 0 : Math.max(0, same - SHOWN / 4);
}

function show(line: string | undefined, from: number): string {
  if (line === undefined) return '(nothing)';
  return `${from > 0 ? '…' : ''}${JSON.stringify(line.slice(from, from + SHOWN))}`;
}

/** Paths of the copy become those of the original; process ids in Node's warnings differ anyway. */
function normalise(run: Execution, paths: PathMap): Execution {
  const clean = (text: string) =>
    paths
      .reduce((result, [copy, original]) => result.replaceAll(copy, original), text)
      .replace(/\(node:\d+\)/g, '(node:0)');
  return { ...run, stdout: clean(run.stdout), stderr: clean(run.stderr) };
}

function outputOf(run: Execution): string {
  return `${run.stdout}\n${run.stderr}`;
}

function lastLine(run: Execution): string {
  const lines = stripColours(outputOf(run)).trimEnd().split('\n');
  return lines.at(-1)?.trim() || 'it prints nothing';
}

function lastLines(run: Execution): string[] {
  const lines = stripColours(outputOf(run)).trimEnd().split('\n').slice(-15);
  return ['the copy ended with:', ...lines.map((line) => `  ${line}`)];
}
