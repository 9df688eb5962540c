import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { Failure, InnerControl } from '../../templates/runtime/line.ts';

/** A thread that runs units: one call at a time, with a heap of its own. */
export interface Instance {
  /** MB */
  memory: number;
  ended: boolean;
  /** Answers what comes over this port. */
  serve(port: MessagePort, words: Int32Array): void;
  /** Called with the control port of a thread that calls units itself. */
  onControl(listener: (control: MessagePort) => void): void;
  /** Called once, when the thread has ended, whoever ended it. */
  onEnd(tell: (failure: Failure) => void): void;
  stop(): void;
}

/** MB of new objects. With more, V8 may not see in time that an instance runs out of memory, and ends the whole process. */
const YOUNG_MEMORY = 32;
/** How many instances work; they see it themselves. */
const alive = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export function startInstance(memory: number): Instance {
  const worker = new Worker(join(__dirname, 'instance.cjs'), {
    execArgv: [],
    workerData: { alive },
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG_MEMORY },
    stdout: true,
    stderr: true,
  });
  Atomics.add(alive, 0, 1);
  let tell: (failure: Failure) => void = () => {};
  const instance: Instance = {
    memory,
    ended: false,
    serve: (port, words) => worker.postMessage({ port, words }, [port]),
    onControl: (listener) => void worker.on('message', ({ control }: InnerControl) => listener(control)),
    onEnd: (listener) => {
      tell = listener;
    },
    stop: () => void worker.terminate(),
  };
  forward(worker.stdout, 1);
  forward(worker.stderr, 2);
  const end = (failure: Failure) => {
    if (instance.ended) return;
    instance.ended = true;
    Atomics.sub(alive, 0, 1);
    tell(failure);
  };
  worker.on('error', (error) => end(describeCrash(error, memory)));
  worker.on('exit', (code) => end({ code: 'exit', message: `process.exit(${code}) was called`, mayHaveRun: true }));
  return instance;
}

function describeCrash(error: unknown, memory: number): Failure {
  if ((error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { code: 'out-of-memory', message: `more than ${memory} MB of memory were needed`, mayHaveRun: true };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'crash', message: `the instance crashed: ${message}`, mayHaveRun: true };
}

/** What an instance prints outside of a call belongs to no reply. It must not be lost, so it goes straight out. */
function forward(from: Readable, descriptor: 1 | 2): void {
  from.on('data', (chunk: Buffer) => writeFully(descriptor, chunk));
}

function writeFully(descriptor: 1 | 2, chunk: Buffer): void {
  for (let start = 0; start < chunk.length; ) {
    try {
      start += writeSync(descriptor, chunk, start);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
