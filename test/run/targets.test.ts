/**
 * Programs whose calls go through the transports of providers, to units that this machine serves as each of them would. Without
 * CONFORMANCE a few targets; for another Node all of them, some examples and cases with one each; with FAASIFY_SERVED=all everything.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishRun, type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { LOCAL, listTargets } from '../../src/providers/index.ts';
import { listArguments } from '../../src/run/launch.ts';
import { type Case, ROOT, readExamples, readFixtures } from '../harness/cases.ts';
import { describeDifference, runReference } from '../harness/compare.ts';
import { rowOf } from '../harness/page.ts';
import { type Run, runNode } from '../harness/processes.ts';
import type { Report } from '../harness/run.ts';

const { CONFORMANCE, FAASIFY_SERVED } = process.env;
const isAll = FAASIFY_SERVED === 'all';
const isQuick = CONFORMANCE === undefined && FAASIFY_SERVED === undefined;
const QUICK = ['http', 'openwhisk', 'knative'];
/** Examples that have much of everything. */
const SOME = ['kvstore', 'myapp', 'statefulclass', 'greeter'];
const LONG = 120_000;

const all = listTargets().filter((target) => target !== LOCAL && target !== 'lambda');
const named = all.filter((target) => FAASIFY_SERVED?.split(',').includes(target));
const targets = isQuick ? all.filter((target) => QUICK.includes(target)) : named.length > 0 ? named : all;

const matrix: Case = {
  ...{ name: 'matrix', dir: join(ROOT, 'test/providers/program'), entry: 'main.ts', stdin: '', expectation: {} },
};
/** The first case of every kind of row. */
const cases = readFixtures().filter(({ name, expectation: { open, faults } }, index, list) => {
  const kind = (subject?: Case) => subject && rowOf(subject.name).slice(0, 1);
  return open === undefined && faults === undefined && kind(list[index - 1]) !== kind(list[index]) && name !== '';
});
const others = [...readExamples(), ...cases];
const some = others.filter(({ name }) => SOME.includes(name) || cases.some((subject) => subject.name === name));

/** The matrix goes through all transports, every one of some through one. */
function chooseCases(target: string): Case[] {
  if (isAll) return [matrix, ...others];
  return isQuick ? [matrix] : [matrix, ...some.filter((subject) => targetsOf(subject).includes(target))];
}

function targetsOf(subject: Case): string[] {
  if (isAll || subject === matrix) return targets;
  return targets.filter((_, index) => index === some.indexOf(subject) % targets.length);
}

const scratch = mkdtempSync(join(tmpdir(), 'faasify-targets-'));
const prepared = new Map<string, Promise<[PreparedRun, Serving]>>();
const plain = new Map<string, Promise<Run>>();

beforeAll(() => expect(targets).not.toEqual([]));
afterAll(async () => {
  const served = await Promise.all(prepared.values());
  await Promise.all(served.map(([, { close }]) => close()));
  rmSync(scratch, { recursive: true, force: true });
});

function once<T>(known: Map<string, Promise<T>>, { name }: Case, make: () => Promise<T>): Promise<T> {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}

/** Built once for all its targets, and served once. */
async function prepare(subject: Case): Promise<[PreparedRun, Serving]> {
  const { entry, dir, name } = subject;
  const flags = { target: targetsOf(subject).join(','), ...(subject === matrix && { nested: 'remote' }) };
  const report = join(scratch, `${name}.json`);
  const run = await prepareRun({ entry, args: [], cwd: dir, flags, report });
  return [run, await serve({ out: run.out, cwd: dir, port: 0, env: process.env })];
}

async function runThrough(target: string, subject: Case): Promise<{ run: Run; report: Report }> {
  const [there, served] = await once(prepared, subject, () => prepare(subject));
  const report = join(scratch, `${target}-${subject.name}.json`);
  const rest = { FAASIFY_TARGETS: target, FAASIFY_REPORT: report, FAASIFY_LIMIT: '20' };
  const env = { ...there.program.env, ...served.env, ...rest };
  const run = await runNode(listArguments(there.program), subject.dir, subject.stdin, env);
  finishRun({ ...there, report });
  return { run, report: JSON.parse(readFileSync(report, 'utf8')) };
}

describe.each(targets.map((target) => ({ target, subjects: chooseCases(target) })))(
  'the transport of $target',
  ({ target, subjects }) => {
    test.each(subjects)(
      'lets $name do the same',
      async (subject) => {
        const { run, report } = await runThrough(target, subject);
        expect(describeDifference(await once(plain, subject, () => runReference(subject)), run)).toBeUndefined();
        if (subject.expectation.crossed !== false) expect(report.totals.crossed).toBeGreaterThan(0);
        const reasons = report.functions.flatMap(({ hereReasons = [] }) => hereReasons.map(({ reason }) => reason));
        expect(reasons.filter((reason) => /unreachable|denied|not-found|service/.test(reason))).toEqual([]);
      },
      LONG,
    );
  },
);
