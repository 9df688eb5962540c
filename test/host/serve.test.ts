import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { buildRuntime, bundleUnit, writeManifest } from './program.ts';

const UNIT = `
function calculate(values) { console.log('sum'); return values.reduce((a, b) => a + b, 0); }
function fail(text) { throw new RangeError(text); }
function big() { return 'x'.repeat(7 * 1024 * 1024); }
function exit() { process.exit(1); }
export const handler = handle({
  'trig#calculate': { run: calculate, params: ['values'], contract: 'c1' },
  'trig#fail': { run: fail, params: ['text'] },
  'trig#big': { run: big },
  'trig#exit': { run: exit },
}, rich, output);
`;
const SINGLE = `export const handler = handle({ 'm#double': { run: (x) => x * 2, params: ['x'] } });`;

let folder: string;
let serving: Serving;
let client: LambdaClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-serve-'));
  await buildRuntime(folder);
  await bundleUnit(folder, 'lambda', 'trig', UNIT);
  await bundleUnit(folder, 'lambda', 'double', SINGLE);
  const functions = ['trig#calculate', 'trig#fail', 'trig#big', 'trig#exit'];
  writeManifest(folder, [
    { name: 'trig', functions, bundle: 'trig.mjs' },
    { name: 'double', functions: ['m#double'], bundle: 'double.mjs', deployed: { name: 'shop-double', alias: 'live' } },
  ]);
  serving = await serveFolder({ out: folder, cwd: folder, port: 0 }, join(folder, 'host.cjs'));
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  client = new LambdaClient({ endpoint: serving.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await serving.close();
  rmSync(folder, { recursive: true });
});

async function invoke(FunctionName: string, event: unknown): Promise<[unknown, string | undefined]> {
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  return [JSON.parse(Payload?.transformToString() ?? ''), FunctionError];
}

describe('an invocation', () => {
  it('takes arguments as a list or by name', async () => {
    expect(await invoke('double', { args: [21] })).toEqual([{ ret: 42 }, undefined]);
    expect(await invoke('double', { x: 21 })).toEqual([{ ret: 42 }, undefined]);
    expect(await invoke('shop-double:live', { x: 21 })).toEqual([{ ret: 42 }, undefined]);
    expect(await invoke('arn:aws:lambda:local:000000000000:function:double', { x: 1 })).toEqual([
      { ret: 2 },
      undefined,
    ]);
  });

  it('gives what was printed along', async () => {
    expect(await invoke('trig', { fn: 'trig#calculate', values: [1, 2] })).toEqual([
      { ret: 3, out: [{ console: 'log', args: ['sum'] }] },
      undefined,
    ]);
  });

  it('made by hand fails as functions fail on AWS', async () => {
    const [payload, kind] = await invoke('trig', { fn: 'trig#fail', args: ['bad'] });
    expect(kind).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'bad' });
    expect((payload as { trace: string[] }).trace[0]).toBe('RangeError: bad');
  });

  it('made by a stub gets the error as a value', async () => {
    const [payload, kind] = await invoke('trig', { v: 3, fn: 'trig#fail', args: ['bad'] });
    expect(kind).toBeUndefined();
    expect(Object.keys(payload as object)).toEqual(['error']);
  });

  it('of another build is refused', async () => {
    const [payload] = await invoke('trig', { v: 3, fn: 'trig#calculate', contract: 'c0', args: [[1]] });
    expect(payload).toMatchObject({ refused: { code: 'contract' } });
    expect((await invoke('trig', { v: 1, fn: 'trig#calculate', args: [[1]] }))[0]).toMatchObject({
      refused: { code: 'version' },
    });
  });

  it('says so when the function took its process along', async () => {
    expect(await invoke('trig', { fn: 'trig#exit', args: [] })).toEqual([
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('process.exit(1)') },
      'Unhandled',
    ]);
  });

  it('says so when the reply is too large', async () => {
    const [payload, kind] = await invoke('trig', { fn: 'trig#big', args: [] });
    expect([(payload as { errorType: string }).errorType, kind]).toEqual([
      'Function.ResponseSizeTooLarge',
      'Unhandled',
    ]);
  });

  it('may be an event or a dry run', async () => {
    const send = (InvocationType: 'Event' | 'DryRun') =>
      client.send(new InvokeCommand({ FunctionName: 'double', InvocationType, Payload: '{"args":[1]}' }));
    expect((await send('Event')).StatusCode).toBe(202);
    expect((await send('DryRun')).StatusCode).toBe(204);
  });
});

describe('the API', () => {
  it('lists functions page by page', async () => {
    const first = await client.send(new ListFunctionsCommand({ MaxItems: 1 }));
    expect(first.Functions?.map((fn) => fn.FunctionName)).toEqual(['double']);
    const second = await client.send(new ListFunctionsCommand({ MaxItems: 1, Marker: first.NextMarker }));
    expect(second.Functions?.map((fn) => fn.FunctionName)).toEqual(['trig']);
    expect(second.NextMarker).toBeUndefined();
  });

  it('describes a function', async () => {
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'trig' }));
    expect(Configuration).toMatchObject({ FunctionName: 'trig', MemorySize: 128, Timeout: 5, CodeSize: 1000 });
    expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'trig' }))).toMatchObject({
      Timeout: 5,
    });
  });

  it('shows units as functions that cannot be changed', async () => {
    const FunctionName = 'double';
    const versions = await client.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(versions.Versions?.map(({ Version }) => Version)).toEqual(['$LATEST']);
    const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }));
    expect(Aliases).toMatchObject([{ Name: 'live', FunctionVersion: '$LATEST' }]);
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:double';
    expect((await client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({});
    const changes = [
      new DeleteFunctionCommand({ FunctionName }),
      new PublishVersionCommand({ FunctionName }),
      new TagResourceCommand({ Resource, Tags: { a: 'b' } }),
      new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 3 }),
    ];
    for (const change of changes) {
      await expect(client.send(change as DeleteFunctionCommand)).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    }
    await expect(invoke('double:other', { x: 1 })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('knows no other functions', async () => {
    await expect(invoke('other', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('refuses what is not JSON and what is too large', async () => {
    const send = (Payload: string) => client.send(new InvokeCommand({ FunctionName: 'double', Payload }));
    await expect(send('{')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await expect(send(`"${'x'.repeat(7 * 1024 * 1024)}"`)).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
  });

  it('answers requests for what is no address', async () => {
    expect(await getStatus('//', {})).toBe(400);
    expect(await getStatus('/2015-03-31/functions/%', {})).toBe(400);
    expect(await getStatus('/2015-03-31/functions/__proto__', {})).toBe(404);
  });

  it('is for programs of this machine', async () => {
    const path = '/2015-03-31/functions/';
    expect(await getStatus(path, {})).toBe(200);
    expect(await getStatus(path, { host: 'evil.example' })).toBe(403);
    expect(await getStatus(path, { origin: 'https://evil.example' })).toBe(403);
    expect(await getStatus('/elsewhere', {})).toBe(404);
  });
});

function getStatus(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(serving.url, { path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject).end();
  });
}
