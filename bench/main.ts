/**
 * `npm run bench [-- part …]`: faasify beside its peers, measured in turn on this machine. Only ratios mean something. Deployments
 * are measured where `FAASIFY_EMULATORS` names the folder with the programs of moto.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeDeploy } from './deploy.ts';
import { medians, type Timed, timeProgram } from './measure.ts';
import { writeOrdinaryProgram } from './ordinary.ts';
import { writeProgram } from './program.ts';
import { timeColdStart, timeFirstReply } from './runtime.ts';

const HERE = import.meta.dirname;
const FAASIFY = join(HERE, '../bin/faasify.js');
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const ROUNDS = Number(process.env.ROUNDS ?? 5);

interface Row {
  what: string;
  ours: string;
  peer: string;
  ratio: number;
  aim: string;
}

const PARTS: Record<string, () => Promise<Row[]>> = {
  build: measureBuild,
  calls: measureCalls,
  rows: measureRows,
  start: measureStart,
  size: measureSize,
  cold: measureColdStart,
  first: measureFirstReply,
  ...(process.env.FAASIFY_EMULATORS && { deploy: measureDeploy }),
};

const work = mkdtempSync(join(tmpdir(), 'faasify-bench-'));
try {
  const named = process.argv.slice(2);
  const rows: Row[] = [];
  for (const name of named.length > 0 ? named : Object.keys(PARTS)) {
    const measure = PARTS[name];
    if (!measure) throw new Error(`there is no part ${name}, only ${Object.keys(PARTS).join(', ')}`);
    rows.push(...(await measure()));
  }
  printTable(rows);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The whole build (analysis, plan, rewrite, bundles, zips) of 5,000 lines against a check of their types. */
async function measureBuild(): Promise<Row[]> {
  return [
    ...(await measureBuildOf('5,000 lines', writeProgram)),
    ...(await measureBuildOf('5,000 lines that use Node', writeOrdinaryProgram)),
  ];
}

async function measureBuildOf(what: string, write: (folder: string, lines: number) => void): Promise<Row[]> {
  const program = mkdtempSync(join(work, 'program-'));
  write(program, 5000);
  const out = join(program, 'out');
  const build = async () => (await timeProgram([FAASIFY, program, '--out', out], program)).total;
  const result = await medians(ROUNDS, {
    tsc: async () => (await timeProgram([TSC, '--noEmit', '-p', program], program)).total,
    first: () => {
      rmSync(out, { recursive: true, force: true });
      return build();
    },
    again: build,
    nothing: async () => (await timeProgram(['-e', ''], program)).total,
  });
  return [
    row(`build of ${what} / tsc --noEmit`, ms(result.first), ms(result.tsc), result.first / result.tsc, '≤ 1.4'),
    row(
      'build again, nothing changed / empty node',
      ms(result.again),
      ms(result.nothing),
      result.again / result.nothing,
      '≤ 0.3 s more',
    ),
  ];
}

/** Calls in sequence of one small function across a thread. */
async function measureCalls(): Promise<Row[]> {
  const result = await medians(ROUNDS, {
    faast: rateOf(() => runPeer('faast.cjs', 2000)),
    worker: rateOf(() => runPeer('worker.cjs', 20_000)),
    awaited: rateOf(() => runOurs('async', 20_000)),
    blocking: rateOf(() => runOurs('blocking', 20_000)),
  });
  const { faast, worker, awaited, blocking } = result;
  return [
    row('awaited calls / faast.js local', perSecond(awaited), perSecond(faast), awaited / faast, '≥ 1'),
    row('blocking calls / faast.js local', perSecond(blocking), perSecond(faast), blocking / faast, '≥ 1'),
    row('awaited calls / bare worker', perSecond(awaited), perSecond(worker), awaited / worker, ''),
    row('blocking calls / bare worker', perSecond(blocking), perSecond(worker), blocking / worker, ''),
  ];
}

/** A table of 10,000 rows to a function and another one back, against the JSON of both, in one process. */
async function measureRows(): Promise<Row[]> {
  const flags = ['run', 'main.ts', '--calls', 'blocking', '--', '60'];
  const results = new Map<'ours' | 'json', number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const { lines } = await timeProgram([FAASIFY, ...flags], join(HERE, 'rows'));
    for (const [place, name] of (['ours', 'json'] as const).entries()) {
      results.set(name, [...(results.get(name) ?? []), Number(lines[place])]);
    }
  }
  const [ours, json] = [Math.min(...(results.get('ours') ?? [])), Math.min(...(results.get('json') ?? []))];
  return [row('10,000 rows there and back / their JSON', ms(ours), ms(json), ours / json, '≤ 2')];
}

/** From nothing to the first result: `faasify run` of a program that was built before, node and tsx included. */
async function measureStart(): Promise<Row[]> {
  const result = await medians(ROUNDS, {
    faast: async () => (await runPeer('faast.cjs', 1)).first,
    ours: async () => (await runOurs('blocking', 1)).first,
  });
  return [
    row(
      'start to first result / faast.js local',
      ms(result.ours),
      ms(result.faast),
      result.ours / result.faast,
      '≤ 0.5',
    ),
  ];
}

/** The zip of a function of two lines with its handler. */
async function measureSize(): Promise<Row[]> {
  const out = join(work, 'size');
  await timeProgram([FAASIFY, join(HERE, 'small'), '--target', 'lambda', '--out', out], HERE);
  const manifest = JSON.parse(readFileSync(join(out, 'faasify.json'), 'utf8')) as { units: { bytes: number }[] };
  const bytes = manifest.units[0]?.bytes ?? Number.NaN;
  return [row('zip of a function of two lines / 2,500 B', `${bytes} B`, '2500 B', bytes / 2500, '≤ 1')];
}

/** A hundred units, to a server that answers at once. */
async function measureDeploy(): Promise<Row[]> {
  const { bare, ours, nothing } = await timeDeploy(FAASIFY, work, ROUNDS);
  return [
    row('deployment of 100 units / the bare requests', ms(ours), ms(bare), ours / bare, '≤ 1.5'),
    row('deployment with nothing to do / 2 s', ms(nothing), '2000 ms', nothing / 2000, '≤ 1'),
  ];
}

/** A process that runs the unit of a function of two lines, until it asks for its first event. */
async function measureColdStart(): Promise<Row[]> {
  const { ours, peer } = await timeColdStart(FAASIFY, work, ROUNDS * 3);
  return [row('cold start of a unit / of a handler by hand', ms(ours), ms(peer), ours / peer, '≤ 1.05')];
}

/** A function that calls another one: what it has to load, and its first call. */
async function measureFirstReply(): Promise<Row[]> {
  const { ours, peer } = await timeFirstReply(FAASIFY, work, ROUNDS);
  return [row('first remote reply of a unit / through the SDK', ms(ours), ms(peer), ours / peer, '≤ 0.4')];
}

function runPeer(name: string, calls: number): Promise<Timed> {
  return timeProgram([join(HERE, 'peers', name), String(calls)], HERE);
}

function runOurs(calls: 'async' | 'blocking', count: number): Promise<Timed> {
  return timeProgram([FAASIFY, 'run', 'main.ts', '--calls', calls, '--', String(count)], join(HERE, 'calls'));
}

function rateOf(run: () => Promise<Timed>): () => Promise<number> {
  return async () => Number((await run()).lines[1]);
}

function row(what: string, ours: string, peer: string, ratio: number, aim: string): Row {
  return { what, ours, peer, ratio, aim };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function perSecond(value: number): string {
  return `${Math.round(value)}/s`;
}

function printTable(rows: Row[]): void {
  const cells = rows.map(({ what, ours, peer, ratio, aim }) => [what, ours, peer, ratio.toFixed(2), aim]);
  const all = [['ours / peer', 'ours', 'peer', 'ratio', 'aim'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  for (const line of all)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
