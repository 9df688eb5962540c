/** Everything that an account holds, as the provider tells it, without what differs from run to run. */
import { ApiGatewayV2Client, GetApisCommand, GetRoutesCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListLayersCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

export interface FunctionState {
  name: string;
  latest: ContentState;
  /** What the alias `live` leads to. */
  live: ContentState | undefined;
  aliases: string[];
  tags: Record<string, string>;
}

export interface ContentState {
  code: string | undefined;
  memory: number | undefined;
  env: Record<string, string>;
}

export interface AccountState {
  functions: FunctionState[];
  logGroups: string[];
  /** Role → policies with their text. */
  roles: Record<string, string>;
  others: number;
  /** Bucket → keys of what it holds. */
  buckets: Record<string, string[]>;
  /** Name, then routes. */
  apis: string[][];
  /** Name, when, then what it starts. */
  rules: string[][];
}

export interface Account {
  lambda: LambdaClient;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  s3: S3Client;
  read(): Promise<AccountState>;
}

export function openAccount(endpoint: string, region = 'eu-west-1'): Account {
  const config = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const [api, events] = [new ApiGatewayV2Client(config), new EventBridgeClient(config)];
  const [lambda, iam, logs] = [new LambdaClient(config), new IAMClient(config), new CloudWatchLogsClient(config)];
  return {
    lambda,
    iam,
    logs,
    s3,
    read: async () => {
      const groups = await logs.send(new DescribeLogGroupsCommand({}));
      const mappings = await lambda.send(new ListEventSourceMappingsCommand({}));
      const layers = await lambda.send(new ListLayersCommand({}));
      return {
        functions: await readFunctions(lambda),
        logGroups: (groups.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName),
        roles: await readRoles(iam),
        buckets: await readBuckets(s3),
        apis: await readApis(api).catch(toNothing),
        rules: await readRules(events).catch(toNothing),
        others: (mappings.EventSourceMappings?.length ?? 0) + (layers.Layers?.length ?? 0),
      };
    },
  };
}

/** A server that does not know the service has nothing of it. */
function toNothing(error: { $metadata?: { httpStatusCode?: number } }): [] {
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (status >= 400 && status < 500) return [];
  throw error;
}

async function readApis(api: ApiGatewayV2Client): Promise<string[][]> {
  const { Items = [] } = await api.send(new GetApisCommand({}));
  const found = Items.map(async ({ Name = '', ApiId }) => {
    const routes = await api.send(new GetRoutesCommand({ ApiId }));
    return [Name, ...(routes.Items ?? []).map(({ RouteKey = '' }) => RouteKey).sort()];
  });
  return (await Promise.all(found)).sort();
}

async function readRules(events: EventBridgeClient): Promise<string[][]> {
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const found = Rules.map(async ({ Name = '', ScheduleExpression = '' }) => {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    return [Name, ScheduleExpression, ...Targets.map(({ Arn = '' }) => Arn)];
  });
  return (await Promise.all(found)).sort();
}

async function readBuckets(s3: S3Client): Promise<Record<string, string[]>> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({})).catch((error) => {
    if (error.$metadata?.httpStatusCode === 404) return { Buckets: [] }; // knows none
    throw error;
  });
  const contents = Buckets.map(async ({ Name = '' }) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: Name }));
    return [Name, Contents.map(({ Key = '' }) => Key)] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

async function readFunctions(lambda: LambdaClient): Promise<FunctionState[]> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const names = Functions.map(({ FunctionName = '' }) => FunctionName).sort();
  return Promise.all(names.map((name) => readFunction(lambda, name)));
}

async function readFunction(lambda: LambdaClient, FunctionName: string): Promise<FunctionState> {
  const [latest, live, aliases] = await Promise.all([
    lambda.send(new GetFunctionCommand({ FunctionName })),
    lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: 'live' })).catch(() => undefined),
    lambda.send(new ListAliasesCommand({ FunctionName })),
  ]);
  return {
    name: FunctionName,
    latest: describeContent(latest.Configuration),
    live: live?.Configuration && describeContent(live.Configuration),
    aliases: (aliases.Aliases ?? []).map(({ Name = '' }) => Name),
    tags: latest.Tags ?? {},
  };
}

function describeContent(configuration: FunctionConfiguration = {}): ContentState {
  const { CodeSha256: code, MemorySize: memory, Environment } = configuration;
  return { code, memory, env: Environment?.Variables ?? {} };
}

async function readRoles(iam: IAMClient): Promise<Record<string, string>> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const ours = Roles.map(({ RoleName = '' }) => RoleName).filter((name) => !name.startsWith('AWSServiceRole'));
  const texts = ours.map(async (RoleName) => {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const policies = PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
    return [RoleName, (await Promise.all(policies)).map(({ PolicyDocument }) => PolicyDocument).join('\n')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
