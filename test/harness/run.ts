import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReadProgram, readProgram } from '../../src/commands/phases.ts';
import { finishRun, type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { serve } from '../../src/commands/serve.ts';
import type { RuntimeClient } from '../../src/host/runtime/client-choice.ts';
import { listArguments } from '../../src/run/launch.ts';
import { findTsxConfig } from '../../src/run/tsx-config.ts';
import { type Case, ROOT } from './cases.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { type Run, runNode } from './processes.ts';

/** The part of `faasify run --report` that the tests read. */
export interface Report {
  functions: {
    id: string;
    verdict: string;
    reasons: { code: string; message: string }[];
    crossed: number;
    here: number;
    hereReasons?: { path?: string; reason: string; count: number }[];
  }[];
  totals: { crossed: number };
}

export interface FaasifiedRun extends Run {
  /** Absent if none was written. */
  report?: Report;
}

export type Calls = 'auto' | 'blocking';

const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
const BIN = join(ROOT, 'bin/faasify.js');

/**
 * Programs of tests are short. V8 begins to optimise what has run for a moment, in threads of its own, and most of that is thrown
 * away at the end, which takes a tenth of the time of all processors: it has to stay hot for longer. Later versions have no such option.
 */
const SHORT = process.version.startsWith('v20.') ? ['--interrupt-budget=1500000'] : [];

/** Runs the program as it is, in its own folder; under this Node unless another one is given. */
export function runPlain({ dir, entry, stdin }: Case, node?: string): Promise<Run> {
  return runNode([...(node === undefined ? SHORT : []), '--import', TSX, entry], dir, stdin, process.env, node);
}

/** A way in which a program runs faasified. */
export interface Way {
  calls: Calls;
  /** Over HTTP, through the API of the provider; else from thread to thread. */
  overHttp?: boolean;
  /** Calls inside of units leave them. */
  nested?: boolean;
  /** Over HTTP, each unit from its zip in processes under this client. */
  client?: RuntimeClient;
  /** Without the process of the command line, which stays for as long as the program runs. */
  direct?: boolean;
}

/** The options of `faasify run` that stand for a way. */
export function listFlags({ calls, overHttp, nested }: Way): { calls: Calls; target?: 'lambda'; nested?: 'remote' } {
  return { calls, ...(overHttp && { target: 'lambda' as const }), ...(nested && { nested: 'remote' as const }) };
}

/** Builds what has changed, and runs the program with its functions in the host. */
export function runFaasified(subject: Case, way: Way): Promise<FaasifiedRun> {
  return withFolder(async (folder) => {
    const report = join(folder, 'report.json');
    const result = await chooseRun(subject, way)(subject, way, report);
    return existsSync(report) ? { ...result, report: JSON.parse(readFileSync(report, 'utf8')) as Report } : result;
  });
}

function chooseRun({ expectation }: Case, way: Way): typeof runDirectly {
  if (way.client) return runServed;
  if (way.overHttp && expectation.faults !== undefined) return runThroughFaults;
  if (!way.direct) return runCommand;
  return way.overHttp ? runServed : runDirectly;
}

/**
 * Builds in this process, where the compiler and the declarations of the language are loaded once for all cases. What is
 * started then is the very process that `faasify run` starts.
 */
async function runDirectly(subject: Case, way: Way, report: string): Promise<Run> {
  const prepared = await prepare(subject, listFlags(way), report);
  return runPrepared(subject, prepared);
}

/** As `faasify run --target lambda` does, or `--runtime lambda` where a client is given: the units are served from this process. */
async function runServed(subject: Case, way: Way, report: string): Promise<Run> {
  const { client } = way;
  const prepared = await prepare(subject, listFlags({ ...way, overHttp: true }), report);
  const { out, program } = prepared;
  const serving = await serve({ out, cwd: subject.dir, port: 0, env: program.env, ...(client && { client }) });
  try {
    return await runPrepared(subject, prepared, serving.env);
  } finally {
    await serving.close();
  }
}

/** So often a call is made again that nobody can see twice. */
const REPEATS = 3;

/** Between the program and its units stands what does to requests what the case says. */
async function runThroughFaults(subject: Case, way: Way, report: string): Promise<Run> {
  const { faults = [], fallback } = subject.expectation;
  const prepared = await prepare(subject, { ...listFlags(way), ...(fallback && { fallback }) }, report);
  const serving = await serve({ out: prepared.out, cwd: subject.dir, port: 0 });
  const mercy = fallback === undefined ? REPEATS : undefined;
  const proxy = await startFaultProxy(serving.url, faults === 'gone' ? [] : faults, mercy);
  if (faults === 'gone') await proxy.close();
  try {
    return await runPrepared(subject, prepared, { FAASIFY_ENDPOINT: proxy.url });
  } finally {
    await proxy.close();
    await serving.close();
  }
}

/** The whole command. It finds the build of this process, and would make the same. */
async function runCommand(subject: Case, way: Way, report: string): Promise<Run> {
  const { dir, entry, stdin } = subject;
  const flags = listFlags(way);
  await prepare(subject, flags);
  const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return runNode([BIN, 'run', entry, ...options, '--report', report], dir, stdin);
}

function prepare(subject: Case, flags: Record<string, unknown>, report?: string): Promise<PreparedRun> {
  const { dir: cwd, entry } = subject;
  const read = () => readOnce(subject);
  return prepareRun({ entry, args: [], cwd, flags: { ...flags }, read, ...(report !== undefined && { report }) });
}

/** `env`: what the program is told besides, above all where its units are. */
async function runPrepared(
  { dir, stdin }: Case,
  prepared: PreparedRun,
  env: Record<string, string> = {},
): Promise<Run> {
  const { program } = prepared;
  const result = await runNode([...SHORT, ...listArguments(program)], dir, stdin, { ...program.env, ...env });
  finishRun(prepared);
  return result;
}

/** Cases whose ways may be under way at the same time. */
const MEMORY = 6;
const programs = new Map<Case, ReadProgram>();

/** The ways of a case differ in what is planned, not in what is read. */
function readOnce(subject: Case): ReadProgram {
  const found = programs.get(subject);
  if (found) return found;
  const strictness = { tsconfig: findTsxConfig(subject.dir) };
  const program = readProgram({ path: subject.entry, cwd: subject.dir, strictness }, { bodies: 'keep' });
  programs.set(subject, program);
  for (const oldest of programs.keys()) if (programs.size > MEMORY) programs.delete(oldest);
  return program;
}

/** A folder for the report, gone afterwards. */
async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
