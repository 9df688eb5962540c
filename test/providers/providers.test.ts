/**
 * Programs with their units on the providers' own runtimes. FAASIFY_PROVIDERS names those to run (`gcf,knative` or `all`); what their
 * runtimes are made of is installed into FAASIFY_PROVIDERS_HOME, or a temporary folder. Without the first nothing is run.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { finishRun, type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { unzip } from '../../src/host/control/unzip.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { listArguments } from '../../src/run/launch.ts';
import { type Case, ROOT, readExamples } from '../harness/cases.ts';
import { describeDifference, runReference } from '../harness/compare.ts';
import { type Run, runNode } from '../harness/processes.ts';
import type { Report } from '../harness/run.ts';
import { install, loadRuntimes } from './install.ts';
import { formatMatrix, type Mark, type Proof, ROWS, type Row, readProofs, writeProof } from './matrix.ts';
import { nameRuntime, type ProviderRuntime, type RunningUnits, type StartedUnit, startForwarder } from './runtime.ts';

const asked = process.env.FAASIFY_PROVIDERS ?? '';
const runtimes = await loadRuntimes(asked);
const scratch = mkdtempSync(join(tmpdir(), 'faasify-providers-'));
const home = process.env.FAASIFY_PROVIDERS_HOME ?? join(scratch, 'home');
const LONG = 240_000;
/** Calls of a function that leave in any case; of the others a sample does. */
const LIMIT = '5';

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const targets = [...new Set(runtimes.map(({ target }) => target))].join(',');
const matrix: Case = {
  name: 'matrix',
  dir: join(import.meta.dirname, 'program'),
  entry: 'main.ts',
  stdin: '',
  expectation: {},
};
const examples = process.env.FAASIFY_PROVIDERS_ONLY === 'matrix' ? [] : readExamples().map(shorten);

/** Blurring an image asks for every pixel nine times. */
function shorten(subject: Case): Case {
  return { ...subject, stdin: subject.stdin.replaceAll(/^blur.*\n/gm, '') };
}

/** Built once, for all targets. */
const prepared = new Map<string, Promise<PreparedRun>>();
const plain = new Map<string, Promise<Run>>();

function prepare(subject: Case): Promise<PreparedRun> {
  const found = prepared.get(subject.name) ?? buildOf(subject);
  prepared.set(subject.name, found);
  return found;
}

function buildOf({ name, dir, entry }: Case): Promise<PreparedRun> {
  const flags = { target: targets, app: `ex-${name}`, ...(name === 'matrix' && { nested: 'remote' }) };
  return prepareRun({ entry, args: [], cwd: dir, flags, report: join(scratch, `${name}.json`) });
}

function runPlainly(subject: Case): Promise<Run> {
  const found = plain.get(subject.name) ?? runReference(subject);
  plain.set(subject.name, found);
  return found;
}

/** All at once, while the first ones are tested. */
const installing = new Map(
  runtimes.map((runtime) => [nameRuntime(runtime), install(runtime, home).catch((error: Error) => error)]),
);

/** Providers side by side, programs at one of them one after the other: where its units find each other is said in the environment. */
describe.concurrent.each(runtimes.map((runtime) => [nameRuntime(runtime), runtime] as const))('%s', (name, runtime) => {
  let folder = '';
  let proof: Proof;

  beforeAll(async () => {
    const found = await installing.get(name);
    if (typeof found === 'string') folder = found;
    else console.log(`SKIPPED: ${name}, as its runtime cannot be installed here: ${found?.message}`);
    proof = { version: '', rows: {}, examples: [] };
  }, LONG);

  afterAll(() => {
    if (process.env.FAASIFY_PROVIDERS_WRITE) writeProof(name, proof);
  });

  beforeEach((context) => context.skip(folder === ''));

  test.sequential(
    'rows of the matrix',
    async () => {
      const { run, report, version } = await runThere(runtime, folder, matrix);
      const reference = splitRows((await runPlainly(matrix)).stdout);
      const rows = splitRows(run.stdout);
      const isEqual = (row: Row) => rows[row] !== undefined && rows[row] === reference[row];
      proof.version = version;
      for (const row of ROWS) proof.rows[row] = isEqual(row) && findMark(report, row);
      expect({ code: run.code, stderr: run.stderr, rows }).toEqual({
        code: 0,
        stderr: 'to stderr: somebody\n',
        rows: reference,
      });
      const expected = Object.fromEntries(ROWS.map((row): [Row, Mark] => [row, true]));
      if (await lacksThreads(runtime.target)) expected.nested = 'awaited';
      expect(proof.rows).toEqual(expected);
    },
    LONG,
  );

  test.sequential.each(examples)(
    '$name does the same',
    async (subject) => {
      const { run, report } = await runThere(runtime, folder, subject);
      expect(describeDifference(await runPlainly(subject), run)).toBeUndefined();
      expect(report.totals.crossed, 'calls that crossed').toBeGreaterThan(0);
      const refused = report.functions.flatMap(({ hereReasons = [] }) => hereReasons.map(({ reason }) => reason));
      expect(refused.filter((reason) => /unreachable|denied|not-found|service/.test(reason))).toEqual([]);
      proof.examples.push(subject.name);
    },
    LONG,
  );
});

async function lacksThreads(target: string): Promise<boolean> {
  const { provider } = (await import(/* @vite-ignore */ `../../src/providers/${target}.ts`)) as { provider: Provider };
  return provider.lacks?.threads === true;
}

/** README shows what has been proven, and nothing else. */
test('the matrix in README is that of the proofs', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const lines = formatMatrix(readProofs()).split('\n');
  expect(lines.filter((line) => !readme.includes(`${line}\n`))).toEqual([]);
});

interface RunThere {
  run: Run;
  report: Report;
  version: string;
}

async function runThere(runtime: ProviderRuntime, folder: string, subject: Case): Promise<RunThere> {
  const { dir, stdin, name } = subject;
  const { out, manifest, program } = await prepare(subject);
  const own = join(scratch, nameRuntime(runtime), name);
  const units = await placeUnits({ out, manifest }, runtime.target, own);
  const fellows = await startForwarder();
  const env = { [nameVariable(runtime.target, 'ENDPOINT')]: fellows.url };
  Object.assign(process.env, env);
  const running = await runtime.start({ units, out, home: folder, scratch: own, env });
  fellows.lead(running.endpoint);
  const file = join(own, 'report.json');
  try {
    const around = { ...program.env, ...describeService(runtime, running), FAASIFY_LIMIT: LIMIT, FAASIFY_REPORT: file };
    const run = await runNode(listArguments(program), dir, stdin, around);
    finishRun({ ...(await prepare(subject)), report: file });
    return { run, report: JSON.parse(readFileSync(file, 'utf8')) as Report, version: running.version };
  } finally {
    await running.stop();
    await fellows.stop();
  }
}

/** What the provider is given of each unit, in folders of their own: the entry beside the handler, or what is in the zip. */
async function placeUnits(
  { out, manifest }: Pick<PreparedRun, 'out' | 'manifest'>,
  target: string,
  own: string,
): Promise<StartedUnit[]> {
  const placed = manifest.units.map(async ({ zip, deployed, calls, places = [] }): Promise<StartedUnit[]> => {
    const place = places.find((one) => one.target === target) ?? (places.length === 0 ? deployed : undefined);
    if (!place) return [];
    const folder = join(own, place.name);
    if ('package' in place && place.package) cpSync(join(out, place.package.folder), folder, { recursive: true });
    else await unzip(readFileSync(join(out, zip)), folder);
    return [{ name: place.name, folder, ...(calls && { isCaller: true as const }) }];
  });
  return (await Promise.all(placed)).flat();
}

function describeService({ target }: ProviderRuntime, { endpoint, key, env }: RunningUnits): NodeJS.ProcessEnv {
  return {
    FAASIFY_TARGETS: target,
    ...env,
    [nameVariable(target, 'ENDPOINT')]: endpoint,
    ...(key !== undefined && { [nameVariable(target, 'KEY')]: key }),
  };
}

function nameVariable(target: string, what: 'ENDPOINT' | 'KEY'): string {
  return `FAASIFY_${what}_${target.toUpperCase().replaceAll('-', '_')}`;
}

/** `== call` begins a row. */
function splitRows(stdout: string): Record<string, string> {
  const parts = stdout.split(/^== (\w+)\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? '']] : [])));
}

/** What shows a row has really been over there; what `inner` has is called by units alone. */
const SHOWN: Partial<Record<Row, string[]>> = {
  call: ['work#sum'],
  values: ['work#touch'],
  errors: ['work#refuse'],
  output: ['work#announce'],
  async: ['work#wait'],
  nested: ['inner#divide', 'inner#reject'],
  large: ['work#repeat'],
};

/** Of them the one that nobody sleeps for. */
const AWAITED = 'inner#reject';

function findMark({ functions }: Report, row: Row): Mark {
  const shown = SHOWN[row] ?? [];
  const crossed = shown.filter((fn) => functions.some(({ id, crossed }) => id === fn && crossed > 0));
  if (crossed.length === shown.length) return true;
  return crossed.includes(AWAITED) && 'awaited';
}
