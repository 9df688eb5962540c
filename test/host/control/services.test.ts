/** What deployments ask besides functions. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, HeadBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, startPlane, type TestPlane } from './plane.ts';
import { makeCode } from './zips.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

function config(region = 'eu-west-1') {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  return { endpoint: plane.url, region, credentials, maxAttempts: 1 };
}

describe('roles', () => {
  it('are kept with their policies and tags, whatever is written in them', async () => {
    const iam = new IAMClient(config());
    const RoleName = 'role';
    const Description = `<&>"' ü \u0001`;
    const document = (Sid: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid, Effect: 'Allow' }] });
    const input = { RoleName, Path: '/faasify/shop/', AssumeRolePolicyDocument: document('<trust>'), Description };
    const { Role } = await iam.send(new CreateRoleCommand({ ...input, Tags: [{ Key: 'a', Value: '<b>' }] }));
    expect(Role?.Arn).toBe('arn:aws:iam::000000000000:role/faasify/shop/role');
    await expect(iam.send(new CreateRoleCommand(input))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'c', Value: 'd' }] }));
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document('own') }));
    const found = await iam.send(new GetRoleCommand({ RoleName }));
    expect(found.Role).toMatchObject({
      Description: Description.replace('\u0001', ''),
      Tags: [
        { Key: 'a', Value: '<b>' },
        { Key: 'c', Value: 'd' },
      ],
    });
    expect(decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? '')).toBe(document('<trust>'));
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    expect(decodeURIComponent(PolicyDocument)).toBe(document('own'));
    const list = (PathPrefix: string) => iam.send(new ListRolesCommand({ PathPrefix }));
    expect([(await list('/faasify/shop/')).Roles?.length, (await list('/other/')).Roles?.length]).toEqual([1, 0]);
    await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    const gone = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } };
    await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject(gone);
    const wrong = new CreateRoleCommand({ ...input, AssumeRolePolicyDocument: '{' });
    await expect(iam.send(wrong)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });
});

describe('log groups', () => {
  const logGroupName = '/faasify/shop';

  it('are kept with retention and tags, each in its region', async () => {
    const logs = new CloudWatchLogsClient(config());
    await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { a: 'b' } }));
    const again = logs.send(new CreateLogGroupCommand({ logGroupName }));
    await expect(again).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
    const odd = logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 31 }));
    await expect(odd).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/faasify' }));
    expect(logGroups).toMatchObject([{ logGroupName, retentionInDays: 30 }]);
    const resourceArn = logGroups[0]?.logGroupArn ?? '';
    await logs.send(new TagResourceCommand({ resourceArn, tags: { c: 'd' } }));
    expect((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ a: 'b', c: 'd' });
    const other = new CloudWatchLogsClient(config('us-east-1'));
    expect((await other.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const gone = logs.send(new DeleteLogGroupCommand({ logGroupName }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('hold what functions have printed, page by page', async () => {
    const logs = new CloudWatchLogsClient(config());
    const source = 'export const handler = async (event) => { for (let i = 0; i < 5; i++) console.log(`line ${i}`); };';
    await plane.create('talker', { Code: { ZipFile: makeCode(source) }, LoggingConfig: { LogGroup: '/own/group' } });
    await plane.lambda.send(new InvokeCommand({ FunctionName: 'talker' }));
    const read = (given: object) => logs.send(new FilterLogEventsCommand({ logGroupName: '/own/group', ...given }));
    const all = (await read({})).events ?? [];
    expect(all.map(({ message }) => message?.split('\t').at(-1)?.slice(0, 7))).toEqual(
      expect.arrayContaining(['START R', 'line 0', 'line 4']),
    );
    expect(all[0]?.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/talker\[\$LATEST\][0-9a-f]+$/);
    const first = await read({ limit: 3 });
    const rest = await read({ nextToken: first.nextToken });
    expect([...(first.events ?? []), ...(rest.events ?? [])]).toEqual(all);
    expect((await read({ startTime: Date.now() + 1000 })).events).toEqual([]);
    await expect(read({ logGroupName: '/nothing' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const reports = all.filter(({ message }) => message?.includes('REPORT'));
    expect([(await read({ filterPattern: 'REPORT' })).events, reports.length]).toEqual([reports, 1]);
    await expect(read({ filterPattern: '?x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

it('instances that are to be ready are kept in mind', async () => {
  await plane.create('ready');
  const given = { FunctionName: 'ready', Qualifier: '1' };
  const get = () => plane.lambda.send(new GetProvisionedConcurrencyConfigCommand(given));
  await plane.lambda.send(new PublishVersionCommand({ FunctionName: 'ready' }));
  await expect(get()).rejects.toMatchObject({ name: 'ProvisionedConcurrencyConfigNotFoundException' });
  const put = (Qualifier: string) =>
    plane.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...given, Qualifier, ProvisionedConcurrentExecutions: 2 }),
    );
  await put('1');
  await expect(put('$LATEST')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  expect(await get()).toMatchObject({ RequestedProvisionedConcurrentExecutions: 2, Status: 'READY' });
  await plane.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(given));
  await expect(get()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

it('there are no buckets, nor other services', async () => {
  const s3 = new S3Client({ ...config(), forcePathStyle: true });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  await expect(s3.send(new HeadBucketCommand({ Bucket: 'b' }))).rejects.toMatchObject({ name: 'NotFound' });
  await expect(s3.send(new CreateBucketCommand({ Bucket: 'b' }))).rejects.toMatchObject({ name: 'NotImplemented' });
  const headers = { 'x-amz-target': 'AmazonSSM.GetParameter' };
  const answer = await send(plane.url, '/', { method: 'POST', headers, body: '{}' });
  expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('UnknownOperationException')]);
});
