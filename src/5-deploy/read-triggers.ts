/** What there is of addresses and rules. Requests only, no changes. */
import {
  type Api,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStageCommand,
  type Integration,
  type Route,
} from '@aws-sdk/client-apigatewayv2';
import {
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { mapLimit } from '../4-package/map-limit.ts';
import type { Clients } from './cloud.ts';
import { isOurs } from './ownership.ts';
import { isDenied, isNotFound, isUnknownOperation } from './provider-error.ts';
import type { ActualApi, ActualRule, ActualTriggers, Grant } from './trigger-state.ts';
import { GRANT_MARK } from './triggers.ts';

export interface TriggersRequest {
  app: string;
  alias: string;
  /** Functions that are to be started, whatever starts them now. */
  functions: readonly string[];
  /** Names of rules that are to be ours. */
  rules: readonly string[];
}

export const STAGE = '$default';

/** Whoever may not ask, or asks a server that knows nothing of them, has none: a program without addresses and schedules needs no permission for them. */
export async function readTriggers(
  clients: Clients,
  request: TriggersRequest,
): Promise<{ triggers: ActualTriggers; foreign: string[] }> {
  const isNeeded = request.functions.length > 0;
  const [apis, rules] = await Promise.all([
    orNone(readApis(clients, request.app), isNeeded),
    orNone(readRules(clients, request.app), isNeeded),
  ]);
  const [api, ...spare] = apis;
  const own = rules.filter(({ tags }) => isOurs(tags, request.app));
  const foreign = rules.filter((rule) => !own.includes(rule) && request.rules.includes(rule.name));
  const started = [
    ...(api?.integrations.map(({ target }) => readName(target)) ?? []),
    ...own.flatMap(({ targets }) => targets.map(({ arn }) => readName(arn))),
  ].filter((name) => name.startsWith(`${request.app}-`));
  const names = [...new Set([...request.functions, ...started])].sort();
  const grants = await mapLimit(names, (name) => readGrants(clients, name, request.alias));
  return {
    triggers: { ...(api && { api }), spareApis: spare.map(({ id }) => id), rules: own, grants: grants.flat() },
    foreign: foreign.map(({ name }) => `rule ${name}`),
  };
}

async function orNone<T>(answer: Promise<T[]>, isNeeded: boolean): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    if (isNeeded || !(isDenied(error) || isUnknownOperation(error))) throw error;
    return [];
  }
}

/** `arn:aws:lambda:eu-west-1:123456789012:function:shop-price:live` → `shop-price` */
function readName(arn: string): string {
  return /:function:([^:/]+)/.exec(arn)?.[1] ?? '';
}

/** Those of the app, the oldest first. */
async function readApis({ api }: Clients, app: string): Promise<ActualApi[]> {
  const found: Api[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.send(
      new GetApisCommand({ MaxResults: '100', ...(NextToken !== undefined && { NextToken }) }),
    );
    found.push(...(page.Items ?? []).filter(({ Tags = {} }) => isOurs(Tags, app)));
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  const timeOf = ({ CreatedDate }: Api) => new Date(CreatedDate ?? 0).getTime();
  const sorted = found.sort((a, b) => timeOf(a) - timeOf(b) || (`${a.ApiId}` < `${b.ApiId}` ? -1 : 1));
  return mapLimit(sorted, (one) => readApi(api, one));
}

async function readApi(
  client: Clients['api'],
  { ApiId = '', Name = '', ApiEndpoint = '', Tags = {} }: Api,
): Promise<ActualApi> {
  const [routes, integrations, stage] = await Promise.all([
    listPages<Route>((page) => client.send(new GetRoutesCommand({ ApiId, ...page }))),
    listPages<Integration>((page) => client.send(new GetIntegrationsCommand({ ApiId, ...page }))),
    client.send(new GetStageCommand({ ApiId, StageName: STAGE })).catch(ignoreNotFound),
  ]);
  return {
    id: ApiId,
    name: Name,
    endpoint: ApiEndpoint,
    tags: { ...Tags },
    isLive: stage?.AutoDeploy === true,
    routes: routes.map(({ RouteId = '', RouteKey = '', Target = '' }) => {
      return { id: RouteId, key: RouteKey, integration: Target.replace('integrations/', '') };
    }),
    integrations: integrations.map(({ IntegrationId = '', IntegrationUri = '', ...one }) => {
      const isPlain = one.IntegrationType === 'AWS_PROXY' && one.PayloadFormatVersion === '2.0';
      return { id: IntegrationId, target: IntegrationUri, isPlain };
    }),
  };
}

function ignoreNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

interface Page<T> {
  Items?: T[] | undefined;
  NextToken?: string | undefined;
}

async function listPages<T>(ask: (page: { NextToken?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: { NextToken?: string } | undefined = {};
  while (next) {
    const page: Page<T> = await ask(next);
    items.push(...(page.Items ?? []));
    next = page.NextToken ? { NextToken: page.NextToken } : undefined;
  }
  return items;
}

/** Those whose names begin as ours do. */
async function readRules(clients: Clients, app: string): Promise<(ActualRule & { arn: string })[]> {
  const found: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const input = { NamePrefix: `${app}-`, ...(NextToken !== undefined && { NextToken }) };
    const page = await clients.events.send(new ListRulesCommand(input));
    found.push(...(page.Rules ?? []));
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  const sorted = found.sort((a, b) => (`${a.Name}` < `${b.Name}` ? -1 : 1));
  return mapLimit(sorted, (rule) => readRule(clients, rule));
}

async function readRule({ events }: Clients, { Name = '', Arn = '', ScheduleExpression = '', State }: Rule) {
  const [tags, targets] = await Promise.all([
    events.send(new ListTagsForResourceCommand({ ResourceARN: Arn })),
    events.send(new ListTargetsByRuleCommand({ Rule: Name })),
  ]);
  return {
    name: Name,
    arn: Arn,
    tags: Object.fromEntries((tags.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    expression: ScheduleExpression,
    isOn: State === 'ENABLED',
    targets: (targets.Targets ?? []).map(({ Id = '', Arn: arn = '', Input = '' }) => ({ id: Id, arn, input: Input })),
  };
}

/** Those that we have given. */
async function readGrants({ lambda }: Clients, name: string, alias: string): Promise<Grant[]> {
  const answer = await lambda
    .send(new GetPolicyCommand({ FunctionName: name, Qualifier: alias }))
    .catch(ignoreNotFound);
  if (answer?.Policy === undefined) return [];
  const { Statement = [] }: { Statement?: unknown[] } = JSON.parse(answer.Policy);
  return Statement.flatMap((statement) => readGrant(name, statement));
}

interface Statement {
  Sid?: string;
  Principal?: { Service?: string } | string;
  Condition?: Record<string, Record<string, string>>;
}

function readGrant(fn: string, statement: unknown): Grant[] {
  const { Sid: id = '', Principal, Condition = {} }: Statement = { ...Object(statement) };
  if (!id.startsWith(GRANT_MARK)) return [];
  const principal = typeof Principal === 'object' ? `${Principal.Service}` : `${Principal}`;
  const source = Object.values(Condition).flatMap((rows) => rows['AWS:SourceArn'] ?? rows['aws:SourceArn'] ?? [])[0];
  return [{ function: fn, id, principal, source: source ?? '' }];
}
