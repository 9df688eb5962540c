import { describe, expect, it } from 'vitest';
import { readTestReports } from '../../src/verify/test-output.ts';

/** What the runners print, shortened; recorded from vitest 3 and 4, jest 29 and 30, mocha 11, node 20 and ava 6. */
const SAMPLES = {
  vitest: `
 \u001b[32m✓\u001b[39m test/a.test.ts (2 tests) 3ms
 ❯ test/b.test.ts (3 tests | 1 failed) 4ms

 FAIL  test/b.test.ts > sums > adds
AssertionError: expected 3 to be 4

 \u001b[2mTest Files \u001b[22m \u001b[1m\u001b[31m1 failed\u001b[39m\u001b[22m\u001b[2m | \u001b[22m\u001b[32m1 passed\u001b[39m\u001b[90m (2)\u001b[39m
 \u001b[2m     Tests \u001b[22m 1 failed | 3 passed | 1 skipped (5)
   Start at  07:14:06
   Duration  10.28s (transform 396ms, setup 0ms, collect 1.03s, tests 2.04s)
`,
  jest: `
FAIL src/b.test.ts (5.12 s)
  ● Console

    console.log
      hello

  ● sums › adds

    expect(received).toBe(expected)

PASS src/a.test.ts

Summary of all failing tests
FAIL src/b.test.ts (5.12 s)
  ● sums › adds

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 1 todo, 3 passed, 5 total
Snapshots:   0 total
Time:        0.892 s
Ran all test suites.
`,
  mocha: `

  sums
    ✔ subtracts
    1) adds


  152 passing (2s)
  2 pending
  1 failing

  1) sums
       adds:

      AssertionError [ERR_ASSERTION]: 3 == 4
      + expected - actual
      at Context.<anonymous> (test/a.js:3:5)

`,
  tap: `
TAP version 13
# Subtest: adds
not ok 1 - adds
  ---
  duration_ms: 1.2
  ...
ok 2 - later # SKIP
not ok 3 - some day # TODO
1..3
# tests 3
# suites 0
# pass 0
# fail 1
# cancelled 0
# skipped 1
# todo 1
# duration_ms 49.4
`,
  spec: `
✖ 23 problems (0 errors, 23 warnings)

▶ sums
  ✖ adds (1.532ms)
  ✔ subtracts (0.2ms)
✖ sums (3.1ms)
ℹ tests 2
ℹ suites 1
ℹ pass 1
ℹ fail 1
ℹ cancelled 0
ℹ skipped 0
ℹ todo 0
ℹ duration_ms 52.1

✖ failing tests:

test at a.test.ts:4:3
✖ adds (1.532ms)
`,
  ava: `
  ✔ subtracts
  ✘ [fail]: adds

  adds

  1 test failed
  10 tests passed
  1 test skipped
`,
};

const read = (sample: keyof typeof SAMPLES) => readTestReports(SAMPLES[sample]);

describe('reading what test runners print', () => {
  it('vitest, in colour', () => {
    expect(read('vitest')).toEqual([
      {
        runner: 'vitest',
        counts: { 'files failed': 1, 'files passed': 1, failed: 1, passed: 3, skipped: 1 },
        failed: ['test/b.test.ts > sums > adds'],
      },
    ]);
  });

  it('jest, with its summary of failures', () => {
    expect(read('jest')).toEqual([
      {
        runner: 'jest',
        counts: {
          'suites failed': 1,
          'suites passed': 1,
          'suites total': 2,
          failed: 1,
          todo: 1,
          passed: 3,
          total: 5,
          'snapshots total': 0,
        },
        failed: ['src/b.test.ts', 'sums › adds'],
      },
    ]);
  });

  it('mocha', () => {
    expect(read('mocha')).toEqual([
      { runner: 'mocha', counts: { passing: 152, pending: 2, failing: 1 }, failed: ['sums › adds'] },
    ]);
  });

  it('node:test as TAP', () => {
    expect(read('tap')).toMatchObject([
      { runner: 'node', counts: { tests: 3, fail: 1, skipped: 1 }, failed: ['adds'] },
    ]);
  });

  it('node:test as spec', () => {
    expect(read('spec')).toMatchObject([{ runner: 'node', counts: { tests: 2, pass: 1 }, failed: ['adds', 'sums'] }]);
  });

  it('ava', () => {
    expect(read('ava')).toEqual([{ runner: 'ava', counts: { failed: 1, passed: 10, skipped: 1 }, failed: ['adds'] }]);
  });

  it('adds up several runs of one runner and tells runners apart', () => {
    const reports = readTestReports(SAMPLES.jest + SAMPLES.jest + SAMPLES.mocha);
    expect(reports.map((report) => [report.runner, report.counts.passed ?? report.counts.passing])).toEqual([
      ['jest', 6],
      ['mocha', 152],
    ]);
  });

  it('takes no ordinary program for a test runner', () => {
    expect(readTestReports('Tests of strength: 3 passed\n5 passing cars\nTotal: 4\n# notes 3\n')).toEqual([]);
  });
});
