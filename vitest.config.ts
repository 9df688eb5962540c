import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests wait for processes much of the time: one worker less than processors, as usual, would leave one idle.
    maxWorkers: availableParallelism(),
    // Many tests start processes, on machines that are busy with others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
