import { describe, test } from 'vitest';
import { fuzzers } from './all.ts';
import { runFuzzer } from './fuzzer.ts';

describe('whatever comes', () => {
  for (const fuzzer of fuzzers.filter(({ runs }) => runs > 0)) {
    test(fuzzer.name, () => runFuzzer(fuzzer, { numRuns: fuzzer.runs }));
  }
});
