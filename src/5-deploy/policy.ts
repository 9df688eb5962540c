/** What the functions of an app may do at the provider: exactly what the plan says, and why. */
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
}

const VERSION = '2012-10-17';
/** Characters of the policies that are written into a role, white space aside. */
export const MAX_POLICY = 10_240;

export function makePolicy({ partition, account, region, logGroup, calls, tracing }: PolicyInput): Policy {
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
  if (tracing) {
    const actions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    const why = 'sends traces (tracing is on); AWS knows no resources for these two, so it has to be *';
    statements.push({ id: 'Traces', actions, resources: ['*'], why });
  }
  return { statements };
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
