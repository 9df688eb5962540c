import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By far the longest file, though a short one: last, as vitest would have it, it would keep one worker busy and the others idle. */
const LONGEST = 'test/run-fixtures.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(LONGEST);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

/** What runs in units, apps and converted handlers replaces parts of the process that it is in, or adds globals to it. */
const REPLACING = ['codec', 'convert', 'fuzz', 'runtime'].map((name) => `test/${name}/**/*.test.ts`);

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Tests wait for processes, pauses and timeouts much of the time: as many workers as processors would leave these idle.
    maxWorkers: availableParallelism() + 1,
    // Many tests start processes, on machines that are busy with others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['test/harness/setup.ts'],
    projects: [
      { extends: true, test: { name: 'replacing', include: REPLACING } },
      {
        extends: true,
        test: {
          name: 'others',
          include: ['test/**/*.test.ts'],
          exclude: REPLACING,
          // Loading the compiler anew for every file takes as long as most of them.
          isolate: false,
        },
      },
    ],
  },
});
