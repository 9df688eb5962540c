import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault-proxy.ts';

/** What a case promises besides behaving the same; read from `expected.json` (examples) or `expect.json` (fixtures). */
export interface Expectation {
  /** Function ids, relative to the folder of the entry, that must be `move` or `repair`. */
  moved?: string[];
  /** Function ids that must be `keep`. */
  kept?: string[];
  /** Exit code of the plain run; 0 unless said. */
  exit?: number;
  /** What is still wrong. The case has to fail as long as this is here, so that it is taken out with the fix. */
  open?: string;
  /** Why calls of functions ran here, as `path: reason`; the report has to count every one of these. */
  here?: Record<string, string[]>;
  /** Over HTTP: what happens to the requests, one after the other, over and over; `gone`: there is no service at all. */
  faults?: Fault[] | 'gone';
  /** `--fallback local` */
  fallback?: 'local';
  /** False where no call crosses a cut although everything is right. */
  crossed?: boolean;
}

/** One program: the folder it runs in, its entry and what is fed to it. */
export interface Case {
  name: string;
  dir: string;
  entry: string;
  stdin: string;
  expectation: Expectation;
}

export const ROOT = join(import.meta.dirname, '../..');

/** `examples/<name>/{main.ts,expected.json,stdin.txt}` */
export function readExamples(): Case[] {
  return readFolders(join(ROOT, 'examples')).map((name) => {
    const dir = join(ROOT, 'examples', name);
    return readCase(name, dir, dir, 'expected.json');
  });
}

/** `fixtures/run/<case>/input/main.ts` with an optional `expect.json` and `stdin.txt` beside `input`. */
export function readFixtures(): Case[] {
  return readFolders(join(ROOT, 'fixtures/run')).map((name) => {
    const folder = join(ROOT, 'fixtures/run', name);
    return readCase(name, join(folder, 'input'), folder, 'expect.json');
  });
}

function readFolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules').map(({ name }) => name);
  const only = process.env.CASE?.split(',');
  return names.filter((name) => !only || only.some((part) => name.includes(part))).sort();
}

function readCase(name: string, dir: string, folder: string, file: string): Case {
  const entry = ['main.ts', 'main.mts', 'main.cts'].find((candidate) => existsSync(join(dir, candidate)));
  if (!entry) {
    throw new Error(`${dir}: no main.ts, main.mts or main.cts`);
  }
  const expectation = readOptional(join(folder, file));
  return {
    name,
    dir,
    entry,
    stdin: readOptional(join(folder, 'stdin.txt')) ?? '',
    expectation: expectation === undefined ? {} : (JSON.parse(expectation) as Expectation),
  };
}

function readOptional(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
