/** Functions that were made through the API are called. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  type InvokeCommandInput,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, startPlane, type TestPlane } from './plane.ts';
import { makeCode } from './zips.ts';

const CODE = makeCode(`
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
let calls = 0;
export const handler = async (event, context) => {
  calls++;
  console.log('printed', calls);
  if (event.fail) throw new RangeError(event.fail);
  if (event.note) { appendFileSync(event.note, 'x'); throw new Error('again'); }
  if (event.hold) {
    writeFileSync(event.hold, '');
    while (!existsSync(event.hold + '-go')) await new Promise((done) => setTimeout(done, 10));
  }
  if (event.wait) await new Promise((done) => setTimeout(done, event.wait));
  if (event.fill) { const all = []; for (;;) all.push(Buffer.alloc(1e6, 1)); }
  if (event.big) return 'x'.repeat(event.big);
  const { AWS_ENDPOINT_URL, AWS_REGION, TOKEN, AWS_ACCESS_KEY_ID = '', HOME, FAASIFY_PLANTED } = process.env;
  return { calls, env: { AWS_ENDPOINT_URL, AWS_REGION, TOKEN, id: AWS_ACCESS_KEY_ID.slice(0, 4), HOME, FAASIFY_PLANTED },
    trace: process.env._X_AMZN_TRACE_ID, arn: context.invokedFunctionArn, client: context.clientContext, version: context.functionVersion };
};`);
const PLANTED = 'planted-secret-value';
const FunctionName = 'shop';

let plane: TestPlane;
beforeAll(async () => {
  process.env.FAASIFY_PLANTED = PLANTED;
  plane = await startPlane({ log: 'invocations.log' });
  const Environment = { Variables: { TOKEN: PLANTED } };
  await plane.create(FunctionName, { Code: { ZipFile: CODE }, Environment, Timeout: 2, MemorySize: 256 });
  await plane.create('patient', { Code: { ZipFile: CODE }, Timeout: 60 });
});
afterAll(async () => {
  delete process.env.FAASIFY_PLANTED;
  await plane.close();
});

async function invoke(event: object, input: Partial<InvokeCommandInput> = {}) {
  const answer = await plane.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...input }));
  const text = answer.Payload?.transformToString() ?? '';
  return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
}

/** A call that has begun, and ends when it is let go. */
async function hold(name: string) {
  const file = join(plane.folder, name);
  const call = invoke({ hold: file }, { FunctionName: 'patient' });
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
  return () => {
    writeFileSync(`${file}-go`, '');
    return call;
  };
}

function readLog(): Record<string, unknown>[] {
  const text = readFileSync(join(plane.folder, 'invocations.log'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a call', () => {
  it('runs the code in an environment of its own', async () => {
    const { value, ExecutedVersion } = await invoke({});
    expect(ExecutedVersion).toBe('$LATEST');
    expect(value).toMatchObject({
      env: { AWS_ENDPOINT_URL: plane.url, AWS_REGION: 'eu-west-1', TOKEN: PLANTED, id: 'ASIA' },
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:shop',
    });
    expect([value.env.HOME, value.env.FAASIFY_PLANTED]).toEqual([undefined, undefined]);
    expect((await invoke({})).value.calls).toBe(value.calls + 1);
  });

  it('gives the end of the log, and the context of the client', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
    const { LogResult = '', value } = await invoke({}, { LogType: 'Tail', ClientContext });
    expect(value.client).toEqual({ custom: { a: 'b' } });
    const text = Buffer.from(LogResult, 'base64').toString();
    expect(text).toMatch(/^START RequestId: \S+ Version: \$LATEST\n/);
    expect(text).toContain('printed');
    expect(text).toMatch(/REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB/);
    await expect(invoke({}, { ClientContext: 'x' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  it('that throws, takes too long, needs too much or answers too much fails as on AWS', async () => {
    const kinds = async (event: object) => {
      const { FunctionError, value, StatusCode } = await invoke(event);
      return [StatusCode, FunctionError, value.errorType];
    };
    expect(await kinds({ fail: 'bad' })).toEqual([200, 'Unhandled', 'RangeError']);
    expect(await kinds({ big: 7 * 1024 * 1024 })).toEqual([200, 'Unhandled', 'Function.ResponseSizeTooLarge']);
    expect(await kinds({ fill: true })).toEqual([200, 'Unhandled', 'Runtime.OutOfMemory']);
    const late = await invoke({ wait: 10_000 });
    expect(late.value.errorMessage).toMatch(/Task timed out after 2.00 seconds$/);
    expect(late.value.errorType).toBe('Sandbox.Timedout');
    expect((await invoke({})).value.calls).toBe(1);
  });

  it('may be a dry run; what is no JSON, too large or of no type is refused', async () => {
    expect((await invoke({}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
    await expect(invoke({}, { Payload: '{' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    const big = `"${'x'.repeat(2 * 1024 * 1024)}"`;
    const event = invoke({}, { Payload: big, InvocationType: 'Event' });
    await expect(event).rejects.toMatchObject({ name: 'RequestEntityTooLargeException' });
    await expect(invoke({}, { Payload: `"${'x'.repeat(7 * 1024 * 1024)}"` })).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
    await expect(invoke({}, { InvocationType: 'Soon' as never })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('as an event is made again where it fails, three times in all', async () => {
    const note = join(plane.folder, 'notes');
    const { StatusCode } = await invoke({ note }, { InvocationType: 'Event' });
    expect(StatusCode).toBe(202);
    const readAttempts = () => readLog().filter(({ type }) => type === 'Event');
    await expect.poll(() => readAttempts().length, { timeout: 30_000 }).toBe(3);
    expect(readFileSync(note, 'utf8')).toBe('xxx');
    const attempts = readAttempts();
    expect(attempts.map(({ attempt, error }) => [attempt, error])).toEqual([1, 2, 3].map((n) => [n, 'Error']));
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(1);
  });

  it('of an alias runs what it leads to; code that has changed runs from then on', async () => {
    const FunctionName = 'patient';
    await plane.lambda.send(new PublishVersionCommand({ FunctionName }));
    await plane.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const letGo = await hold('before');
    const ZipFile = makeCode('export const handler = async () => "new";');
    await plane.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    expect((await invoke({}, { FunctionName })).value).toBe('new');
    expect((await letGo()).value.version).toBe('$LATEST');
    const { value, ExecutedVersion } = await invoke({}, { FunctionName, Qualifier: 'live' });
    expect([ExecutedVersion, value.version, value.arn]).toEqual(['1', '1', expect.stringMatching(/:patient:live$/)]);
    const unknown = invoke({}, { FunctionName, Qualifier: '2' });
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await plane.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: CODE }));
  });

  it('too many are told so, and no more run at once than may', async () => {
    const FunctionName = 'patient';
    const limit = (ReservedConcurrentExecutions: number) =>
      plane.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
    const refused = { name: 'TooManyRequestsException', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    const call = () => invoke({}, { FunctionName });
    await limit(0);
    await expect(call()).rejects.toMatchObject({ ...refused, $metadata: { httpStatusCode: 429 } });
    await limit(1);
    const letGo = await hold('first');
    await expect(call()).rejects.toMatchObject(refused);
    await letGo();
    await call();
    await plane.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  });

  it('goes on with the trace of its caller', async () => {
    const root = '1-6b077ff7-547f3f2525ce80b46cab6bc3';
    const headers = { 'x-amzn-trace-id': `Root=${root};Parent=819f2b9c3a7af8aa;Sampled=1` };
    await plane.create('traced', { Code: { ZipFile: CODE } });
    const authorization = `AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const path = '/2015-03-31/functions/traced/invocations';
    const answer = await send(plane.url, path, { method: 'POST', headers: { ...headers, authorization }, body: '{}' });
    expect(answer.headers['x-amzn-trace-id']).toBe(`Root=${root};Sampled=1`);
    const { trace } = JSON.parse(answer.body);
    const findOwn = () => readLog().find(({ function: name }) => name === 'traced');
    await expect.poll(findOwn, { timeout: 10_000 }).toBeDefined();
    const own = findOwn();
    expect(own).toMatchObject({ trace: root, parent: '819f2b9c3a7af8aa', cold: true });
    expect(trace).toBe(`Root=${root};Parent=${own?.span};Sampled=1`);
  });

  it('is noted with how it went, and with nothing of what it was about', async () => {
    await invoke({ fail: PLANTED }).catch(() => {});
    await expect.poll(() => readLog().at(-1)?.error, { timeout: 10_000 }).toBe('RangeError');
    const lines = readLog();
    expect(lines.at(-1)).toMatchObject({
      function: 'shop',
      version: '$LATEST',
      type: 'RequestResponse',
      memory: 256,
      error: 'RangeError',
    });
    expect(lines.map(({ error }) => error)).toEqual(
      expect.arrayContaining(['Sandbox.Timedout', 'Runtime.OutOfMemory', 'TooManyRequestsException', undefined]),
    );
    expect(JSON.stringify(lines)).not.toContain(PLANTED);
  });
});
