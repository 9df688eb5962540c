import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createWords, State, sleepWhileBusy, Word } from '../../templates/runtime/line.ts';

/** Wakes a sleeper as the answer to the call before may do, and answers later. */
const OTHER_SIDE = `
const { workerData: words } = require('node:worker_threads');
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
while (Atomics.notify(words, ${Word.state}) === 0) sleep(1);
sleep(30);
Atomics.store(words, ${Word.state}, ${State.answered});
Atomics.notify(words, ${Word.state});
`;

it('a caller sleeps until its own call is over, whoever wakes it', async () => {
  const words = createWords();
  words[Word.state] = State.busy;
  const worker = new Worker(OTHER_SIDE, { eval: true, workerData: words });
  sleepWhileBusy(words, 10_000);
  expect(Atomics.load(words, Word.state)).toBe(State.answered);
  await worker.terminate();
});
