import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './cases.ts';

/** What somebody at the terminal sees. `code` is null when the program was killed. */
export interface Run {
  stdout: string;
  stderr: string;
  code: number | null;
}

/** The part of `faasify run --report` that the tests read. */
export interface Report {
  functions: {
    id: string;
    verdict: string;
    reasons: { code: string; message: string }[];
    crossed: number;
    here: number;
    hereReasons?: unknown[];
  }[];
  totals: { crossed: number };
}

export type Calls = 'auto' | 'blocking';

const TIMEOUT = 60_000;
const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
const BIN = join(ROOT, 'bin/faasify.js');

/** Runs the program as it is, in its own folder. */
export function runPlain(dir: string, entry: string, stdin = ''): Promise<Run> {
  return run(['--import', TSX, entry], dir, stdin);
}

/** Runs the program under `faasify run`; `report` is absent if none was written. */
export async function runFaasified(
  dir: string,
  entry: string,
  options: { calls: Calls; stdin?: string },
): Promise<Run & { report?: Report }> {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  const file = join(folder, 'report.json');
  try {
    const args = [BIN, 'run', entry, '--calls', options.calls, '--report', file];
    const result = await run(args, dir, options.stdin ?? '');
    const report = readReport(file);
    return report ? { ...result, report } : result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function run(args: string[], cwd: string, stdin: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: cleanEnvironment(),
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
    child.stdin.on('error', () => {}); // a program that reads nothing may be gone before its input
    child.stdin.end(stdin);
  });
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env, NO_COLOR: '1' };
  for (const name of ['VITEST', 'NODE_OPTIONS', 'NODE_V8_COVERAGE', 'FORCE_COLOR']) {
    delete (env as Record<string, string | undefined>)[name];
  }
  return env;
}

/**
 * What must be equal in two error outputs: everything but the places. Stack frames are dropped, and so is the code frame
 * that Node prints in front of an uncaught error, because it shows the line of the `throw` that Node saw.
 */
export function normaliseStderr(text: string): string {
  return text
    .replace(/^\S+:\d+\n.*\n *\^+\n(?:Thrown at:\n)?\n?/gm, '')
    .replace(/^ +at .*\n/gm, '')
    .replace(/ {\n *\[?stack\]?:.*\n/g, ' {\n')
    .trim();
}
