/** `template.yaml`: the functions of one region as AWS SAM. Values of variables are parameters, and what has none is not set. */
import { MARKS, type OpenValue, parseReference, splitOpen } from './open-values.ts';
import { formatPolicy } from './policy.ts';
import type { Desired, DesiredBucket, DesiredFunction, DesiredRegion } from './state.ts';
import { hasOwnRole, listOpenTags, nameApart, pathOfZip, splitNetwork, toPascal } from './template-parts.ts';
import type { DesiredApi, DesiredRule } from './trigger-state.ts';

type Json = string | number | boolean | Json[] | { [key: string]: Json };

interface Names {
  /** Logical ids of functions, and names of parameters for variables. */
  functions: Map<string, string>;
  variables: Map<string, string>;
  /** In a template for a region that is named, units that name none are elsewhere. */
  home: string;
}

const [ROLE, LOGS, BUCKET, API] = ['AppRole', 'AppLogs', 'AppBucket', 'AppApi'];
const HOME = 'HomeRegion';

export function makeSamTemplate(desired: Desired, region: string): Json {
  const own = desired.regions.find((one) => one.region === region);
  if (!own) return {};
  const variables = own.functions.flatMap(({ content }) => Object.values(content.env).flatMap(findVariables)).sort();
  const names: Names = {
    functions: nameApart(
      own.functions.map(({ name }) => name),
      (name) => `${toPascal(own.functions.find((fn) => fn.name === name)?.unit ?? name)}Function`,
    ),
    variables: nameApart([...new Set(variables)], (name) => `Env${toPascal(name)}`),
    home: region === MARKS.region ? 'AWS::Region' : HOME,
  };
  const resources = makeResources(own, desired, names);
  const needsHome = names.home === HOME && JSON.stringify(resources).includes(`\${${HOME}}`);
  const parameters = makeParameters(names, needsHome);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Transform: 'AWS::Serverless-2016-10-31',
    Description: `functions of ${desired.app}, made by faasify`,
    ...(Object.keys(parameters).length > 0 && { Parameters: parameters }),
    ...(names.variables.size > 0 && { Conditions: makeConditions(names) }),
    Resources: resources,
    ...(own.triggers?.api && {
      Outputs: {
        Address: { Description: 'where functions can be asked', Value: { 'Fn::GetAtt': [API, 'ApiEndpoint'] } },
      },
    }),
  };
}

function findVariables(text: string): string[] {
  return splitOpen(text).flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
}

function makeParameters({ variables }: Names, needsHome: boolean): { [key: string]: Json } {
  const own = [...variables].map(([name, id]): [string, Json] => {
    return [
      id,
      { Type: 'String', NoEcho: true, Default: '', Description: `the environment variable ${name}; not set if empty` },
    ];
  });
  const home: [string, Json][] = needsHome
    ? [[HOME, { Type: 'String', Description: 'the region of the functions that name none' }]]
    : [];
  return Object.fromEntries([...own, ...home]);
}

function makeConditions({ variables }: Names): { [key: string]: Json } {
  return Object.fromEntries(
    [...variables.values()].map((id) => [`Has${id}`, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: id }, ''] }] }]),
  );
}

/** A text, or what CloudFormation is to make of it. */
function emit(text: string, names: Names): Json {
  const parts = splitOpen(text);
  if (parts.every(({ kind }) => kind === 'text')) return text;
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'variable') {
    const id = names.variables.get(only.name) ?? '';
    return { 'Fn::If': [`Has${id}`, { Ref: id }, { Ref: 'AWS::NoValue' }] };
  }
  if (parts.length === 1 && only?.kind === 'reference') return emitReference(only.reference);
  return { 'Fn::Sub': parts.map((part) => emitPart(part, names)).join('') };
}

function emitPart(part: OpenValue, { home }: Names): string {
  switch (part.kind) {
    case 'text':
      return part.text.replaceAll('${', '${!');
    case 'partition':
      return '${AWS::Partition}';
    case 'account':
      return '${AWS::AccountId}';
    case 'region':
      return `\${${home}}`;
    case 'variable':
    case 'reference':
      return '';
  }
}

/** `{{resolve:secretsmanager:shop/db:SecretString:password}}` */
function emitReference(reference: string): string {
  const { kind, name, key = '' } = parseReference(reference);
  return kind === 'ssm'
    ? `{{resolve:ssm:${name}}}`
    : `{{resolve:secretsmanager:${name}:SecretString:${key}}}`.replace(/:}}$/, '}}');
}

/** What is in a document of JSON, the texts of it with what stands open in them. */
function emitDocument(value: unknown, names: Names): Json {
  if (typeof value === 'string') return emit(value, names);
  if (Array.isArray(value)) return value.map((one) => emitDocument(one, names));
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, emitDocument(one, names)]));
}

function makeResources(own: DesiredRegion, { app, alias }: Desired, names: Names): { [key: string]: Json } {
  const { role, bucket, logGroup, triggers, functions } = own;
  const isClaiming = bucket?.isOwn === true && functions.some(({ content }) => 'FAASIFY_CLAIMS' in content.env);
  return {
    [LOGS]: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { LogGroupName: logGroup.name, RetentionInDays: logGroup.retention, Tags: toTagList(logGroup.tags) },
    },
    ...(role && {
      [ROLE]: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: emit(role.name, names),
          Path: role.path,
          AssumeRolePolicyDocument: emitDocument(JSON.parse(role.trust), names),
          Policies: [
            { PolicyName: 'faasify', PolicyDocument: emitDocument(JSON.parse(formatPolicy(role.policy)), names) },
          ],
          Tags: toTagList(role.tags),
        },
      },
    }),
    ...(isClaiming && bucket && { [BUCKET]: makeBucket(bucket, names) }),
    ...(triggers?.api && { [API]: makeApi(triggers.api) }),
    ...Object.fromEntries(
      functions.map((fn) => [names.functions.get(fn.name) ?? '', makeFunction(fn, own, { app, alias, names })]),
    ),
  };
}

function toTagList(tags: Record<string, string>): Json {
  return Object.entries(listOpenTags(tags)).map(([Key, Value]) => ({ Key, Value }));
}

function makeBucket({ name, tags }: DesiredBucket, names: Names): Json {
  const [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets] = [true, true, true, true];
  return {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: {
      BucketName: emit(name, names),
      PublicAccessBlockConfiguration: { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Prefix: 'faasify/', ExpirationInDays: 1 }] },
      Tags: toTagList(tags),
    },
  };
}

function makeApi({ name, tags }: DesiredApi): Json {
  return {
    Type: 'AWS::Serverless::HttpApi',
    Properties: { Name: name, StageName: '$default', Tags: listOpenTags(tags) },
  };
}

interface FunctionContext {
  app: string;
  alias: string;
  names: Names;
}

function makeFunction(fn: DesiredFunction, own: DesiredRegion, { app, alias, names }: FunctionContext): Json {
  const { content, scaling, tags } = fn;
  const env = Object.entries(content.env).map(([name, value]): [string, Json] => [name, emit(value, names)]);
  const events = makeEvents(fn, own);
  return {
    Type: 'AWS::Serverless::Function',
    Properties: {
      FunctionName: fn.name,
      Description: `unit ${fn.unit} of ${app}, made by faasify`,
      CodeUri: pathOfZip(fn),
      Handler: content.handler,
      Runtime: content.runtime,
      Architectures: [content.architecture],
      MemorySize: content.memory,
      Timeout: content.timeout,
      EphemeralStorage: { Size: content.storage },
      Tracing: content.tracing ? 'Active' : 'PassThrough',
      Role: hasOwnRole(fn, own) ? { 'Fn::GetAtt': [ROLE, 'Arn'] } : emit(content.role, names),
      LoggingConfig: { LogFormat: 'Text', LogGroup: { Ref: LOGS } },
      AutoPublishAlias: alias,
      ...(env.length > 0 && { Environment: { Variables: Object.fromEntries(env) } }),
      ...makeSettings(fn),
      ...(scaling.provisionedConcurrency > 0 && {
        ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: scaling.provisionedConcurrency },
      }),
      Tags: listOpenTags(tags),
      ...(Object.keys(events).length > 0 && { Events: events }),
    },
  };
}

function makeSettings({ content, scaling }: DesiredFunction): { [key: string]: Json } {
  const { vpc, deadLetter } = content;
  const network = splitNetwork(vpc);
  const kind = deadLetter.split(':')[2] === 'sns' ? 'SNS' : 'SQS';
  return {
    ...(network && { VpcConfig: { SecurityGroupIds: network.groups, SubnetIds: network.subnets } }),
    ...(deadLetter !== '' && { DeadLetterQueue: { Type: kind, TargetArn: deadLetter } }),
    ...(scaling.reservedConcurrency > 0 && { ReservedConcurrentExecutions: scaling.reservedConcurrency }),
  };
}

/** What starts it besides calls. */
function makeEvents({ name }: DesiredFunction, { triggers }: DesiredRegion): { [key: string]: Json } {
  const routes = triggers?.api?.routes.filter((route) => route.function === name) ?? [];
  const rules = triggers?.rules.filter((rule) => rule.function === name) ?? [];
  return Object.fromEntries([
    ...routes.map(({ key }, index): [string, Json] => {
      const [Method = '', Path = ''] = key.split(' ');
      const own = { ApiId: { Ref: API }, Method, Path, PayloadFormatVersion: '2.0' };
      return [`Route${index + 1}`, { Type: 'HttpApi', Properties: own }];
    }),
    ...rules.map((rule, index): [string, Json] => [`Schedule${index + 1}`, makeSchedule(rule)]),
  ]);
}

function makeSchedule({ name, expression, input }: DesiredRule): Json {
  return { Type: 'Schedule', Properties: { Name: name, Schedule: expression, Input: input, Enabled: true } };
}
