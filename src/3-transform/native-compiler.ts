/**
 * The native compiler in a thread of its own, which waits for it: this thread can read the program and bundle it meanwhile. The
 * thread runs a file of `dist`.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { getInstallation } from '../installation.ts';

/** A program as the native compiler is to see it. */
export interface NativeProject {
  /** Where its tsconfig would lie. There is no such file. */
  configFile: string;
  config: string;
  /** Absolute path → what to read instead of the file. */
  texts: ReadonlyMap<string, string>;
  /** Files that may have changed since another project was asked about. */
  changed: readonly string[];
}

/** What it finds. All paths are absolute. */
export interface NativeFindings {
  /** Its files, those of packages and of the language included. */
  files: string[];
  /** Whether something is wrong with its options, or with the program as a whole. */
  isRefused: boolean;
  /** Files with errors. */
  suspects: string[];
}

/** What the thread is asked: to open a project, or to find errors as well, or to end. Questions are answered in turn. */
export type NativeQuestion = { project: NativeProject; isCheck: boolean } | 'end';

/** To a question about errors. */
export type NativeAnswer = { findings: NativeFindings } | { error: string };

/** How long the thread waits for another question, in milliseconds: most programs are built once, some over and over. */
const PATIENCE = { first: 500, later: 3000 };

interface Compiler {
  worker: Worker;
  /** The number of its process, 0 before it has one. Shared with the thread. */
  pid: Int32Array;
  answered: number;
}

let running: Compiler | undefined;
let leaving: NodeJS.Timeout | undefined;

/**
 * Lets the compiler read a program that it will soon be asked about, or most of it, unless it is running already: then it has
 * read what takes long.
 */
export function prepareNative(project: NativeProject): void {
  if (running) return;
  running = start();
  running.worker.postMessage({ project, isCheck: false } satisfies NativeQuestion);
}

/** Throws if there is no native compiler for this machine, or it has failed. */
export async function askNative(project: NativeProject): Promise<NativeFindings> {
  clearTimeout(leaving);
  running ??= start();
  const compiler = running;
  try {
    const answer = await ask(compiler.worker, { project, isCheck: true });
    if ('error' in answer) throw new Error(answer.error);
    const patience = compiler.answered++ === 0 ? PATIENCE.first : PATIENCE.later;
    leaving = setTimeout(() => stop(compiler), patience).unref();
    return answer.findings;
  } catch (error) {
    stop(compiler);
    throw error;
  }
}

function start(): Compiler {
  const pid = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const file = join(getInstallation(), 'dist', 'native-worker.js');
  const worker = new Worker(file, { workerData: pid, execArgv: [] });
  const compiler: Compiler = { worker, pid, answered: 0 };
  // Whoever asks is told; before that nobody minds.
  worker.on('error', () => {}).on('exit', () => forget(compiler));
  worker.unref();
  process.off('exit', killRunning).on('exit', killRunning);
  return compiler;
}

function ask(worker: Worker, question: NativeQuestion): Promise<NativeAnswer> {
  worker.ref();
  return new Promise<NativeAnswer>((resolve, reject) => {
    const end = () => reject(new Error('the thread of the native compiler has ended'));
    worker.once('exit', end).once('error', reject);
    worker.once('message', (answer: NativeAnswer) => {
      worker.off('exit', end).off('error', reject).unref();
      resolve(answer);
    });
    worker.postMessage(question);
  });
}

/**
 * When the process is only told to close it may write to the terminal, and the thread cannot be told while it waits for it. The
 * thread sees its process off.
 */
function stop(compiler: Compiler): void {
  forget(compiler);
  kill(compiler);
  compiler.worker.postMessage('end' satisfies NativeQuestion);
}

function forget(compiler: Compiler): void {
  if (running === compiler) running = undefined;
}

function killRunning(): void {
  if (running) kill(running);
}

function kill({ pid }: Compiler): void {
  const [id = 0] = pid;
  if (id === 0) return;
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
