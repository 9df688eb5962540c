import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests start processes, on machines that are busy with others.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
