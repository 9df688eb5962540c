/** The process of an instance: a session of its own, so that all it starts is frozen and ended with it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Guard } from './guard.ts';

export interface Child {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** When it has ended, and all it wrote is here. */
  ended: Promise<Exit>;
  freeze(): void;
  thaw(): void;
  kill(): void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It could not even be started. */
  error?: Error;
}

export interface ChildInput {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** MB that a file may have. */
  storage: number;
  guard: Guard;
}

/** Blocks of 512 bytes, as a shell counts them. */
const BLOCKS_PER_MB = 2048;
const LIMITED = 'ulimit -c 0; ulimit -f "$1"; shift; exec "$@"';

export function startChild({ command, args, cwd, env, storage, guard }: ChildInput): Child {
  const limits = ['-c', LIMITED, 'sh', String(storage * BLOCKS_PER_MB)];
  const child = spawn('/bin/sh', [...limits, command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  if (pid > 0) guard.watch(pid);
  const ended = waitForEnd(child).finally(() => pid > 0 && guard.forget(pid));
  const signal = (name: NodeJS.Signals) => {
    if (pid > 0) signalGroup(pid, name);
  };
  return {
    pid,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    kill: () => signal('SIGKILL'),
  };
}

/** Milliseconds that output may be behind the end of its process. */
const OUTPUT_TIME = 1000;

/** What it has started ends with it. Output that something else holds open is not waited for. */
function waitForEnd(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Exit> {
  return new Promise((done) => {
    child.on('error', (error) => done({ code: null, signal: null, error }));
    child.on('close', (code, signal) => done({ code, signal }));
    child.on('exit', () => {
      if (child.pid) signalGroup(child.pid, 'SIGKILL');
      const timer = setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), OUTPUT_TIME);
      child.on('close', () => clearTimeout(timer));
    });
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
