/**
 * Clients that nobody here wrote: the AWS CLI and boto3. `npm run test:real` installs them; without `FAASIFY_EMULATORS`, the folder of
 * their programs, there is nobody to ask.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/command.ts';
import { ECHO, ROLE } from './plane.ts';
import { makeCode } from './zips.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
/** Milliseconds: Python starts slowly where much else runs. */
const LONG = 240_000;
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'right' };

let folder: string;
let server: ChildProcess;
let url = '';

beforeAll(async () => {
  if (FOLDER === '') return;
  folder = mkdtempSync(join(tmpdir(), 'faasify-clients-'));
  writeFileSync(join(folder, 'code.zip'), makeCode(ECHO));
  const args = [join(ROOT, 'bin/faasify.js'), 'serve', '--access-key', 'AKIDTEST', '--data', 'data'];
  server = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...KEYS } });
  url = await new Promise((done, fail) => {
    server.on('exit', fail);
    server.stdout?.on('data', (chunk) => {
      const found = /listening on (\S+)/.exec(`${chunk}`)?.[1];
      if (found !== undefined) done(found);
    });
  });
});
afterAll(async () => {
  if (FOLDER === '') return;
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

async function run(program: string, args: string[], { env = {}, input = '' as string | Buffer } = {}) {
  const own = {
    ...process.env,
    ...KEYS,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: url,
    AWS_MAX_ATTEMPTS: '1',
    ...env,
  };
  const child = spawn(join(FOLDER, program), args, { cwd: folder, env: own });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const code = await new Promise((done) => child.once('close', done));
  return { code, stdout, stderr };
}

/** What `aws lambda …` answers. */
async function aws(command: string, env = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run('aws', ['lambda', ...command.split(' '), '--output', 'json'], { env });
  if (code !== 0) throw new Error(stderr);
  return stdout === '' ? {} : JSON.parse(stdout);
}

describe.skipIf(FOLDER === '')('a server that asks for signatures', () => {
  it('is used by the AWS CLI', { timeout: LONG }, async () => {
    const where = '--function-name cli';
    await aws(
      `create-function ${where} --runtime nodejs22.x --handler index.handler --role ${ROLE} --zip-file fileb://code.zip`,
    );
    expect(await aws(`invoke ${where} --payload {"n":1} out.json`)).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
    expect(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))).toMatchObject({ event: { n: 1 } });
    expect(await aws(`update-function-configuration ${where} --timeout 9`)).toMatchObject({ Timeout: 9 });
    expect(await aws(`update-function-code ${where} --zip-file fileb://code.zip --publish`)).toMatchObject({
      Version: '1',
    });
    await aws(`create-alias ${where} --name live --function-version 1`);
    expect(await aws(`invoke ${where}:live out.json`)).toMatchObject({ ExecutedVersion: '1' });
    const { Versions } = await aws(`list-versions-by-function ${where}`);
    expect(Versions).toHaveLength(2);
    const Resource = 'arn:aws:lambda:eu-west-1:000000000000:function:cli';
    await aws(`tag-resource --resource ${Resource} --tags team=a`);
    await expect(aws('list-functions', { AWS_SECRET_ACCESS_KEY: 'wrong' })).rejects.toThrow(
      'InvalidSignatureException',
    );
    await aws(`delete-function ${where}`);
    await expect(aws(`get-function ${where}`)).rejects.toThrow('ResourceNotFoundException');
  });

  it('is used by boto3', { timeout: LONG }, async () => {
    const script = join(import.meta.dirname, 'boto.py');
    const { stdout, stderr } = await run('python', [script, url], { input: makeCode(ECHO) });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      invoke: [{ event: { n: 1 }, calls: 1, version: '$LATEST' }, '$LATEST', 200],
      alias: [{ event: { n: 1 }, calls: 1, version: '1' }, '1', 200],
      ...{ event: 202, dry: 204, tags: { c: 'd' }, policy: { Service: 'sns.amazonaws.com' }, listed: ['boto'] },
      ...{ throttled: ['TooManyRequestsException', 429], twice: ['ResourceConflictException', 409] },
      ...{
        stale: ['PreconditionFailedException', 412],
        gone: ['ResourceNotFoundException', 404],
        account: '000000000000',
      },
      ...{ wrong: ['InvalidSignatureException', 403], unknown: ['UnrecognizedClientException', 403] },
    });
  });
});
