/**
 * Deployments against servers that nobody here wrote. `npm run test:real` installs them; without `FAASIFY_EMULATORS`, the folder of
 * their programs, there is nothing to deploy to.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, DeleteFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TRUST } from '../../src/5-deploy/policy.ts';
import { build } from '../../src/commands/build.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { destroy } from '../../src/commands/destroy.ts';
import { diff } from '../../src/commands/diff.ts';
import { list } from '../../src/commands/list.ts';
import { prune } from '../../src/commands/prune.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { FaasifyError } from '../../src/errors.ts';
import { ROOT } from '../cli/command.ts';
import { type Account, type AccountState, openAccount } from './account.ts';
import { type Fault, listEmulators, type Service, startEmulator } from './emulator.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
const isOn = FOLDER !== '';
const PLANTED = {
  AWS_ACCESS_KEY_ID: 'AKIAPLANTEDKEY',
  AWS_SECRET_ACCESS_KEY: 'planted-secret-key',
  TOKEN: 'planted-value',
};

/** A program with so many functions; `changes` are the bodies of some of them, those without one are left out. */
function makeProgram(count: number, changes: Record<number, string | undefined> = {}): Record<string, string> {
  const numbers = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !(index in changes) || changes[index],
  );
  const bodyOf = (index: number) => changes[index] ?? `value * ${index + 2} + Math.abs(value)`;
  const functions = numbers.map(
    (index) => `export function f${index}(value: number): number {\n  return ${bodyOf(index)};\n}\n`,
  );
  const calls = numbers.map((index) => `lib.f${index}(${index})`).join(', ');
  return {
    'package.json': '{ "name": "shop", "type": "module" }\n',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "skipLibCheck": true } }\n',
    'lib.ts': `declare const process: { env: Record<string, string | undefined> };\n${functions.join('\n')}`,
    'main.ts': `import * as lib from './lib.js';\n\nconsole.log([${calls}].join(' '));\n`,
  };
}

const READS_TOKEN = "value + (process.env.TOKEN ?? '').length";

const FAULTS: Fault[] = [
  'lost',
  'unanswered',
  { status: 429, type: 'TooManyRequestsException', message: 'Rate exceeded' },
  { status: 500, type: 'ServiceException', message: 'An internal error occurred' },
];
const ROLE_UNKNOWN: Fault = {
  status: 400,
  type: 'InvalidParameterValueException',
  message: 'The role defined for the function cannot be assumed by Lambda.',
};

/** Output folders by name, made once. */
const outputs = new Map<string, string>();
let folder: string;

async function buildProgram(
  name: string,
  files: Record<string, string>,
  flags: Record<string, unknown> = {},
): Promise<void> {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text);
  const out = join(home, 'faas');
  const { manifest } = await build({ src: home, cwd: home, flags: { target: 'lambda', app: 'shop', out, ...flags } });
  expect(manifest.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  outputs.set(name, out);
}

function outputOf(name: string): string {
  const out = outputs.get(name);
  if (out === undefined) throw new Error(`no output ${name}`);
  return out;
}

/** Milliseconds, for what starts many processes: a machine may be busy with others. */
const LONG = 240_000;

beforeAll(async () => {
  if (!isOn) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-deploy-')));
  await buildProgram('twenty', makeProgram(20, { 0: READS_TOKEN }));
  await buildProgram('changed', makeProgram(20, { 0: READS_TOKEN, 3: 'value * value + 1' }));
  await buildProgram('removed', makeProgram(20, { 0: READS_TOKEN, 3: 'value * value + 1', 7: undefined }));
  await buildProgram('small', makeProgram(5, { 0: READS_TOKEN }));
  await buildProgram(
    'other',
    makeProgram(6, { 0: READS_TOKEN, 1: 'value - 1 + value', 2: undefined, 3: 'value + 7 * value' }),
    { memory: 256 },
  );
  const files = makeProgram(5, { 0: READS_TOKEN });
  const moved =
    files['lib.ts']?.replace('export function f1', '/** @faas region=us-east-1 */\nexport function f1') ?? '';
  await buildProgram('regions', { ...files, 'lib.ts': moved }, { select: 'all' });
});
afterAll(() => isOn && rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isOn).each(listEmulators(FOLDER))('on $name', (emulator) => {
  let service: Service;
  let account: Account;

  beforeAll(async () => {
    service = await startEmulator(emulator);
    account = openAccount(service.url);
    await account.iam.send(new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: TRUST }));
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    const env = {
      ...PLANTED,
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: service.url,
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return () => vi.unstubAllEnvs();
  });

  const requestOf = (out: string) => ({ out, cwd: folder, flags: {}, env: process.env, progress: () => {} });
  const deployOutput = (name: string) => deploy(requestOf(outputOf(name)));
  const destroyAll = () => destroy({ ...requestOf(outputOf('small')), confirm: async () => true });

  /** What a deployment writes. */
  async function writesOf(name: string): Promise<string[]> {
    service.takeWrites();
    await deployOutput(name);
    return service.takeWrites().sort();
  }

  test('a program of twenty units is deployed, kept, changed, gone back with and removed; what is not ours stays', async () => {
    await createForeign('shop-of-somebody-else');
    await createForeign('another');
    const before = await account.read();

    // Everything that was built is live, with its code.
    await deployOutput('twenty');
    const first = await readOurs();
    expect(first.functions).toHaveLength(20);
    expect(first.functions.map(({ live }) => live?.code)).toEqual(readHashes('twenty'));
    expect(
      first.functions.every(({ aliases, latest, live }) => `${aliases}` === 'live' && latest.code === live?.code),
    ).toBe(true);
    expect(first.functions[0]?.live?.env).toEqual({ TOKEN: PLANTED.TOKEN });
    expect(Object.keys(first.roles).sort()).toEqual(['faasify-shop-eu-west-1', 'theirs']);

    // Nothing changed: nothing is written, and nothing would be.
    expect(await writesOf('twenty')).toEqual([]);
    expect((await diff(requestOf(outputOf('twenty')))).changes).toEqual([]);

    // One function changed: exactly that one is updated.
    expect((await diff(requestOf(outputOf('changed')))).changes).toMatchObject([
      { name: 'shop-lib-f3', code: true, settings: [] },
    ]);
    expect(await writesOf('changed')).toEqual(['POST versions', 'PUT aliases', 'PUT code']);
    expect((await readOurs()).functions.map(({ live }) => live?.code)).toEqual(readHashes('changed'));

    // One removed: deleted, and noted.
    expect(await writesOf('removed')).toEqual(['DELETE function', 'PUT aliases']);
    expect((await readOurs()).functions.map(({ name }) => name)).not.toContain('shop-lib-f7');

    // One setting changed: one call.
    vi.stubEnv('TOKEN', 'another-value');
    expect(await writesOf('removed')).toEqual(['POST versions', 'PUT aliases', 'PUT configuration']);
    const latest = (await readOurs()).functions;
    expect(latest[0]?.live?.env).toEqual({ TOKEN: 'another-value' });

    // Back by one, and by one more: to the hashes and settings of that time, with one call a function that differs.
    service.takeWrites();
    await rollback(requestOf(outputOf('removed')));
    expect(service.takeWrites()).toEqual(['PUT aliases']);
    expect((await readOurs()).functions.map(({ live }) => live?.code)).toEqual(readHashes('removed'));
    expect((await readOurs()).functions[0]?.live?.env).toEqual({ TOKEN: PLANTED.TOKEN });
    const { deployments } = await list(requestOf(outputOf('removed')));
    expect(deployments.map(({ isLive }) => isLive)).toEqual([true, false]);

    // What nothing needs is pruned, and what is live is not.
    await prune({ ...requestOf(outputOf('removed')), keep: 1 });
    expect((await readOurs()).functions.map(({ live }) => live?.code)).toEqual(readHashes('removed'));

    // Nothing is left of it, and all of the others.
    await destroyAll();
    expect(await account.read()).toEqual(before);
    await deleteForeign('shop-of-somebody-else', 'another');
  });

  async function createForeign(name: string): Promise<void> {
    const zip = readFileSync(join(outputOf('small'), 'packages/lib-f1.zip'));
    await account.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'handler.handler',
        Role: (await account.iam.send(new GetRoleCommand({ RoleName: 'theirs' }))).Role?.Arn,
        Code: { ZipFile: zip },
        Tags: { 'faasify:app': 'theirs' },
      }),
    );
  }

  async function deleteForeign(...names: string[]): Promise<void> {
    for (const FunctionName of names) await account.lambda.send(new DeleteFunctionCommand({ FunctionName }));
  }

  async function readOurs(): Promise<AccountState> {
    const state = await account.read();
    return { ...state, functions: state.functions.filter(({ tags }) => tags['faasify:app'] === 'shop') };
  }

  test('a function of that name which is not ours ends it before anything happens', async () => {
    await createForeign('shop-lib-f1');
    service.takeWrites();
    await expect(deployOutput('small')).rejects.toMatchObject({
      code: 'not-ours',
      message: expect.stringContaining('shop-lib-f1'),
    });
    expect(service.takeWrites()).toEqual([]);
    await deleteForeign('shop-lib-f1');
  });

  test(
    'killed at any moment, the next run comes to the same end',
    async () => {
      const ends = new Map<string, AccountState>();
      service.takeWrites();
      for (const name of ['other', 'small']) {
        await deployOutput(name);
        ends.set(name, await account.read());
      }
      let most = 30;
      let killed = 0;
      const rounds = emulator.name === 'moto' ? 15 : emulator.name === 'ministack' ? 4 : 2;
      for (let round = 0; round < rounds; round++) {
        const name = round % 2 === 0 ? 'other' : 'small';
        const at = Math.floor(Math.random() * most);
        const wasKilled = await deployAndKill(outputOf(name), at);
        if (wasKilled) killed++;
        else most = Math.max(10, at);
        await deployOutput(name);
        expect(await account.read(), `killed at request ${at} of a deployment of ${name}`).toEqual(ends.get(name));
      }
      expect(killed).toBeGreaterThanOrEqual(rounds * 0.7);
      await destroyAll();
    },
    LONG,
  );

  /** False if it was at its end before so many requests. */
  async function deployAndKill(out: string, at: number): Promise<boolean> {
    service.takeWrites();
    const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'bin/faasify.js'), 'deploy', out, '--json'], {
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((done) => child.once('exit', (_code, signal) => done(signal)));
    service.onRequest = (index) => {
      if (index === at) child.kill('SIGKILL');
      return undefined;
    };
    const signal = await ended;
    service.onRequest = undefined;
    return signal === 'SIGKILL';
  }

  test('a region that the program leaves is found again, and is left with the app', async () => {
    const other = openAccount(service.url, 'us-east-1');
    const namesIn = async ({ read }: Account) => (await read()).functions.map(({ name }) => name);
    await deployOutput('regions');
    expect(await namesIn(other)).toEqual(['shop-lib-f1']);
    expect(await namesIn(account)).toEqual(['shop-lib-f0', 'shop-lib-f2', 'shop-lib-f3', 'shop-lib-f4']);
    expect((await diff(requestOf(outputOf('regions')))).changes).toEqual([]);
    await deployOutput('small');
    expect(await namesIn(other)).toEqual([]);
    expect(await namesIn(account)).toHaveLength(5);
    expect((await diff(requestOf(outputOf('small')))).changes).toEqual([]);
    await destroyAll();
    const { functions, logGroups, roles } = await other.read();
    expect([functions, logGroups, Object.keys(roles)]).toEqual([[], [], ['theirs']]);
    expect((await account.read()).logGroups).toEqual([]);
  });

  test('new versions of all are there before the first goes live, and what is gone goes last', async () => {
    await deployOutput('other');
    service.takeWrites();
    await deployOutput('small');
    const order = service.takeWrites();
    const [published, live, gone] = [/versions$|^POST function$/, /aliases$/, /^DELETE/].map((pattern) => {
      const all = order.flatMap((what, index) => (pattern.test(what) ? [index] : []));
      return { first: Math.min(...all), last: Math.max(...all), count: all.length };
    });
    expect([published?.count, live?.count, gone?.count]).toEqual([5, 5, 1]);
    expect(published?.last).toBeLessThan(live?.first ?? 0);
    expect(live?.last).toBeLessThan(gone?.first ?? 0);
    await destroyAll();
  });

  test.skipIf(emulator.name !== 'moto')(
    'whatever is lost, refused or late on the way, it comes to the same end',
    async () => {
      await deployOutput('other');
      const end = await account.read();
      await destroyAll();
      let met = 0;
      for (let round = 0; round < 3; round++) {
        if (round > 0) await deployOutput('small');
        let roles = 1;
        service.onRequest = (_index, what) => {
          if (what === 'POST function' && roles-- > 0) return ROLE_UNKNOWN;
          return Math.random() < 0.12 ? FAULTS[met++ % FAULTS.length] : undefined;
        };
        await deployOutput('other');
        service.onRequest = undefined;
        expect(await account.read()).toEqual(end);
      }
      expect(met).toBeGreaterThanOrEqual(FAULTS.length);
      await destroyAll();
    },
    LONG,
  );

  test('of two at the same time one is live in the end, as a whole', async () => {
    const ends: AccountState[] = [];
    for (const name of ['other', 'small']) {
      await deployOutput(name);
      ends.push(await account.read());
    }
    for (let round = 0; round < 3; round++) {
      const results = await Promise.allSettled([deployOutput('other'), deployOutput('small')]);
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        expect(result.reason).toBeInstanceOf(FaasifyError);
        expect(result.reason.code).toMatch(/^deploy-/);
      }
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
      expect(ends).toContainEqual(await account.read());
    }
    await destroyAll();
  });

  test.skipIf(emulator.name !== 'moto')(
    'what it prints and writes holds no credential and no value of the environment',
    async () => {
      const texts: string[] = [];
      const run = async (...args: string[]) => void texts.push(await runNode(join(ROOT, 'bin/faasify.js'), ...args));
      const out = outputOf('small');
      for (const json of [[], ['--json']]) {
        await run('diff', out, ...json);
        await run('deploy', out, ...json);
        vi.stubEnv('TOKEN', 'planted-value-2');
        await run('diff', out, ...json);
        await run('list', out, ...json);
        await run('destroy', out, '--yes', ...json);
      }
      vi.stubEnv('TOKEN', `planted-value-${'x'.repeat(5000)}`);
      await run('deploy', out);
      expect(texts.at(-1)).toContain('deploy-limit');
      for (const file of readdirSync(out, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
        if (file.isFile()) texts.push(readFileSync(join(file.parentPath, file.name), 'latin1'));
      }
      expect(texts.length).toBeGreaterThan(20);
      for (const text of texts) expect(text).not.toMatch(/planted|AKIA/i);
    },
  );

  const readsLogs = 'what functions have written is read back, by function and by time, also as it comes';
  test.skipIf(emulator.name !== 'moto')(readsLogs, async () => {
    await deployOutput('small');
    const now = Date.now();
    await writeLog('2026/11/26/shop-lib-f1[2]aa', [
      [now - 90 * 60_000, 'long ago'],
      [now - 5000, 'first'],
      [now - 3000, 'third'],
    ]);
    await writeLog('2026/11/26/shop-lib-f2[1]bb', [[now - 4000, 'second']]);
    const read = async (...args: string[]) =>
      (await runNode(join(ROOT, 'bin/faasify.js'), 'logs', ...args, '--out', outputOf('small')))
        .split('\n')
        .map((line) => line.replace(/^\S+Z /, ''));
    expect(await read()).toEqual(['shop-lib-f1[2] first', 'shop-lib-f2[1] second', 'shop-lib-f1[2] third', '']);
    expect(await read('f1', '--since', '2h')).toEqual([
      'shop-lib-f1[2] long ago',
      'shop-lib-f1[2] first',
      'shop-lib-f1[2] third',
      '',
    ]);
    const [line = ''] = await read('lib-f2', '--json');
    expect(JSON.parse(line)).toMatchObject({ fn: 'shop-lib-f2', version: '1', message: 'second', region: 'eu-west-1' });
    expect(await read('f9')).toEqual([expect.stringContaining('no function f9'), expect.anything(), '']);

    const args = [join(ROOT, 'bin/faasify.js'), 'logs', 'f1', '--follow', '--out', outputOf('small')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const text = await new Promise<string>((done) => {
      let all = '';
      child.stdout.on('data', (chunk) => {
        all += chunk;
        if (all.includes('third') && !all.includes('fourth')) {
          void writeLog('2026/11/26/shop-lib-f1[2]cc', [[Date.now(), 'fourth']]);
        }
        if (all.includes('fourth')) done(all);
      });
    });
    child.kill('SIGINT');
    expect(text.match(/first|third|fourth/g)).toEqual(['first', 'third', 'fourth']);

    // What calls have been billed decides what a change of memory costs.
    const report = 'REPORT RequestId: 1\tDuration: 39.1 ms\tBilled Duration: 40 ms\tMemory Size: 512 MB\t';
    await writeLog('2026/11/26/shop-lib-f1[2]dd', [[Date.now(), report]]);
    const { costs } = await diff(requestOf(outputOf('other')));
    expect(costs.map(({ name, billed, isMeasured }) => [name, billed, isMeasured])).toEqual([
      ['shop-lib-f0', 100, false],
      ['shop-lib-f1', 40, true],
      ['shop-lib-f3', 100, false],
      ['shop-lib-f4', 100, false],
      ['shop-lib-f5', 100, false],
      ['shop-lib-f2', 100, false],
    ]);
    await destroyAll();
  });

  async function writeLog(logStreamName: string, lines: [timestamp: number, message: string][]): Promise<void> {
    const logGroupName = '/faasify/shop';
    const logEvents = lines.map(([timestamp, message]) => ({ timestamp, message }));
    await account.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    await account.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }

  test.skipIf(emulator.name === 'moto')('the functions run there, behind the alias', async () => {
    await deployOutput('small');
    const { Payload, FunctionError } = await account.lambda.send(
      new InvokeCommand({ FunctionName: 'shop-lib-f1', Qualifier: 'live', Payload: JSON.stringify({ args: [5] }) }),
    );
    expect([JSON.parse(Payload?.transformToString() ?? ''), FunctionError]).toEqual([{ ret: 20 }, undefined]);
    expect(await runNode('--import', 'tsx', join(outputOf('small'), 'app/main.ts'))).toBe('13 4 10 18 28\n');
    const invoked = await runNode(join(ROOT, 'bin/faasify.js'), 'invoke', 'f1', '5', '--out', outputOf('small'));
    expect(invoked).toMatch(/^20\nshop-lib-f1, version 1: \d+ ms from here\b.*\n$/);
    const other = await runNode(
      join(ROOT, 'bin/faasify.js'),
      'invoke',
      'f1',
      '5',
      '--qualifier',
      'old',
      '--out',
      outputOf('small'),
    );
    expect(other).toContain('shop-lib-f1:old is not there (eu-west-1)');
    await destroyAll();
  });
});

/** All that it prints. */
async function runNode(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  await new Promise((done) => child.once('close', done));
  return text;
}

/** Of the zips of an output, in the order of their names, as the provider tells them. */
function readHashes(name: string): string[] {
  const file = join(outputOf(name), 'faasify.json');
  if (!existsSync(file)) return [];
  const { units }: { units: { name: string; hash: string; deployed: { name: string } }[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const sorted = units.sort((a, b) => (a.deployed.name < b.deployed.name ? -1 : 1));
  return sorted.map(({ hash }) => Buffer.from(hash, 'hex').toString('base64'));
}
