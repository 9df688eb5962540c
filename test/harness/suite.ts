import { describe, test } from 'vitest';
import type { Case } from './cases.ts';
import { checkCase, runReference } from './compare.ts';
import type { Run } from './processes.ts';
import type { Start } from './run.ts';

const TIMEOUT = 150_000;

/** For every case one plain run and one faasified run per way of calling; vitest runs a few at a time (`maxConcurrency`). */
export function describeCases(title: string, cases: Case[], start: Start): void {
  describe.concurrent(title, () => {
    for (const subject of cases) {
      let plain: Promise<Run> | undefined;
      const reference = () => {
        plain ??= runReference(subject);
        return plain;
      };
      for (const calls of ['auto', 'blocking'] as const) {
        const check = subject.expectation.open === undefined ? test : test.fails;
        check(
          `${subject.name} --calls ${calls}`,
          async () => checkCase(subject, await reference(), calls, start),
          TIMEOUT,
        );
      }
    }
  });
}
