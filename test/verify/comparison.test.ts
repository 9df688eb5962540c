import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/verify/comparison.ts';
import type { Execution } from '../../src/verify/execution.ts';

function run(stdout: string, change: Partial<Execution> = {}): Execution {
  return { code: 0, signal: null, stdout, stderr: '', seconds: 1, ...change };
}

const jest = (failed: number, extra = '') =>
  `${extra}Test Suites: 1 total\nTests:       ${failed} failed, ${10 - failed} passed, 10 total\nTime: ${Math.random()} s\n`;

describe('comparing two runs', () => {
  it('a program is equal when bytes and exit code are', () => {
    expect(compareRuns(run('1\n'), run('1\n'), []).equal).toBe(true);
    expect(compareRuns(run('1\n'), run('1\n', { code: 3 }), []).differences).toEqual([
      'exit code 0 before, exit code 3 after',
    ]);
    expect(compareRuns(run('1\n'), run('1\n', { code: null, signal: 'SIGSEGV' }), []).equal).toBe(false);
  });

  it('shows the first line that differs', () => {
    expect(compareRuns(run('a\nb\n'), run('a\nc\n'), []).differences).toEqual([
      'stdout differs in line 2: "b" before, "c" after',
    ]);
    expect(compareRuns(run(''), run('', { stderr: 'x' }), []).differences[0]).toBe(
      'stderr differs in line 1: "" before, "x" after',
    );
  });

  it('shows of long lines that begin alike where they differ', () => {
    const [line] = compareRuns(run(`${'a'.repeat(400)}b`), run(`${'a'.repeat(400)}c`), []).differences;
    expect(line).toBe(`stdout differs in line 1: …"${'a'.repeat(50)}b" before, …"${'a'.repeat(50)}c" after`);
  });

  it('reads the path of the copy as that of the original', () => {
    const result = compareRuns(run('at /home/me/p/a.ts:1:2\n'), run('at /tmp/x/project/a.ts:1:2\n'), [
      ['/tmp/x/project', '/home/me/p'],
    ]);
    expect(result.equal).toBe(true);
  });

  it('a test run is equal when its counts and failures are, whatever it prints besides', () => {
    expect(compareRuns(run(jest(0, 'one')), run(jest(0, 'two')), [])).toMatchObject({ equal: true, kind: 'tests' });
  });

  it('the same failing tests before and after are fine, others are not', () => {
    const failing = (name: string) => run(jest(1, `  ● ${name}\n`), { code: 1 });
    expect(compareRuns(failing('adds'), failing('adds'), []).equal).toBe(true);
    expect(compareRuns(failing('adds'), failing('divides'), []).differences).toEqual([
      'fails only in the copy: divides',
      'fails only in the original: adds',
    ]);
  });

  it.each([
    [
      'jest',
      jest(
        1,
        '  ● cart › adds\n\n    expect(received).toBe(expected)\n\n    Expected: 1\n    Received: 2\n\n    > 8 | expect(x)\n\n      at a.ts:8:1\n\n',
      ),
    ],
    [
      'vitest',
      ' FAIL  a.test.ts > cart > adds\nAssertionError: expected 1\n ❯ a.ts:8:1\n\n Test Files  1 failed (1)\n      Tests  1 failed | 9 passed (10)\n',
    ],
    [
      'mocha',
      '  9 passing (2s)\n  1 failing\n\n  1) cart\n       adds:\n\n      AssertionError: expected 1\n      at a.ts:8:1\n',
    ],
    [
      'node',
      '✖ adds (1.2ms)\nℹ tests 10\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.ts:1:1\n✖ adds (1.2ms)\n  AssertionError: expected 1\n      at a.ts:8:1\n',
    ],
    [
      'ava',
      '  ✘ [fail]: adds\n  ─\n\n  adds\n\n  a.ts:8\n\n  AssertionError: expected 1\n\n  ─\n\n  1 test failed\n  9 tests passed\n',
    ],
  ])('shows what %s says of a test that fails only in the copy', (_, text) => {
    const { differences } = compareRuns(run(text.replaceAll('adds', 'divides')), run(text), []);
    const at = differences.findIndex((line) => /^fails only in the copy: .*adds/.test(line));
    expect(differences.slice(at + 1).join('\n')).toMatch(
      /^ {2}(a\.ts:8\n {2})?(AssertionError: expected 1|expect.*\n {2}Expected: 1\n {2}Received: 2)\n?(fails|$)/,
    );
  });

  it('says how the copy ended when it reported no tests', () => {
    const { differences } = compareRuns(run(jest(0)), run('', { code: 1, stderr: 'SyntaxError: x\n' }), []);
    expect(differences).toContain('jest reported tests before, none after');
    expect(differences.at(-1)).toBe('  SyntaxError: x');
  });

  it('says that a command failed before and ran no tests, so that nobody takes equal failures for a proof', () => {
    const failed = run('', { code: 1, stderr: '\nError: no such file\n' });
    const { equal, notes } = compareRuns(failed, failed, []);
    expect(equal).toBe(true);
    expect(notes).toEqual(['no tests were seen, and the untouched project ends with exit code 1: Error: no such file']);
    expect(compareRuns(run('fine\n'), run('fine\n'), []).notes).toEqual([]);
  });

  it('tells slow from wrong', () => {
    const after = run(jest(1, '  ● adds\n    thrown: "Exceeded timeout of 5000 ms for a test.\n'), { code: 1 });
    const { equal, notes } = compareRuns(run(jest(0)), after, []);
    expect(equal).toBe(false);
    expect(notes).toMatchObject([expect.stringContaining('1 more tests ran into')]);
  });

  it('leaves a missed coverage threshold out, and says so', () => {
    const after = run(jest(0), {
      code: 1,
      stderr: 'Jest: "global" coverage threshold for lines (100%) not met: 80%\n',
    });
    const result = compareRuns(run(jest(0)), after, []);
    expect(result.equal).toBe(true);
    expect(result.notes).toHaveLength(1);
    expect(compareRuns(run(jest(0)), { ...after, stderr: 'out of memory' }, []).equal).toBe(false);
  });
});
