/** What a test runner says of a test that fails. */

import { plainLines } from './test-output.ts';

const SHOWN = 6;

/** The first lines that follow the last mention of the test, without those that show code or are empty; none for a file of tests. */
export function readFailure(output: string, test: string): string[] {
  const name = test.split(/ [›>] /).at(-1) ?? test;
  if (isFile(name)) return [];
  const lines = plainLines(output);
  const at = lines.findLastIndex((line) => line.includes(name));
  const rest = at < 0 ? [] : lines.slice(at + 1);
  const end = rest.findIndex(isHeading);
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .filter((line) => line.trim() !== '' && !isCode(line))
    .slice(0, SHOWN)
    .map((line) => `  ${line.trim()}`);
}

function isFile(name: string): boolean {
  return /^\S+\.[cm]?[jt]sx?$/.test(name);
}

/** Another test, or a summary. */
function isHeading(line: string): boolean {
  return /^\s*(?:●|✖|✘|FAIL\b|PASS\b|not ok\b|ok\b|\d+\) |Test Suites:|Test Files|⎯{9}|─+$|ℹ )/.test(line);
}

/** `  > 108 |   expect(…)`, or where an error comes from. */
function isCode(line: string): boolean {
  return /^\s*(?:[>❯]\s*)?\d*\s*\|/.test(line) || /^\s*(?:at |❯ |---$|\.\.\.$|⎯+)/.test(line);
}
