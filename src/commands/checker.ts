import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LoadInput } from '../1-analyze/load.ts';
import type { CheckResult } from '../3-transform/check.ts';
import type { Analysis, OutputFile, Plan, Problem } from '../types.ts';

/** A rewriting to be checked. */
export interface CheckRequest {
  analysis: Analysis;
  plan: Plan;
  /** The files of the app that differ from the user's. */
  app: OutputFile[];
}

export interface Checked extends CheckResult {
  /** What the compiler says about the program as the user wrote it. */
  typeErrors: Problem[];
}

/** Type-checks rewritten programs, one after the other. */
export interface Checker {
  check(request: CheckRequest): Promise<Checked>;
  end(): void;
}

/** What the thread answers: a result, or why there is none. */
export type CheckAnswer = { checked: Checked } | { error: unknown };

const THREAD = new URL('./check-thread.js', import.meta.url);
/** MB for new objects, of which a check makes many: the thread would stop for the garbage collector all the time. */
const YOUNG = 128;

/**
 * A thread that loads the program and checks it as it is, while this one is still analysing it. Undefined where there is no
 * second processor to do it, or no thread to start (faasify runs from its sources).
 */
export function startChecker(input: LoadInput): Checker | undefined {
  if (availableParallelism() < 2 || !existsSync(fileURLToPath(THREAD))) return undefined;
  const thread = new Worker(THREAD, { workerData: input, resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
  thread.unref();
  thread.on('error', () => {}); // whoever waits for an answer is told
  return {
    check: (request) => ask(thread, request),
    end: () => void thread.terminate(),
  };
}

function ask(thread: Worker, request: CheckRequest): Promise<Checked> {
  return new Promise((resolve, reject) => {
    thread.ref();
    const settle = (act: () => void) => {
      thread.unref();
      thread.off('error', fail).off('exit', stop);
      act();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const stop = () => fail(new Error('the thread that checks types has ended'));
    thread.once('error', fail).once('exit', stop);
    thread.once('message', (answer: CheckAnswer) => {
      settle(() => ('checked' in answer ? resolve(answer.checked) : reject(answer.error)));
    });
    thread.postMessage(request);
  });
}
