import { expect, test, vi } from 'vitest';

test('signals of a kind that cannot be combined, as those of an older jsdom', async () => {
  vi.stubGlobal('AbortSignal', class {});
  vi.resetModules();
  const { combine } = await import('../../templates/runtime/signal.ts');
  vi.unstubAllGlobals();
  const { signal } = new AbortController();
  expect(combine([signal])).toBe(signal);
});
