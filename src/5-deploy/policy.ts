/** What the functions of an app may do at the provider: exactly what the plan says, and why. */
import type { AskedPermission } from '../types.ts';
import type { Policy } from './state.ts';

export interface PolicyInput {
  /** `aws`, `aws-cn` … */
  partition: string;
  account: string;
  region: string;
  logGroup: string;
  /** ARNs of the functions that they call, with the alias. */
  calls: string[];
  tracing: boolean;
  /** They run in networks of the account. */
  vpc: boolean;
  /** ARN of the queue or topic for events that failed. */
  deadLetter?: string;
  /** Where what calls carry lies: `bucket/prefix/`. */
  claims?: string;
  asked: readonly AskedPermission[];
}

const VERSION = '2012-10-17';
/** Characters of the policies that are written into a role, white space aside. */
export const MAX_POLICY = 10_240;

export function makePolicy(input: PolicyInput): Policy {
  const { partition, account, region, logGroup, calls, claims } = input;
  const statements: Policy['statements'] = [
    {
      id: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${partition}:logs:${region}:${account}:log-group:${logGroup}:*`],
      why: 'writes its log; the streams are named by AWS, hence * for their names within the log group of the app',
    },
  ];
  if (calls.length > 0) {
    const why = 'calls units of the app, with --nested remote';
    statements.push({ id: 'Calls', actions: ['lambda:InvokeFunction'], resources: [...calls].sort(), why });
  }
  if (claims !== undefined) {
    const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
    const why =
      'fetches and leaves what is too large for a call (claimCheck is on); every call has names of its own, hence *';
    statements.push({ id: 'Claims', actions, resources: [`arn:${partition}:s3:::${claims}*`], why });
  }
  return { statements: [...statements, ...listSettingStatements(input), ...listAsked(input)] };
}

/** What settings bring with them. */
function listSettingStatements({ tracing, vpc, deadLetter }: PolicyInput): Policy['statements'] {
  const statements: Policy['statements'] = [];
  if (tracing) {
    const actions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    const why = 'sends traces (tracing is on); AWS knows no resources for these two, so it has to be *';
    statements.push({ id: 'Traces', actions, resources: ['*'], why });
  }
  if (vpc) {
    const why = 'is connected to the networks of the setting vpc; AWS wants * for what is done to network interfaces';
    statements.push({ id: 'Network', actions: [...NETWORK], resources: ['*'], why });
  }
  if (deadLetter !== undefined) {
    const actions = [deadLetter.split(':')[2] === 'sns' ? 'sns:Publish' : 'sqs:SendMessage'];
    statements.push({ id: 'DeadLetters', actions, resources: [deadLetter], why: 'sends on events that have failed' });
  }
  return statements;
}

/** As in AWSLambdaVPCAccessExecutionRole. */
const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
] as const;

function listAsked({ asked }: PolicyInput): Policy['statements'] {
  return asked.map(({ actions, resources, from }, index) => {
    const why = `may use ${actions.join(', ')}: asked for in ${from}`;
    return { id: `Asked${index + 1}`, actions: [...actions], resources: [...resources], why };
  });
}

export function formatPolicy({ statements }: Policy): string {
  return JSON.stringify({
    Version: VERSION,
    Statement: statements.map(({ id, actions, resources }) => ({
      Sid: id,
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  });
}

/** Who may act as the role: the service that runs the functions. */
export const TRUST = JSON.stringify({
  Version: VERSION,
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** Pairs of action and resource that the text of a policy allows, for comparing two; what is no such pair stands for itself. */
export function listPermissions(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const { Statement = [] }: { Statement?: unknown } = JSON.parse(text);
    return [...new Set(toList(Statement).flatMap(listStatement))].sort();
  } catch {
    return ['a policy that cannot be read'];
  }
}

function listStatement(statement: unknown): string[] {
  const { Effect, Action, Resource, Sid: _sid, ...rest } = { ...(statement as Record<string, unknown>) };
  if (Effect !== 'Allow' || !Action || !Resource || Object.keys(rest).length > 0) return [JSON.stringify(statement)];
  return toList(Action).flatMap((action) => toList(Resource).map((resource) => `${action} on ${resource}`));
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Two texts of JSON, whatever the order of their keys. */
export function isSameDocument(one: string, other: string): boolean {
  return formatCanonical(one) === formatCanonical(other);
}

function formatCanonical(text: string): string {
  const sortKeys = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  try {
    return JSON.stringify(JSON.parse(text), sortKeys);
  } catch {
    return text;
  }
}
