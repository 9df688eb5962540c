/** What the host keeps of functions, asked as every client asks AWS. */
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ECHO, ROLE, send, startPlane, type TestPlane } from './plane.ts';
import { makeCode } from './zips.ts';

const OTHER = makeCode('export const handler = async () => 2;');
const FunctionName = 'shop';
const STALE = { name: 'PreconditionFailedException' };
const UNKNOWN = { name: 'ResourceNotFoundException' };
const INVALID = { name: 'InvalidParameterValueException' };
const CONFLICT = { name: 'ResourceConflictException' };
const WRONG = { name: 'ValidationException' };

let plane: TestPlane;
const ask: TestPlane['lambda']['send'] = ((command: never) => plane.lambda.send(command)) as never;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());
beforeEach(async () => {
  const { Functions = [] } = await ask(new ListFunctionsCommand({}));
  for (const { FunctionName } of Functions) await ask(new DeleteFunctionCommand({ FunctionName }));
  await plane.create(FunctionName, { Tags: { team: 'a' }, Environment: { Variables: { TOKEN: 'x' } } });
});

describe('a function', () => {
  it('is made with what is usual where nothing is said', async () => {
    const { Configuration, Tags, Concurrency } = await ask(new GetFunctionCommand({ FunctionName }));
    expect(Configuration).toMatchObject({
      ...{
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE,
        Description: '',
        Version: '$LATEST',
      },
      ...{
        Timeout: 3,
        MemorySize: 128,
        EphemeralStorage: { Size: 512 },
        Architectures: ['x86_64'],
        PackageType: 'Zip',
      },
      ...{ State: 'Active', LastUpdateStatus: 'Successful', TracingConfig: { Mode: 'PassThrough' } },
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:shop',
      Environment: { Variables: { TOKEN: 'x' } },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/shop' },
      CodeSize: makeCode(ECHO).length,
    });
    expect([Tags, Concurrency]).toEqual([{ team: 'a' }, undefined]);
  });

  it('is asked for by name, partial and whole ARN', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:shop';
    for (const FunctionName of ['shop', '000000000000:function:shop', 'function:shop', arn, `${arn}:$LATEST`]) {
      const found = await ask(new GetFunctionConfigurationCommand({ FunctionName }));
      expect(found.FunctionName).toBe('shop');
    }
    const of = (FunctionName: string, Qualifier?: string) =>
      ask(new GetFunctionConfigurationCommand({ FunctionName, ...(Qualifier !== undefined && { Qualifier }) }));
    await expect(of('arn:aws:lambda:us-east-1:000000000000:function:shop')).rejects.toMatchObject(UNKNOWN);
    await expect(of('arn:aws:lambda:eu-west-1:123456789012:function:shop')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(of('shop', '1')).rejects.toMatchObject(UNKNOWN);
    await expect(of('shop:1', '2')).rejects.toMatchObject(INVALID);
    await expect(of('sh op')).rejects.toMatchObject(WRONG);
    await expect(of('nothing')).rejects.toMatchObject(UNKNOWN);
  });

  it('is one of its region', async () => {
    const other = plane.open({ region: 'us-east-1' });
    expect((await other.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    await expect(other.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject(UNKNOWN);
  });

  it('cannot be made twice, nor of what is wrong or not to be had here', async () => {
    await expect(plane.create(FunctionName)).rejects.toMatchObject(CONFLICT);
    const ZipFile = OTHER;
    const wrong: [Parameters<TestPlane['create']>[1], object][] = [
      [{ Timeout: 0 }, WRONG],
      [{ Timeout: 901 }, WRONG],
      [{ MemorySize: 127 }, WRONG],
      [{ Role: 'nobody' }, WRONG],
      [{ Handler: 'a b' }, WRONG],
      [{ Description: 'x'.repeat(257) }, WRONG],
      [{ Architectures: ['x86_64', 'arm64'] }, WRONG],
      [{ EphemeralStorage: { Size: 511 } }, WRONG],
      [{ Environment: { Variables: { '1X': 'y' } } }, WRONG],
      [{ Environment: { Variables: { AWS_REGION: 'y' } } }, INVALID],
      [{ Environment: { Variables: { BIG: 'y'.repeat(5000) } } }, INVALID],
      [{ Tags: { 'aws:x': 'y' } }, INVALID],
      [{ Runtime: 'python3.13' }, INVALID],
      [{ Runtime: undefined }, INVALID],
      [{ Handler: undefined }, INVALID],
      [{ Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:x:1'] }, INVALID],
      [{ PackageType: 'Image', Code: { ImageUri: 'x' } }, INVALID],
      [{ SnapStart: { ApplyOn: 'PublishedVersions' } }, INVALID],
      [{ Code: { S3Bucket: 'bucket', S3Key: 'key' } }, INVALID],
      [{ Code: {} }, INVALID],
      [{ FunctionName: 'x'.repeat(65), Code: { ZipFile } }, INVALID],
    ];
    for (const [input, error] of wrong) {
      await expect(plane.create('other', input), JSON.stringify(input)).rejects.toMatchObject(error);
    }
    expect((await ask(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
  });

  it('is told of everything that is wrong at once, and no value of the environment is repeated', async () => {
    const failed = plane.create('other', {
      Timeout: 0,
      MemorySize: 1,
      Environment: { Variables: { '1X': 'planted' } },
    });
    const { message } = await failed.catch((error) => error);
    expect(message).toMatch(/^3 validation errors detected: Value '0' at 'timeout' failed/);
    expect(message).not.toContain('planted');
  });

  it('is changed in what is given, if it is still what was read', async () => {
    const before = await ask(new GetFunctionConfigurationCommand({ FunctionName }));
    const changed = await ask(
      new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9, RevisionId: before.RevisionId }),
    );
    expect(changed).toMatchObject({ Timeout: 9, MemorySize: 128, Environment: { Variables: { TOKEN: 'x' } } });
    expect(changed.RevisionId).not.toBe(before.RevisionId);
    const { RevisionId } = before;
    await expect(ask(new UpdateFunctionConfigurationCommand({ FunctionName, RevisionId }))).rejects.toMatchObject(
      STALE,
    );
    const ZipFile = OTHER;
    await expect(ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, RevisionId }))).rejects.toMatchObject(
      STALE,
    );
    const dry = await ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, DryRun: true }));
    const after = await ask(new GetFunctionConfigurationCommand({ FunctionName }));
    expect([dry.CodeSha256 === after.CodeSha256, after.CodeSha256]).toEqual([false, before.CodeSha256]);
    const coded = await ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Architectures: ['arm64'] }));
    expect(coded).toMatchObject({ CodeSha256: dry.CodeSha256, Architectures: ['arm64'], Timeout: 9 });
    const emptied = new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: {} } });
    expect((await ask(emptied)).Environment).toBeUndefined();
  });

  it('is gone when it is removed, with everything of it', async () => {
    await ask(new DeleteFunctionCommand({ FunctionName }));
    await expect(ask(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject(UNKNOWN);
    await expect(ask(new DeleteFunctionCommand({ FunctionName }))).rejects.toMatchObject(UNKNOWN);
    await plane.create(FunctionName);
    expect((await ask(new PublishVersionCommand({ FunctionName }))).Version).toBe('1');
  });

  it('is listed page by page, with its versions if they are asked for', async () => {
    for (const name of ['b', 'a', 'c']) await plane.create(name);
    const names = async (Marker?: string) => {
      const { Functions = [], NextMarker } = await ask(
        new ListFunctionsCommand({ MaxItems: 3, ...(Marker !== undefined && { Marker }) }),
      );
      return [Functions.map((one) => one.FunctionName), NextMarker];
    };
    expect(await names()).toEqual([['a', 'b', 'c'], 'c']);
    expect(await names('c')).toEqual([['shop'], undefined]);
    await expect(names('nothing')).rejects.toMatchObject(INVALID);
    await ask(new PublishVersionCommand({ FunctionName }));
    const all = await ask(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
    expect(all.Functions?.map((one) => `${one.FunctionName}:${one.Version}`)).toContain('shop:1');
  });
});

describe('versions and aliases', () => {
  it('are what $LATEST was; the same twice is one', async () => {
    const first = await ask(new PublishVersionCommand({ FunctionName, Description: 'one' }));
    expect(first).toMatchObject({ Version: '1', Description: 'one', FunctionArn: expect.stringMatching(/:shop:1$/) });
    expect((await ask(new PublishVersionCommand({ FunctionName }))).Version).toBe('1');
    const second = await ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: OTHER, Publish: true }));
    expect(second.Version).toBe('2');
    await ask(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 7 }));
    const old = await ask(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' }));
    expect([old.Timeout, old.CodeSha256]).toEqual([3, first.CodeSha256]);
    const { Versions = [] } = await ask(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
  });

  it('are published only of the code and revision that were meant', async () => {
    const { CodeSha256, RevisionId } = await ask(new GetFunctionConfigurationCommand({ FunctionName }));
    const other = new PublishVersionCommand({ FunctionName, CodeSha256: `${CodeSha256}x` });
    await expect(ask(other)).rejects.toMatchObject(INVALID);
    await expect(ask(new PublishVersionCommand({ FunctionName, RevisionId: 'x' }))).rejects.toMatchObject(STALE);
    await ask(new PublishVersionCommand({ FunctionName, CodeSha256, RevisionId }));
  });

  it('lead where they are told, and versions they lead to stay', async () => {
    await ask(new PublishVersionCommand({ FunctionName }));
    await ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: OTHER, Publish: true }));
    const made = await ask(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    expect(made).toMatchObject({ Name: 'live', FunctionVersion: '1', AliasArn: expect.stringMatching(/:shop:live$/) });
    const again = new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' });
    await expect(ask(again)).rejects.toMatchObject(CONFLICT);
    const to = (FunctionVersion: string, RevisionId?: string) =>
      ask(
        new UpdateAliasCommand({
          FunctionName,
          Name: 'live',
          FunctionVersion,
          ...(RevisionId !== undefined && { RevisionId }),
        }),
      );
    await expect(to('2', 'x')).rejects.toMatchObject(STALE);
    await expect(to('9')).rejects.toMatchObject(UNKNOWN);
    await to('2', made.RevisionId);
    const found = await ask(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
    expect([found.Version, found.FunctionArn]).toEqual(['2', expect.stringMatching(/:shop:live$/)]);
    const { Aliases = [] } = await ask(new ListAliasesCommand({ FunctionName, FunctionVersion: '2' }));
    expect(Aliases.map(({ Name }) => Name)).toEqual(['live']);
    expect((await ask(new ListAliasesCommand({ FunctionName, FunctionVersion: '1' }))).Aliases).toEqual([]);
    const remove = (Qualifier: string) => ask(new DeleteFunctionCommand({ FunctionName, Qualifier }));
    await expect(remove('2')).rejects.toMatchObject(CONFLICT);
    await expect(remove('$LATEST')).rejects.toMatchObject(INVALID);
    await expect(remove('live')).rejects.toMatchObject(INVALID);
    await remove('1');
    await expect(remove('1')).rejects.toMatchObject(UNKNOWN);
    await ask(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await ask(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await expect(ask(new GetAliasCommand({ FunctionName, Name: 'live' }))).rejects.toMatchObject(UNKNOWN);
  });

  it('have names that are no numbers, and weights that make sense', async () => {
    await ask(new PublishVersionCommand({ FunctionName }));
    const make = (Name: string, AdditionalVersionWeights: Record<string, number> = {}) =>
      ask(
        new CreateAliasCommand({
          FunctionName,
          Name,
          FunctionVersion: '1',
          RoutingConfig: { AdditionalVersionWeights },
        }),
      );
    await expect(make('12')).rejects.toMatchObject(WRONG);
    await expect(make('a', { 1: 0.5 })).rejects.toMatchObject(INVALID);
    await expect(make('a', { 2: 0.5 })).rejects.toMatchObject(UNKNOWN);
    await expect(make('a', { 2: 2 })).rejects.toMatchObject(WRONG);
    await ask(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: OTHER, Publish: true }));
    expect((await make('a', { 2: 0.5 })).RoutingConfig).toEqual({ AdditionalVersionWeights: { 2: 0.5 } });
  });
});

describe('what is said about a function', () => {
  const Resource = 'arn:aws:lambda:eu-west-1:000000000000:function:shop';

  it('is tags', async () => {
    await ask(new TagResourceCommand({ Resource, Tags: { team: 'b', cost: '1' } }));
    await ask(new UntagResourceCommand({ Resource, TagKeys: ['cost', 'nothing'] }));
    expect((await ask(new ListTagsCommand({ Resource }))).Tags).toEqual({ team: 'b' });
    await expect(ask(new ListTagsCommand({ Resource: `${Resource}:1` }))).rejects.toMatchObject(UNKNOWN);
    await expect(ask(new ListTagsCommand({ Resource: 'shop' }))).rejects.toMatchObject(UNKNOWN);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
    await expect(ask(new TagResourceCommand({ Resource, Tags: many }))).rejects.toMatchObject(INVALID);
  });

  it('is who may call it', async () => {
    const given = { FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
    await expect(ask(new GetPolicyCommand({ FunctionName }))).rejects.toMatchObject(UNKNOWN);
    await ask(new AddPermissionCommand({ ...given, SourceArn: 'arn:aws:s3:::bucket', SourceAccount: '000000000000' }));
    await expect(ask(new AddPermissionCommand(given))).rejects.toMatchObject(CONFLICT);
    const { Policy = '', RevisionId } = await ask(new GetPolicyCommand({ FunctionName }));
    expect(JSON.parse(Policy).Statement).toEqual([
      {
        ...{
          Sid: 's',
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource,
        },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '000000000000' },
          ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
        },
      },
    ]);
    const remove = (RevisionId?: string) =>
      ask(
        new RemovePermissionCommand({
          FunctionName,
          StatementId: 's',
          ...(RevisionId !== undefined && { RevisionId }),
        }),
      );
    await expect(remove('x')).rejects.toMatchObject(STALE);
    await remove(RevisionId);
    await expect(remove()).rejects.toMatchObject(UNKNOWN);
    await expect(ask(new AddPermissionCommand({ ...given, Qualifier: '$LATEST' }))).rejects.toMatchObject(INVALID);
    await expect(ask(new AddPermissionCommand({ ...given, Action: 'everything' }))).rejects.toMatchObject(WRONG);
  });

  it('is how many calls it has for itself', async () => {
    const put = (ReservedConcurrentExecutions: number) =>
      ask(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
    await put(5);
    expect((await ask(new GetFunctionCommand({ FunctionName }))).Concurrency?.ReservedConcurrentExecutions).toBe(5);
    await expect(put(901)).rejects.toMatchObject(INVALID);
    await expect(put(-1)).rejects.toMatchObject(WRONG);
    const { AccountLimit, AccountUsage } = await ask(new GetAccountSettingsCommand({}));
    expect([AccountLimit?.UnreservedConcurrentExecutions, AccountUsage?.FunctionCount]).toEqual([995, 1]);
    await ask(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const after = await ask(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect(after.ReservedConcurrentExecutions).toBeUndefined();
  });
});

describe('a request', () => {
  const ROOT = '/2015-03-31/functions';
  const post = (body: string) => send(plane.url, ROOT, { method: 'POST', body });

  it('that is no JSON, or of other types, is refused; what is not known in it is left out', async () => {
    const good = { FunctionName: 'raw', Role: ROLE, Runtime: 'nodejs22.x', Handler: 'index.handler', New: { a: 1 } };
    const body = JSON.stringify({ ...good, Code: { ZipFile: OTHER.toString('base64') }, Description: null });
    for (const text of ['{', '[]', '"x"', 'null', '{"FunctionName":7}', `${body.slice(0, -1)},"Timeout":"3"}`]) {
      const answer = await post(text);
      expect([answer.status, answer.headers['x-amzn-errortype']], text).toEqual([400, 'SerializationException']);
    }
    expect(JSON.parse((await post('{}')).body).message).toMatch(/^3 validation errors detected: Value null at/);
    expect((await post(body)).status).toBe(201);
    await plane.open({ region: 'us-east-1' }).send(new DeleteFunctionCommand({ FunctionName: 'raw' }));
  });

  it('for what there is not is told so', async () => {
    const statuses = [
      '/2015-03-31/functions/shop/nothing',
      '/2018-10-31/layers/x',
      '/nothing',
      '/2015-03-31/functions//code',
    ];
    for (const path of statuses) {
      expect((await send(plane.url, path)).headers['x-amzn-errortype'], path).toBe('UnknownOperationException');
    }
    const names = ['__proto__', 'constructor', '%2e%2e', '..%2f..%2fetc%2fpasswd', '%00', 'a%20b', 'x'.repeat(5000)];
    for (const name of names) {
      const { status } = await send(plane.url, `${ROOT}/${name}`);
      expect(status === 404 || status === 400, `${name.slice(0, 20)}: ${status}`).toBe(true);
    }
  });

  it('that is larger than any of its kind, or of a web page, is refused before it is looked at', async () => {
    const sizes: [string, string, number][] = [
      ['PUT', `${ROOT}/shop/configuration`, 7 * 1024 * 1024],
      ['POST', '/', 2 * 1024 * 1024],
      ['POST', ROOT, 70 * 1024 * 1024],
    ];
    for (const [method, path, size] of sizes) {
      expect((await send(plane.url, path, { method, body: ' '.repeat(size) })).status, path).toBe(413);
    }
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      for (const [method, path] of sizes) {
        expect((await send(plane.url, path, { method, headers, body: '{}' })).status, path).toBe(403);
      }
    }
    const nested = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    const deep = await send(plane.url, ROOT, { method: 'POST', body: `{"FunctionName":"deep","VpcConfig":${nested}}` });
    expect(deep.status).toBe(400);
  });

  it('may call tags whatever it likes', async () => {
    const tags = '/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ashop';
    const here = plane.open({ region: 'us-east-1' });
    const code = { Runtime: 'nodejs22.x' as const, Handler: 'index.handler', Code: { ZipFile: OTHER } };
    await here.send(new CreateFunctionCommand({ FunctionName, Role: ROLE, ...code }));
    const body = '{"Tags":{"__proto__":"a","constructor":"b"}}';
    expect((await send(plane.url, tags, { method: 'POST', body })).status).toBe(204);
    expect((await send(plane.url, tags)).body).toBe(body);
    expect((await send(plane.url, `${tags}?tagKeys=__proto__`, { method: 'DELETE' })).status).toBe(204);
    expect((await send(plane.url, tags)).body).toBe('{"Tags":{"constructor":"b"}}');
    await here.send(new DeleteFunctionCommand({ FunctionName }));
  });

  it('to make the same function twice at the same time makes it once', async () => {
    const input = { FunctionName: 'both', Role: ROLE, Runtime: 'nodejs22.x' as const, Handler: 'index.handler' };
    const command = () => ask(new CreateFunctionCommand({ ...input, Code: { ZipFile: OTHER } }));
    const results = await Promise.allSettled([command(), command(), command()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
