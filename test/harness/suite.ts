import { describe, test } from 'vitest';
import type { Case } from './cases.ts';
import { checkCase, formatWay, type Reference, referTo } from './compare.ts';
import type { Report, Way } from './run.ts';

const TIMEOUT = 150_000;

interface Options {
  /** Told of every case that does the same in one of its ways. */
  passed?: (subject: Case, way: Way, report: Report) => void;
  /** What the faasified runs are compared with; a plain run unless given. */
  refer?: (subject: Case) => Promise<Reference> | Reference;
}

/** For every case at most one plain run, and one faasified run per way; vitest runs a few at a time (`maxConcurrency`). */
export function describeCases(
  title: string,
  cases: Case[],
  waysOf: (subject: Case) => Way[],
  { passed = () => {}, refer = referTo }: Options = {},
): void {
  describe.concurrent(title, () => {
    for (const subject of cases) {
      let reference: ReturnType<typeof refer> | undefined;
      const getReference = () => {
        reference ??= refer(subject);
        return reference;
      };
      const check = subject.expectation.open === undefined ? test : test.fails;
      for (const way of waysOf(subject)) {
        const run = async () => passed(subject, way, await checkCase(subject, await getReference(), way));
        check(`${subject.name} ${formatWay(way)}`, run, TIMEOUT);
      }
    }
  });
}
