/** What is at the provider. Requests only, no changes. */
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand, GetRolePolicyCommand, paginateListRoles } from '@aws-sdk/client-iam';
import {
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetProvisionedConcurrencyConfigCommand,
  paginateListFunctions,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { mapLimit } from '../4-package/map-limit.ts';
import type { Clients, Cloud } from './cloud.ts';
import { parseHistory, type Versions } from './history.ts';
import {
  isOurs,
  nameLogGroup,
  nameRole,
  nameRolePath,
  PROVISIONED_TAG,
  readRoleRegion,
  readUnitTag,
} from './ownership.ts';
import { ifFound, isDenied } from './provider-error.ts';
import { readOurBucket, type WantedBucket } from './read-bucket.ts';
import { readTriggers, type TriggersRequest } from './read-triggers.ts';
import {
  type Actual,
  type ActualFunction,
  type ActualRegion,
  type Alias,
  type Aliases,
  type FunctionContent,
  keyOf,
  type LiveVersion,
  type Tags,
} from './state.ts';

export interface ReadRequest {
  app: string;
  alias: string;
  regions: {
    region: string;
    /** Names that are to be ours: who else has one is told. */
    names: string[];
    /** Whether the role of the app matters. */
    role: boolean;
    /** The bucket that matters, if one does. */
    bucket?: WantedBucket;
    /** What is to be started besides by calls, and the names of its rules. */
    triggers?: Pick<TriggersRequest, 'functions' | 'rules'>;
  }[];
  /** By key: functions of which something is known already. */
  known?: ReadonlyMap<string, KnownFunction>;
}

/** What need not be asked for once more: nobody else changes it unnoticed, and versions do not change at all. */
export interface KnownFunction {
  tags: Tags;
  live: LiveVersion;
  /** That is what the alias leads to, too: whoever moves it later knows of that. */
  isMoved: boolean;
}

/** The name of the policy in the role. */
export const POLICY_NAME = 'faasify';

export async function readActual(cloud: Cloud, request: ReadRequest): Promise<Actual> {
  return { regions: await Promise.all(request.regions.map((one) => readRegion(cloud, request, one))) };
}

async function readRegion(
  cloud: Cloud,
  { app, alias, known = new Map() }: ReadRequest,
  { region, names, role, bucket: wanted, triggers = { functions: [], rules: [] } }: ReadRequest['regions'][number],
): Promise<ActualRegion> {
  const clients = cloud.at(region);
  const [{ functions, foreign }, logGroup, ownRole, bucket, started] = await Promise.all([
    readFunctions(clients, { app, alias, region, names, known }),
    readLogGroup(cloud, region, app),
    role ? readRole(clients, nameRole(app, region)) : undefined,
    wanted && readOurBucket(cloud, region, app, wanted),
    readTriggers(clients, { app, alias, ...triggers }),
  ]);
  const isForeign = <T extends { name: string; tags: Record<string, string> }>(what: string, found: T | undefined) =>
    found && !isOurs(found.tags, app) ? [`${what} ${found.name}`] : [];
  return {
    region,
    functions,
    ...(logGroup && isOurs(logGroup.tags, app) && { logGroup }),
    ...(ownRole && isOurs(ownRole.tags, app) && { role: ownRole }),
    ...(bucket && bucket !== 'foreign' && { bucket }),
    triggers: started.triggers,
    foreign: [
      ...foreign,
      ...started.foreign,
      ...isForeign('log group', logGroup),
      ...isForeign('role', ownRole),
      ...(bucket === 'foreign' ? [`bucket ${wanted?.name}`] : []),
    ],
  };
}

interface FunctionsRequest {
  app: string;
  alias: string;
  region: string;
  names: string[];
  known: ReadonlyMap<string, KnownFunction>;
}

async function readFunctions(clients: Clients, request: FunctionsRequest) {
  const { app, region, names, known } = request;
  const candidates: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: clients.lambda }, {})) {
    candidates.push(...Functions.filter(({ FunctionName = '' }) => FunctionName.startsWith(`${app}-`)));
  }
  const functions: ActualFunction[] = [];
  const foreign: string[] = [];
  await mapLimit(candidates, async (listed) => {
    const { FunctionName: name = '' } = listed;
    const found = known.get(keyOf({ region, name }));
    const fn = found
      ? await readKnownFunction(clients, request, listed, found)
      : await readFunction(clients, request, name);
    if (!fn) return;
    if (isOurs(fn.tags, app)) functions.push(fn);
    else if (names.includes(name)) foreign.push(`function ${name}`);
  });
  return { functions: functions.sort((a, b) => (a.name < b.name ? -1 : 1)), foreign: foreign.sort() };
}

async function readFunction(clients: Clients, { region, alias }: FunctionsRequest, name: string) {
  const [latest, live] = await Promise.all([getFunction(clients, name), getFunction(clients, name, alias)]);
  if (!latest) return undefined;
  const kept = live ? await readProvisioned(clients, name, alias, latest) : 0;
  return describeFunction(region, latest, live?.Configuration && describeLive(live.Configuration), kept);
}

/** Of which the list says enough. */
async function readKnownFunction(
  clients: Clients,
  { region, alias }: FunctionsRequest,
  listed: FunctionConfiguration,
  { tags, live, isMoved }: KnownFunction,
): Promise<ActualFunction> {
  const answer = isMoved ? undefined : await getFunction(clients, listed.FunctionName ?? '', alias);
  const now = isMoved ? live : answer?.Configuration && describeLive(answer.Configuration);
  return describeFunction(region, { Configuration: listed, Tags: tags }, now, 0);
}

/** Undefined if there is none. */
async function getFunction(
  { lambda }: Clients,
  FunctionName: string,
  Qualifier?: string,
): Promise<GetFunctionCommandOutput | undefined> {
  return ifFound(lambda.send(new GetFunctionCommand({ FunctionName, ...(Qualifier !== undefined && { Qualifier }) })));
}

type Described = Pick<GetFunctionCommandOutput, 'Configuration' | 'Tags' | 'Concurrency'>;

function describeFunction(
  region: string,
  { Configuration = {}, Tags = {}, Concurrency }: Described,
  live: LiveVersion | undefined,
  provisionedConcurrency: number,
): ActualFunction {
  const { FunctionName: name = '' } = Configuration;
  const reservedConcurrency = Concurrency?.ReservedConcurrentExecutions ?? 0;
  return {
    region,
    name,
    unit: readUnitTag(Tags) ?? name,
    tags: Tags,
    arn: Configuration.FunctionArn ?? '',
    scaling: { reservedConcurrency, provisionedConcurrency },
    latest: describeContent(Configuration),
    revision: Configuration.RevisionId ?? '',
    ...(live && { live }),
  };
}

/** Instances that are kept ready; only of functions whose tags say that they have or had some. */
async function readProvisioned(
  { lambda }: Clients,
  FunctionName: string,
  Qualifier: string,
  { Tags = {} }: GetFunctionCommandOutput,
): Promise<number> {
  if (Tags[PROVISIONED_TAG] === undefined) return 0;
  const input = { FunctionName, Qualifier };
  const answer = await ifFound(lambda.send(new GetProvisionedConcurrencyConfigCommand(input)));
  return answer?.RequestedProvisionedConcurrentExecutions ?? 0;
}

function describeLive(configuration: FunctionConfiguration): LiveVersion {
  return { version: configuration.Version ?? '', content: describeContent(configuration) };
}

function describeContent(configuration: FunctionConfiguration): FunctionContent {
  const logGroup = configuration.LoggingConfig?.LogGroup;
  return {
    code: configuration.CodeSha256 ?? '',
    handler: configuration.Handler ?? '',
    runtime: configuration.Runtime ?? '',
    architecture: configuration.Architectures?.[0] ?? 'x86_64',
    memory: configuration.MemorySize ?? 0,
    timeout: configuration.Timeout ?? 0,
    storage: configuration.EphemeralStorage?.Size ?? 512,
    tracing: configuration.TracingConfig?.Mode === 'Active',
    role: configuration.Role ?? '',
    vpc: [...(configuration.VpcConfig?.SecurityGroupIds ?? []), ...(configuration.VpcConfig?.SubnetIds ?? [])]
      .sort()
      .join(' '),
    deadLetter: configuration.DeadLetterConfig?.TargetArn ?? '',
    ...(logGroup !== undefined && { logGroup }),
    env: configuration.Environment?.Variables ?? {},
  };
}

async function readLogGroup(cloud: Cloud, region: string, app: string): Promise<ActualRegion['logGroup']> {
  const { logs } = cloud.at(region);
  const name = nameLogGroup(app);
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (!found) return undefined;
  const { partition, id } = cloud.account;
  const resourceArn = found.logGroupArn ?? `arn:${partition}:logs:${region}:${id}:log-group:${name}`;
  const answer = await ifFound(logs.send(new ListTagsForResourceCommand({ resourceArn })));
  const retention = found.retentionInDays;
  return answer && { name, tags: { ...answer.tags }, ...(retention !== undefined && { retention }) };
}

/** Where an app with roles of its own is or has been; whoever may not ask knows of the others only. */
export async function readRegions(cloud: Cloud, app: string): Promise<string[]> {
  const regions: string[] = [];
  try {
    const client = cloud.at(cloud.region).iam;
    for await (const { Roles = [] } of paginateListRoles({ client }, { PathPrefix: nameRolePath(app) })) {
      regions.push(...Roles.flatMap(({ RoleName = '' }) => readRoleRegion(app, RoleName) ?? []));
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
  return regions;
}

async function readRole({ iam }: Clients, name: string): Promise<ActualRegion['role']> {
  const [answer, policy] = await Promise.all([
    ifFound(iam.send(new GetRoleCommand({ RoleName: name }))),
    ifFound(iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME }))),
  ]);
  if (!answer?.Role) return undefined;
  const { AssumeRolePolicyDocument = '', Tags = [] } = answer.Role;
  return {
    name,
    trust: decodeURIComponent(AssumeRolePolicyDocument),
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    ...(policy?.PolicyDocument !== undefined && { policy: decodeURIComponent(policy.PolicyDocument) }),
  };
}

/** Of the functions that have one. */
export async function readAliases(cloud: Cloud, functions: readonly ActualFunction[], alias: string): Promise<Aliases> {
  const found = await mapLimit(functions, async (fn): Promise<[string, Alias][]> => {
    const { lambda } = cloud.at(fn.region);
    const answer = await ifFound(lambda.send(new GetAliasCommand({ FunctionName: fn.name, Name: alias })));
    if (!answer) return [];
    const { FunctionVersion: version = '', RevisionId: revision = '', Description } = answer;
    return [[keyOf(fn), { version, revision, history: parseHistory(Description) }]];
  });
  return new Map(found.flat());
}

/** Published versions, oldest first. */
export async function readVersions(cloud: Cloud, functions: readonly ActualFunction[]): Promise<Versions> {
  const found = await mapLimit(functions, async (fn): Promise<[string, string[]]> => {
    const versions: string[] = [];
    const client = cloud.at(fn.region).lambda;
    for await (const page of paginateListVersionsByFunction({ client }, { FunctionName: fn.name })) {
      versions.push(...(page.Versions ?? []).flatMap(({ Version }) => Version ?? []));
    }
    return [keyOf(fn), versions.filter((version) => /^\d+$/.test(version)).sort((a, b) => Number(a) - Number(b))];
  });
  return new Map(found);
}
