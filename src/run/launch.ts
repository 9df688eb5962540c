/** Starts the user's program with the overlay and stays out of its way until it ends. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { GO_STREAM, GO_VARIABLE } from './go.ts';

export interface Launch {
  installation: string;
  /** The folder that holds the overlay. */
  folder: string;
  entry: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

/** How a process ended: with a code, or by a signal. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that is ready for a program, or about to be. Nothing of the program has run. */
export interface Started {
  /** The program starts, with these variables besides those it has; resolves when it has ended. */
  go(env: NodeJS.ProcessEnv): Promise<Ending>;
  /** It never starts. */
  drop(): void;
}

/**
 * Standard streams, working directory and the flags of this node are the program's; it is a process of its own. It starts while
 * the overlay may still be written, and waits for it. If this process ends before that, it ends as well.
 */
export function start(program: Launch): Started {
  const nodeArgs = [...process.execArgv, ...listArguments(program)];
  const env = { ...program.env, [GO_VARIABLE]: '1' };
  const child = spawn(process.execPath, nodeArgs, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'], env });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  // Whoever waits for the end hears of it.
  ended.catch(() => {});
  const stream = child.stdio[GO_STREAM] as Writable | null;
  stream?.on('error', () => {});
  return {
    async go(more) {
      const stopForwarding = forwardSignals((signal) => child.kill(signal));
      stream?.end(JSON.stringify(more));
      return ended.finally(stopForwarding);
    },
    drop: () => void child.kill('SIGKILL'),
  };
}

/** What node is started with. */
export function listArguments({ installation, folder, entry, args }: Launch): string[] {
  const preload = pathToFileURL(join(installation, 'dist', 'run', 'preload.js'));
  preload.search = encodeURIComponent(pathToFileURL(folder).href);
  return ['--import', preload.href, entry, ...args];
}

/** A terminal sends these to all processes in front of it, so that the program has them already. */
const TERMINAL_SIGNALS = ['SIGINT', 'SIGQUIT'] as const;
const OTHER_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCONT'] as const;

function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const handlers = [...TERMINAL_SIGNALS, ...OTHER_SIGNALS].map((signal) => {
    const isSent = hasTerminal && TERMINAL_SIGNALS.some((name) => name === signal);
    const handler = isSent ? () => {} : () => send(signal);
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/** Ends this process the way the program ended. */
export function endLike({ code, signal }: Ending): void {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}
