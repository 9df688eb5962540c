/** The thread of checker.ts: loads the program, finds its type errors, and then answers requests. */

import { parentPort, workerData } from 'node:worker_threads';
import { type LoadedProgram, type LoadInput, loadProgram } from '../1-analyze/load.ts';
import { checkProgram } from './check-program.ts';
import type { CheckAnswer, CheckRequest } from './checker.ts';

/** What the compiler has found once it remembers. */
function checkOriginal({ program, files }: LoadedProgram): void {
  for (const file of files) program.getSemanticDiagnostics(file);
}

function load(): LoadedProgram | { error: unknown } {
  try {
    const loaded = loadProgram(workerData as LoadInput);
    checkOriginal(loaded);
    return loaded;
  } catch (error) {
    return { error };
  }
}

const loaded = load();
parentPort?.on('message', (request: CheckRequest) => {
  const answer: CheckAnswer = 'error' in loaded ? loaded : { checked: checkProgram(loaded, request) };
  parentPort?.postMessage(answer);
});
