import { describe, test } from 'vitest';
import type { Case } from './cases.ts';
import { checkCase, formatWay, runReference } from './compare.ts';
import type { Run } from './processes.ts';
import type { Report, Way } from './run.ts';

const TIMEOUT = 150_000;

/** Told of every case that does the same in one of its ways. */
export type Passed = (subject: Case, way: Way, report: Report) => void;

/** For every case one plain run and one faasified run per way; vitest runs a few at a time (`maxConcurrency`). */
export function describeCases(
  title: string,
  cases: Case[],
  waysOf: (subject: Case) => Way[],
  passed: Passed = () => {},
): void {
  describe.concurrent(title, () => {
    for (const subject of cases) {
      let plain: Promise<Run> | undefined;
      const reference = () => {
        plain ??= runReference(subject);
        return plain;
      };
      const check = subject.expectation.open === undefined ? test : test.fails;
      for (const way of waysOf(subject)) {
        const run = async () => passed(subject, way, await checkCase(subject, await reference(), way));
        check(`${subject.name} ${formatWay(way)}`, run, TIMEOUT);
      }
    }
  });
}
