/** One run of the user's command, watched from outside. */

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export interface Execution {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  seconds: number;
  /** Why the command could not be started at all. */
  failure?: string;
}

/**
 * Runs a command and waits for it. A single word with spaces in it is a line for the shell (`'npm run x && npx y'`).
 * Standard input is empty, so that both runs see the same.
 */
export function execute(command: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Execution> {
  const [file = '', ...args] = command;
  const shell = command.length === 1 && /\s/.test(file);
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: commandEnv(env, cwd), shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const end = (code: number | null, signal: NodeJS.Signals | null, failure?: string) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        seconds: (performance.now() - started) / 1000,
        ...(failure === undefined ? {} : { failure }),
      });
    child.on('error', (error) => end(null, null, error.message));
    child.on('close', (code, signal) => end(code, signal));
  });
}

/** Why a command did not even start (not found, not executable), as far as that can be told. */
export function startFailure(run: Execution): string | undefined {
  if (run.failure !== undefined) return run.failure;
  const output = `${run.stdout}\n${run.stderr}`;
  if (run.code === 127 || run.code === 126) return output.trim().split('\n').at(-1) || `exit code ${run.code}`;
  return /npx canceled due to missing packages|npm error could not determine executable to run/.exec(output)?.[0];
}

/**
 * The caller's environment without what npm or faasify put there for themselves, with the project's own commands on the
 * path as in an npm script.
 */
function commandEnv(base: NodeJS.ProcessEnv, cwd: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...base, PWD: cwd };
  for (const name of Object.keys(env)) if (OWN_VARIABLES.test(name)) delete env[name];
  env.PATH = [join(cwd, 'node_modules', '.bin'), env.PATH].filter(Boolean).join(delimiter);
  return env;
}

const OWN_VARIABLES = /^(npm_package_.*|npm_lifecycle_.*|npm_config_local_prefix|INIT_CWD|OLDPWD)$/;
