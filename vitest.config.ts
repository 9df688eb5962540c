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

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    // Tests wait for processes, pauses and timeouts much of the time: as many workers as processors would leave these idle.
    maxWorkers: availableParallelism() + 1,
    // Loading the compiler anew for every file takes as long as most of them.
    isolate: false,
    // Many tests start processes, on machines that are busy with others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
