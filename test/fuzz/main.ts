/** `npm run fuzz -- [minutes] [seed]`: all fuzzers in turn for that long. The exit code is 1 if one has found something. */
import { fuzzers } from './all.ts';
import { type Fuzzer, runFuzzer } from './fuzzer.ts';

const [minutes = 3, given = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const end = Date.now() + minutes * 60_000;
/** Milliseconds that one fuzzer has before it is the next one's turn. */
const TURN = 20_000;
/** Runs of one seed at most; between two the clock is looked at. */
const RUNS = 100;

let seed = given;
console.log(`seed ${given}`);
while (Date.now() < end) {
  for (const [index, fuzzer] of fuzzers.entries()) {
    const share = (end - Date.now()) / (fuzzers.length - index);
    await take(fuzzer, Date.now() + Math.min(TURN, share));
  }
}

async function take(fuzzer: Fuzzer, until: number): Promise<void> {
  const first = seed;
  const numRuns = Math.max(1, Math.min(RUNS, fuzzer.runs));
  do {
    try {
      await runFuzzer(fuzzer, { seed: seed++, numRuns });
    } catch (error) {
      console.error(`${fuzzer.name}:`, error);
      process.exitCode = 1;
    }
  } while (Date.now() < until);
  console.log(`${fuzzer.name}: ${(seed - first) * numRuns} times with seeds ${first} to ${seed - 1}`);
}
