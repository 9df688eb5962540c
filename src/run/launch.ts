/** Starts the user's program with the overlay and stays out of its way until it ends. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

/** Standard streams, working directory and the flags of this node are the program's; it is a process of its own. */
export function launch(program: Launch): Promise<Ending> {
  const nodeArgs = [...process.execArgv, ...listArguments(program)];
  const child = spawn(process.execPath, nodeArgs, { stdio: 'inherit', env: program.env });
  const stopForwarding = forwardSignals((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve({ code, signal });
    });
  });
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
