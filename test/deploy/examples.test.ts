/** All examples deployed to a server that really runs their zips, and what their roles may do; see emulators.test.ts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeDesired } from '../../src/5-deploy/desired.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { finishRun, type PreparedRun, prepareRun } from '../../src/commands/run.ts';
import { listArguments } from '../../src/run/launch.ts';
import type { Manifest } from '../../src/types.ts';
import { type Case, readExamples } from '../harness/cases.ts';
import { describeDifference, runReference } from '../harness/compare.ts';
import { runNode } from '../harness/processes.ts';
import type { Report } from '../harness/run.ts';
import { listEmulators, type Service, startEmulator } from './emulator.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
const LONG = 120_000;
/** Calls of a function that leave in any case; of the others a sample does. One takes that server fifty milliseconds. */
const LIMIT = '5';
/** Examples whose functions call each other, a few times. */
const NESTED = ['funcsplitter', 'greeter', 'maths', 'transport'];
/** Manifests by app. */
const built = new Map<string, Manifest>();

describe.skipIf(FOLDER === '').concurrent('examples, deployed', () => {
  let service: Service;
  const folder = mkdtempSync(join(tmpdir(), 'faasify-examples-'));

  beforeAll(async () => {
    const emulator = listEmulators(FOLDER).find(({ name }) => name === 'ministack');
    if (!emulator) throw new Error('there is no emulator that runs functions');
    service = await startEmulator(emulator);
    const env = {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: service.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      FAASIFY_ENDPOINT: undefined,
      AWS_ENDPOINT_URL_LAMBDA: undefined,
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const subject of readExamples().map(shorten)) {
    test(`${subject.name} does the same`, () => checkDeployed(subject, { app: `ex-${subject.name}` }), LONG);
    if (!NESTED.includes(subject.name)) continue;
    const flags = { app: `nested-${subject.name}`, nested: 'remote' };
    test(`${subject.name} does the same with units that call each other`, () => checkDeployed(subject, flags), LONG);
  }

  async function checkDeployed(subject: Case, flags: { app: string; nested?: string }): Promise<void> {
    const { dir, entry, stdin } = subject;
    const prepared = await prepareRun({
      entry,
      args: [],
      cwd: dir,
      flags: { target: 'lambda', ...flags },
      report: join(folder, `${flags.app}.json`),
    });
    built.set(flags.app, prepared.manifest);
    await deploy({ out: prepared.out, cwd: dir, flags: {}, env: process.env, progress: () => {} });
    const [plain, run] = await Promise.all([
      runReference(subject),
      runNode(listArguments(prepared.program), dir, stdin, { ...prepared.program.env, FAASIFY_LIMIT: LIMIT }),
    ]);
    expect(describeDifference(plain, run)).toBeUndefined();
    const report = readReport(prepared);
    expect(report.totals.crossed, 'calls that crossed').toBeGreaterThan(0);
    const refused = report.functions.flatMap(({ hereReasons = [] }) => hereReasons.map(({ reason }) => reason));
    expect(refused.filter((reason) => /unreachable|denied|not-found|service/.test(reason))).toEqual([]);
  }
});

/** Of the golden file every line has been read: no role may do more than its app needs. */
test.skipIf(FOLDER === '' || process.env.CASE !== undefined)('what the roles of examples may do', async () => {
  const texts = [...built].sort(([a], [b]) => (a < b ? -1 : 1)).map(([app, manifest]) => formatPolicies(app, manifest));
  await expect(texts.join('\n')).toMatchFileSnapshot('policies.txt');
});

function formatPolicies(app: string, manifest: Manifest): string {
  const account = { partition: 'aws', id: '123456789012' };
  const { regions } = describeDesired({ manifest, out: '/', env: {}, account, region: 'eu-west-1' });
  const roles = regions.flatMap(({ role }) => role ?? []);
  const lines = roles.flatMap(({ name, policy }) => [
    `  ${name}`,
    ...policy.statements.flatMap(({ actions, resources, why }) => [
      `    it ${why}`,
      ...resources.flatMap((resource) => actions.map((action) => `      ${action} on ${resource}`)),
    ]),
  ]);
  return `${[app, ...lines].join('\n')}\n`;
}

/** Blurring an image asks for every pixel nine times. */
function shorten(subject: Case): Case {
  return { ...subject, stdin: subject.stdin.replaceAll(/^blur.*\n/gm, '') };
}

function readReport(prepared: PreparedRun): Report {
  finishRun(prepared);
  const file = prepared.report ?? '';
  if (!existsSync(file)) throw new Error(`no report ${file}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
