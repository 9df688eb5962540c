/** What goes through buckets, and settings that need more than the function itself, against servers that nobody here wrote. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { TRUST } from '../../src/5-deploy/policy.ts';
import { build } from '../../src/commands/build.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { destroy } from '../../src/commands/destroy.ts';
import { diff } from '../../src/commands/diff.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { describeDeployed, formatDeployed, formatJson } from '../../src/report/deploy-text.ts';
import { createPaint } from '../../src/report/paint.ts';
import { ROOT } from '../cli/command.ts';
import { type Account, openAccount } from './account.ts';
import { listEmulators, type Service, startEmulator } from './emulator.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
const isOn = FOLDER !== '';
/** Bytes that do not become fewer. */
const SIZE = 60 * 1024 * 1024;
const BUCKET = 'faasify-shop-000000000000-eu-west-1';

const TSCONFIG =
  '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "types": ["node"], "skipLibCheck": true } }\n';
const BIG = `import { readFileSync } from 'node:fs';
export function measure(from: number): number {
  const bytes = readFileSync(new URL('./big.bin', import.meta.url));
  return bytes.length + from;
}
`;
/** More than is carried, each way, with output and an argument that changes. */
const LARGE = `const rows = Array.from({ length: 90_000 }, (_, n) => ({ id: n, text: 'row ' + n + ' '.repeat(70) + 'é' }));
export function count(table: { id: number; text: string }[], notes: string[]): number {
  console.log('counting', table.length);
  notes.push('counted');
  return table.reduce((sum, row) => sum + row.text.length + row.id, 0);
}
export function make(size: number): string {
  return 'x'.repeat(size);
}
export async function turn(table: { id: number; text: string }[]): Promise<{ id: number; text: string }[]> {
  return table.map((row) => ({ id: -row.id, text: row.text.toUpperCase() }));
}
export async function main(): Promise<void> {
  const notes: string[] = [];
  console.log(count(rows, notes), notes);
  console.log(make(8_000_000).length);
  const turned = await turn(rows);
  console.log(turned.length, turned[89_999], turned === rows);
}
`;
const LARGE_MAIN = "import { main } from './large.js';\nawait main();\n";
const MAIN = "import { add } from './small.js';\nconsole.log(add(1));\n";
const SMALL = `export function add(value: number): number {
  return value + Number(process.env.LIMIT ?? 0) + (process.env.TOKEN ?? '').length;
}
`;

let folder: string;
/** An output with a large zip. */
let big: string;

async function buildProgram(
  name: string,
  files: Record<string, string | Buffer>,
  config: object = {},
): Promise<string> {
  const home = join(folder, name);
  const out = join(home, 'faas');
  mkdirSync(home, { recursive: true });
  const all = {
    'package.json': '{ "name": "shop", "type": "module" }\n',
    'tsconfig.json': TSCONFIG,
    'faasify.config.json': JSON.stringify(config),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(home, file), text);
  const { manifest } = await build({ src: home, cwd: home, flags: { target: 'lambda', app: 'shop', out } });
  expect(manifest.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return out;
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-storage-')));
  if (isOn) big = await buildProgram('big', { 'big.ts': BIG, 'big.bin': randomBytes(SIZE) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Those that know buckets. */
const EMULATORS = listEmulators(FOLDER).filter(({ name }) => name !== 'faasify serve');

describe.skipIf(!isOn).each(EMULATORS)('on $name', (emulator) => {
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
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: service.url,
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return () => vi.unstubAllEnvs();
  });

  const requestOf = (out: string) => ({ out, cwd: folder, flags: {}, env: process.env, progress: () => {} });
  const destroyAll = (out: string) => destroy({ ...requestOf(out), confirm: async () => true });
  const bucket = () => (emulator.name === 'moto' ? BUCKET.replace('000000000000', '123456789012') : BUCKET);

  async function invoke(FunctionName: string, ...args: unknown[]): Promise<unknown> {
    const Payload = JSON.stringify({ args });
    const answer = await account.lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload }));
    return JSON.parse(answer.Payload?.transformToString() ?? '');
  }

  test('a zip of 60 MB goes by a bucket, where nothing stays of it', async () => {
    const before = await account.read();
    await deploy(requestOf(big));
    expect((await account.read()).buckets).toEqual({ [bucket()]: [] });
    expect((await account.read()).functions.map(({ latest, live }) => latest.code === live?.code)).toEqual([true]);
    const about = { Bucket: bucket() };
    const { Rules = [] } = await account.s3.send(new GetBucketLifecycleConfigurationCommand(about));
    expect(Rules).toMatchObject([{ Status: 'Enabled', Filter: { Prefix: 'faasify/' }, Expiration: { Days: 1 } }]);
    const access = await account.s3.send(new GetPublicAccessBlockCommand(about));
    expect(Object.values(access.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    if (emulator.name === 'ministack') expect(await invoke('shop-big-measure', 5)).toEqual({ ret: SIZE + 5 });

    // What a deployment has left that was killed is taken away, what others have put there is not.
    service.takeWrites();
    await deploy(requestOf(big));
    expect(service.takeWrites()).toEqual([]);
    const [theirs, left] = ['notes.txt', `faasify/shop/code/${'0'.repeat(64)}.zip`];
    for (const Key of [theirs, left]) await account.s3.send(new PutObjectCommand({ ...about, Key, Body: 'x' }));
    expect((await diff(requestOf(big))).changes).toMatchObject([{ kind: 'bucket', action: 'update' }]);
    await deploy(requestOf(big));
    expect((await account.read()).buckets).toEqual({ [bucket()]: [theirs] });
    await expect(destroyAll(big)).rejects.toMatchObject({ code: 'not-ours' });
    await account.s3.send(new DeleteObjectCommand({ ...about, Key: theirs }));
    await destroyAll(big);
    expect(await account.read()).toEqual(before);

    // Killed at any request, the next run comes to the same end.
    for (const at of emulator.name === 'moto' ? [] : [9, 15]) {
      await deployAndKill(big, at);
      await deploy(requestOf(big));
      expect((await account.read()).buckets).toEqual({ [bucket()]: [] });
      expect((await diff(requestOf(big))).changes).toEqual([]);
      await destroyAll(big);
      expect(await account.read(), `killed at request ${at}`).toEqual(before);
    }
  }, 120_000);

  const runApp = (out: string) => runNode('--import', 'tsx', join(out, 'app/main.ts'));

  async function runNode(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: ROOT });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    await new Promise((done) => child.once('close', done));
    return text;
  }

  async function deployAndKill(out: string, at: number): Promise<void> {
    service.takeWrites();
    const child = spawn(process.execPath, [join(ROOT, 'bin/faasify.js'), 'deploy', out], { stdio: 'ignore' });
    const ended = new Promise((done) => child.once('exit', done));
    service.onRequest = (index) => {
      if (index === at) child.kill('SIGKILL');
      return undefined;
    };
    await ended;
    service.onRequest = undefined;
  }

  test('a bucket of the user is used, and left with all that is not ours', async () => {
    const about = { Bucket: 'of-the-user' };
    const out = await buildProgram('named', { 'small.ts': SMALL }, { bucket: about.Bucket, claimCheck: true });
    await expect(deploy(requestOf(out))).rejects.toMatchObject({ code: 'no-bucket' });
    const LocationConstraint = 'eu-west-1' as const;
    await account.s3.send(new CreateBucketCommand({ ...about, CreateBucketConfiguration: { LocationConstraint } }));
    await deploy(requestOf(out));
    for (const Key of ['notes.txt', 'faasify/shop/calls/x', 'faasify/other/calls/y']) {
      await account.s3.send(new PutObjectCommand({ ...about, Key, Body: 'x' }));
    }
    expect((await diff(requestOf(out))).changes).toEqual([]);
    await destroyAll(out);
    const { buckets, functions } = await account.read();
    expect([buckets[about.Bucket]?.sort(), functions]).toEqual([['faasify/other/calls/y', 'notes.txt'], []]);
    for (const Key of buckets[about.Bucket] ?? []) await account.s3.send(new DeleteObjectCommand({ ...about, Key }));
    await account.s3.send(new DeleteBucketCommand(about));
  });

  test.skipIf(emulator.name !== 'ministack')('calls that are too large go by a bucket, there and back', async () => {
    const before = await account.read();
    const files = { 'large.ts': LARGE, 'main.ts': LARGE_MAIN };
    const out = await buildProgram('large', files, {
      claimCheck: true,
      select: ['**#count', '**#make', '**#turn'],
    });
    await deploy(requestOf(out));
    const plain = await runNode('--import', 'tsx', join(folder, 'large/main.ts'));
    expect(plain).toContain('8000000');
    vi.stubEnv('FAASIFY_STRICT', '1');
    expect(await runNode('--import', 'tsx', join(out, 'app/main.ts'))).toBe(plain);
    const { buckets } = await account.read();
    expect(Object.keys(buckets)).toEqual([bucket()]);
    // Four objects were there. A removal that takes more than two seconds is given up, on a machine with much to do: what stays expires.
    expect(buckets[bucket()]?.length).toBeLessThan(2);
    await account.s3.send(new PutObjectCommand({ Bucket: bucket(), Key: 'faasify/shop/calls/left', Body: 'x' }));
    await destroyAll(out);
    expect(await account.read()).toEqual(before);
  });

  test.skipIf(emulator.name !== 'ministack')(
    'settings are set, shown, changed one by one and gone back with',
    async () => {
      const config = {
        endpoint: service.url,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      };
      const ssm = new SSMClient(config);
      const setLimit = (Value: string) =>
        ssm.send(new PutParameterCommand({ Name: '/shop/limit', Value, Type: 'SecureString', Overwrite: true }));
      await setLimit('30071');
      const secret = { Name: 'shop/tokens', SecretString: '{"token":"planted-secret"}' };
      await new SecretsManagerClient(config).send(new CreateSecretCommand(secret));
      const vpc = { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'] };
      const deadLetter = 'arn:aws:sqs:eu-west-1:000000000000:failed';
      const environment = { LIMIT: 'ssm:/shop/limit', TOKEN: 'secret:shop/tokens#token' };
      const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::photos/*'] }];
      const all = { vpc, deadLetter, environment, permissions, reservedConcurrency: 4, provisionedConcurrency: 2 };
      const out = await buildProgram('settings', { 'small.ts': SMALL, 'main.ts': MAIN }, all);
      const done = await deploy(requestOf(out));
      const printed = formatDeployed(done, createPaint(false, {}));
      expect(printed).toContain('+ s3:GetObject on arn:aws:s3:::photos/*');
      expect(printed).toContain('it may use s3:GetObject: asked for in faasify.config.json');
      expect(await invoke('shop-small-add', 1)).toEqual({ ret: 1 + 30071 + 'planted-secret'.length });
      expect((await diff(requestOf(out))).changes).toEqual([]);

      // What is looked up is nowhere but there, and in no message of what refuses it.
      const files = readdirSync(out, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
      for (const text of [printed, formatJson(describeDeployed(done)), ...files])
        expect(text).not.toMatch(/planted|30071/);
      await setLimit('30070');
      service.onRequest = (_index, what) =>
        what === 'PUT configuration'
          ? { status: 400, type: 'InvalidParameterValueException', message: 'no 30070, no planted-secret' }
          : undefined;
      await expect(deploy(requestOf(out))).rejects.toThrow('no ***, no ***');
      service.onRequest = undefined;
      await setLimit('30071');

      // So does the app, which has none of the values; one that it has goes along, as always.
      expect(await runApp(out)).toBe(`${1 + 30071 + 'planted-secret'.length}\n`);
      vi.stubEnv('LIMIT', '5');
      expect(await runApp(out)).toBe(`${1 + 5 + 'planted-secret'.length}\n`);
      vi.stubEnv('LIMIT', undefined);

      // A value that is referred to has changed: one call, and it is not told.
      await setLimit('30072');
      const [change] = (await diff(requestOf(out))).changes;
      expect(change?.settings).toEqual([{ setting: 'env LIMIT' }]);
      service.takeWrites();
      await deploy(requestOf(out));
      expect(service.takeWrites().sort()).toEqual(['POST versions', 'PUT aliases', 'PUT configuration']);

      // One of the others, each by its own call; what is of no version publishes none.
      const fewer = await buildProgram(
        'settings',
        {},
        { ...all, deadLetter: undefined, provisionedConcurrency: undefined },
      );
      expect((await diff(requestOf(fewer))).changes.flatMap(({ settings }) => settings)).toEqual([
        { setting: 'deadLetter', from: deadLetter },
        { setting: 'provisionedConcurrency', from: 2 },
      ]);
      await deploy(requestOf(fewer));
      expect((await diff(requestOf(fewer))).changes).toEqual([]);
      const reserved = await buildProgram(
        'settings',
        {},
        { ...all, deadLetter: undefined, provisionedConcurrency: undefined, reservedConcurrency: 7 },
      );
      service.takeWrites();
      await deploy(requestOf(reserved));
      expect(service.takeWrites()).toEqual(['PUT concurrency']);

      // What belongs to a version is gone back with.
      await rollback(requestOf(reserved));
      expect((await diff(requestOf(reserved))).changes).toMatchObject([{ isStale: true }]);

      // A parameter that is not there ends it before anything happens, and so does a value in the place of a reference.
      const missing = await buildProgram(
        'missing',
        { 'small.ts': SMALL },
        { environment: { LIMIT: 'ssm:/shop/none' } },
      );
      service.takeWrites();
      await expect(deploy(requestOf(missing))).rejects.toMatchObject({ code: 'no-such-value' });
      expect(service.takeWrites().filter((what) => /^(PUT|POST|DELETE|Create)/.test(what))).toEqual([]);
      const written = buildProgram('written', { 'small.ts': SMALL }, { environment: { TOKEN: 'planted-value' } });
      await expect(written).rejects.toMatchObject({
        code: 'option-value',
        message: expect.not.stringContaining('planted'),
      });
      await destroyAll(out);
      expect((await account.read()).functions).toEqual([]);
    },
  );
});
