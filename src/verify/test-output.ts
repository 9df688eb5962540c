/** Test counts and failed tests, read from what vitest, jest, mocha, node:test (and tape) and ava print. */

/** What one kind of test runner reported; several runs of it in one command are added up. */
export interface TestReport {
  runner: string;
  /** By status, in the runner's own words: `passed`, `failed`, `skipped`, `suites failed` … */
  counts: Record<string, number>;
  /** Names of failed tests and files, sorted, each once. */
  failed: string[];
}

type Runner = (lines: string[]) => Omit<TestReport, 'runner'> | undefined;

/** Reports of all test runners that left a summary in the text; empty for a program that is no test runner. */
export function readTestReports(text: string): TestReport[] {
  const lines = plainLines(text);
  return Object.entries(RUNNERS).flatMap(([runner, read]) => {
    const report = read(lines);
    return report ? [{ runner, counts: report.counts, failed: [...new Set(report.failed)].sort() }] : [];
  });
}

/** Text as it ends up on a terminal, without colours; every redraw of a progress line is a line. */
export function plainLines(text: string): string[] {
  return stripColours(text).split(/\r?\n|\r/);
}

export function stripColours(text: string): string {
  return text.replace(ESCAPES, '');
}

/** Control sequences (colours, cursor movements) and operating system commands (links, titles). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are control characters
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

const RUNNERS: Record<string, Runner> = {
  vitest: readVitest,
  jest: readJest,
  mocha: readMocha,
  node: readTap,
  ava: readAva,
};

/**
 *     Test Files  1 failed | 38 passed (39)
 *          Tests  2 failed | 460 passed | 1 skipped (463)
 *         Errors  1 error
 */
function readVitest(lines: string[]) {
  const counts = sumCounts(
    lines,
    /^\s*(Test Files|Tests|Type Errors|Errors) {2,}(.*?)(?:\s*\(\d+\))?\s*$/,
    ([, what = '', rest = '']) => {
      if (what.endsWith('Errors')) return [[what.toLowerCase(), Number.parseInt(rest, 10) || 0]];
      return countsIn(rest, what === 'Tests' ? '' : 'files ');
    },
  );
  return counts && { counts, failed: failedFiles(lines) };
}

/**
 *     Test Suites: 1 failed, 98 passed, 99 total
 *     Tests:       2 failed, 884 passed, 886 total
 */
function readJest(lines: string[]) {
  const counts = sumCounts(lines, /^(Test Suites|Tests|Snapshots): {2,}(.*)$|^(Test Suites): (.*)$/, (found) => {
    const what = found[1] ?? found[3] ?? '';
    return countsIn(found[2] ?? found[4] ?? '', JEST_PREFIX[what] ?? '');
  });
  const names = lines.flatMap((line) => /^ {2}● (.+?)\s*$/.exec(line)?.[1] ?? []).filter((name) => !isJestNotice(name));
  return counts && { counts, failed: [...failedFiles(lines), ...names] };
}

const JEST_PREFIX: Record<string, string> = { 'Test Suites': 'suites ', Snapshots: 'snapshots ' };

function isJestNotice(name: string): boolean {
  return (
    name === 'Console' || /^(Validation|Deprecation) Warning/.test(name) || name.startsWith('Multiple configurations')
  );
}

/**
 *     153 passing (2s)
 *     2 pending
 *     1 failing
 *
 *     1) suite
 *          name:
 */
function readMocha(lines: string[]) {
  const counts = sumCounts(
    lines,
    /^\s*(\d+) (passing|pending|failing)(?: \([\d.]+\w+\))?\s*$/,
    ([, count = '0', what = '']) => [[what, Number(count)]],
  );
  if (counts?.passing === undefined) return undefined;
  const start = lines.findIndex((line) => /^\s*\d+ failing\s*$/.test(line));
  return { counts, failed: start < 0 ? [] : numberedTitles(lines.slice(start + 1)) };
}

/** `1) suite` and the deeper lines below it, up to the one that ends with a colon. */
function numberedTitles(lines: string[]): string[] {
  return lines.flatMap((line, index) => {
    const first = /^\s+\d+\) (.+?)\s*$/.exec(line)?.[1];
    if (first === undefined) return [];
    const block = [first];
    for (const next of lines.slice(index + 1, index + 12)) {
      if (block.at(-1)?.endsWith(':') || next.trim() === '') break;
      block.push(next.trim());
    }
    return [block.join(' › ').replace(/:$/, '')];
  });
}

/**
 *     # tests 127                     ℹ tests 127
 *     # pass 126                      ℹ pass 126
 *     not ok 3 - name                 ✖ name (1.2ms)
 *
 * Linters print `✖ 23 problems`, without a time.
 */
function readTap(lines: string[]) {
  const counts = sumCounts(
    lines,
    /^(?:#|ℹ)\s+(tests|suites|pass|fail|cancelled|skipped|todo)\s+(\d+)\s*$/,
    ([, what = '', count = '0']) => [[what, Number(count)]],
  );
  if (counts?.tests === undefined) return undefined;
  const failed = lines.flatMap((line) => {
    if (/#\s*(TODO|SKIP)\b/i.test(line)) return [];
    const found = /^\s*not ok \d+ - (.+?)\s*$/.exec(line) ?? /^\s*✖ (.+?) \([\d.]+m?s\)\s*$/.exec(line);
    return found?.[1] ?? [];
  });
  return { counts, failed };
}

/**
 *     2 tests failed
 *     10 tests passed
 *     ✘ [fail]: name
 */
function readAva(lines: string[]) {
  const counts = sumCounts(
    lines,
    /^\s*(\d+) (?:tests? |uncaught |unhandled |known )(passed|failed|skipped|todo|exceptions?|rejections?|failures?)\s*$/,
    ([, count = '0', what = '']) => [[what.replace(/s$/, ''), Number(count)]],
  );
  const failed = lines.flatMap((line) => /^\s*✘ \[fail\]: (.+?)\s*$/.exec(line)?.[1] ?? []);
  return counts && { counts, failed };
}

/** `FAIL src/x.test.ts (5.1 s)` of jest, ` FAIL  src/x.test.ts > suite > name` of vitest. */
function failedFiles(lines: string[]): string[] {
  return lines.flatMap((line) => /^\s*FAIL\s+(\S.*?)(?: \([\d.]+ m?s\))?\s*$/.exec(line)?.[1] ?? []);
}

/** `2 failed, 884 passed, 886 total` or `2 failed | 460 passed`. */
function countsIn(text: string, prefix: string): [string, number][] {
  return [...text.matchAll(/(\d+) ([a-z]+(?: [a-z]+)*)/g)].map(([, count, what]) => [
    `${prefix}${what}`,
    Number(count),
  ]);
}

/** Counts of all lines that match, added up by status; undefined if none does. */
function sumCounts(
  lines: string[],
  pattern: RegExp,
  read: (found: RegExpExecArray) => [string, number][],
): Record<string, number> | undefined {
  const counts: Record<string, number> = {};
  let found = false;
  for (const line of lines) {
    const match = pattern.exec(line);
    if (!match) continue;
    found = true;
    for (const [status, count] of read(match)) counts[status] = (counts[status] ?? 0) + count;
  }
  return found ? counts : undefined;
}
