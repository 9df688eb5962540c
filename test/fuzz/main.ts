/** `npm run fuzz -- [minutes] [seed]`: all fuzzers in turn for that long. The exit code is 1 if one has found something. */
import { fuzzers } from './all.ts';
import { runFuzzer } from './fuzzer.ts';

const [minutes = 3, given = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const end = Date.now() + minutes * 60_000;

console.log(`seed ${given}`);
for (let round = 0; Date.now() < end; round++) {
  for (const [index, fuzzer] of fuzzers.entries()) {
    const left = Math.max(1000, (end - Date.now()) / (fuzzers.length - index));
    const seed = given + round;
    await run(fuzzer, { seed, interruptAfterTimeLimit: Math.min(left, 30_000), numRuns: Number.MAX_SAFE_INTEGER });
  }
}

async function run(fuzzer: (typeof fuzzers)[number], limits: Parameters<typeof runFuzzer>[1]): Promise<void> {
  try {
    console.log(`${fuzzer.name}: ${await runFuzzer(fuzzer, limits)} times with seed ${limits.seed}`);
  } catch (error) {
    console.error(`${fuzzer.name}:`, error);
    process.exitCode = 1;
  }
}
