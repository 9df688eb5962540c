/** What is made is there again when the server is, if it is told to keep it. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../../../src/commands/serve.ts';
import { startPlane, type TestPlane } from './plane.ts';

let plane: TestPlane;
afterEach(() => plane.close());

const FunctionName = 'shop';

it('functions, versions, aliases and groups outlive the server, code and all', async () => {
  plane = await startPlane({ data: 'data' });
  const logs = () =>
    new CloudWatchLogsClient({
      endpoint: plane.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  await plane.create(FunctionName, { Environment: { Variables: { TOKEN: 'planted' } } });
  await plane.create('gone');
  await plane.lambda.send(new PublishVersionCommand({ FunctionName }));
  await plane.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  await logs().send(new CreateLogGroupCommand({ logGroupName: '/faasify/shop' }));
  await plane.lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
  const before = await plane.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: 'live' }));
  await plane.restart();
  const { $metadata: _, ...after } = await plane.lambda.send(
    new GetFunctionCommand({ FunctionName, Qualifier: 'live' }),
  );
  expect(after).toEqual({ ...before, $metadata: undefined, ...after });
  expect((await plane.lambda.send(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
  expect((await logs().send(new DescribeLogGroupsCommand({}))).logGroups).toHaveLength(1);
  const { Payload } = await plane.lambda.send(
    new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: '{"a":1}' }),
  );
  expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ event: { a: 1 }, version: '1' });
});

it('only who runs the server can read it, and it is written whole', async () => {
  plane = await startPlane({ data: 'data' });
  await plane.create(FunctionName);
  const folder = join(plane.folder, 'data', 'functions');
  const [file = ''] = readdirSync(folder);
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  expect(statSync(join(plane.folder, 'data')).mode & 0o077).toBe(0);
  expect(
    readdirSync(join(plane.folder, 'data'), { recursive: true }).filter((name) => `${name}`.endsWith('.part')),
  ).toEqual([]);
});

it('one server at a time has it, and what is broken or not ours is said before anything happens', async () => {
  plane = await startPlane({ data: 'data' });
  await plane.create(FunctionName);
  const again = serve({ cwd: plane.folder, port: 0, data: 'data' });
  await expect(again).rejects.toMatchObject({
    code: 'not-kept-here',
    message: expect.stringContaining('another server'),
  });
  const other = join(plane.folder, 'other', 'functions');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'x.json'), '{"region":"eu-west-1"}');
  await expect(serve({ cwd: plane.folder, port: 0, data: 'other' })).rejects.toMatchObject({ code: 'not-kept-here' });
  writeFileSync(join(other, 'x.json'), '{');
  await expect(serve({ cwd: plane.folder, port: 0, data: 'other' })).rejects.toMatchObject({ code: 'not-kept-here' });
  expect(readFileSync(join(other, 'x.json'), 'utf8')).toBe('{');
});

it('a server that was killed has no lock any more, and what it wrote half is no function', async () => {
  plane = await startPlane({ data: 'data' });
  await plane.create(FunctionName);
  const other = join(plane.folder, 'killed');
  mkdirSync(join(other, 'functions'), { recursive: true });
  writeFileSync(join(other, 'functions', 'x.json.1.part'), '{"half":');
  writeFileSync(join(other, 'lock'), '4194304');
  const { functions, close } = await serve({ cwd: plane.folder, port: 0, data: 'killed' });
  await close();
  expect([functions, readdirSync(other).includes('lock')]).toEqual([[], false]);
});
