import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { main } from '../../src/cli.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin/faasify.js');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real `faasify` in a folder, as somebody at a terminal without colours. */
export function faasifyProcess(cwd: string, ...args: string[]): Promise<Ended> {
  return runNode(cwd, BIN, ...args);
}

/** The same command line in this process, where the compiler is loaded once: one at a time. */
export async function faasify(cwd: string, ...args: string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const before = { cwd: process.cwd(), exitCode: process.exitCode };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  vi.stubEnv('NO_COLOR', '1');
  process.chdir(cwd);
  try {
    await main(args);
    return { ...written, code: Number(process.exitCode ?? 0) };
  } finally {
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

export function runNode(cwd: string, ...args: string[]): Promise<Ended> {
  return runNodeIn({}, cwd, ...args);
}

/** With variables of its own. */
export function runNodeIn(env: Record<string, string>, cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end();
  });
}

export interface Watcher {
  child: ChildProcess;
  /** Exit code. */
  ended: Promise<number | null>;
  /** Waits until what has been printed since the last call matches. */
  until(pattern: RegExp): Promise<void>;
}

/** `faasify . --watch`, which is ended after the test at the latest. */
export function watchBuilds(cwd: string): Watcher {
  const child = spawn(process.execPath, [BIN, '.', '--watch'], { cwd, env: { ...process.env, NO_COLOR: '1' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const until = async (pattern: RegExp) => {
    await vi.waitFor(() => expect(text).toMatch(pattern), { timeout: 30_000, interval: 50 });
    text = '';
  };
  return { child, ended, until };
}

/** A folder with these files, gone after the test. */
export function makeProject(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A copy of a folder of this repository, gone after the test. */
export function copyProject(path: string): string {
  const folder = makeProject({});
  cpSync(join(ROOT, path), folder, { recursive: true });
  return folder;
}

/** A program of two files whose functions can move. */
export const TRIG = {
  'package.json': '{ "type": "module" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'trig.ts': [
    'export function square(value: number): number {',
    '  return value * value + 0;',
    '}',
    '',
    'export function calculate(values: number[]): number {',
    '  return values.map(square).reduce((sum, value) => sum + value, 0);',
    '}',
    '',
  ].join('\n'),
  'main.ts': "import { calculate } from './trig.js';\n\nconsole.log(calculate([1, 2, 3]));\n",
};
