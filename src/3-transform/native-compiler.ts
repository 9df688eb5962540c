/**
 * The native compiler as a process that answers questions. Its interface is still marked as unstable and says nothing of
 * its process: how that one is found here holds for the version that package.json names.
 */

import { ChildProcess } from 'node:child_process';
import type { API, Program, Snapshot } from '@typescript/native-preview/unstable/sync';

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

/** How long the process waits for another question, in milliseconds: most programs are built once, some over and over. */
const PATIENCE = { first: 500, later: 3000 };

interface Compiler {
  api: API;
  /** What it reads instead of files. */
  overlay: Map<string, string>;
  opened?: string;
}

let running: Compiler | undefined;
let leaving: NodeJS.Timeout | undefined;

/** Throws if there is no native compiler for this machine, or it has failed. */
export async function askNative<Answer>(
  project: NativeProject,
  question: (program: Program) => Answer,
): Promise<Answer> {
  const { API: Api } = await import('@typescript/native-preview/unstable/sync');
  clearTimeout(leaving);
  running ??= start(Api);
  const compiler = running;
  const isFirst = compiler.opened === undefined;
  try {
    const snapshot = open(compiler, project);
    const answer = question(findProgram(snapshot, project));
    snapshot.dispose();
    leaving = setTimeout(() => stop(compiler), isFirst ? PATIENCE.first : PATIENCE.later).unref();
    return answer;
  } catch (error) {
    stop(compiler);
    throw error;
  }
}

function start(Api: typeof API): Compiler {
  const overlay = new Map<string, string>();
  // Before the package's own listener asks it politely.
  process.off('exit', killRunning).prependListener('exit', killRunning);
  return { api: new Api({ fs: { readFile: (name) => overlay.get(name) } }), overlay };
}

function open(compiler: Compiler, { configFile, config, texts, changed }: NativeProject): Snapshot {
  const { api, overlay, opened } = compiler;
  const fileChanges = { changed: [...new Set([...overlay.keys(), ...texts.keys(), ...changed])] };
  overlay.clear();
  for (const [name, text] of texts) overlay.set(name, text);
  overlay.set(configFile, config);
  compiler.opened = configFile;
  // Of the first project it knows nothing yet, and telling it takes long.
  const since = opened === undefined ? {} : { closeProjects: [opened], fileChanges };
  return api.updateSnapshot({ openProjects: [configFile], ...since });
}

function findProgram(snapshot: Snapshot, { configFile }: NativeProject): Program {
  const project = snapshot.getProject(configFile);
  if (!project) throw new Error(`the native compiler does not know ${configFile}`);
  return project.program;
}

/** When it is only told to close it may write to the terminal. */
function stop(compiler: Compiler): void {
  if (running === compiler) running = undefined;
  findProcess(compiler.api)?.kill('SIGKILL');
  try {
    compiler.api.close();
  } catch {
    // It was in the middle of an answer.
  }
}

function killRunning(): void {
  if (running) findProcess(running.api)?.kill('SIGKILL');
}

function findProcess(api: API): ChildProcess | undefined {
  const child = ['client', 'channel', 'child'].reduce(getPart, api as unknown);
  return child instanceof ChildProcess ? child : undefined;
}

function getPart(value: unknown, key: string): unknown {
  return value instanceof Object ? Reflect.get(value, key) : undefined;
}
