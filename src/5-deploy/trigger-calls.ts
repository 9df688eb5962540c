/** The requests for what starts functions: each one is made only if what it makes is not there yet, so that all can be made again. */
import {
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  TagResourceCommand as TagApiCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand as TagRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import type { Clients } from './cloud.ts';
import type { TriggerChange } from './diff-triggers.ts';
import { isNotFound } from './provider-error.ts';
import { STAGE } from './read-triggers.ts';
import type {
  ActualApi,
  ActualTriggers,
  DesiredApi,
  DesiredRoute,
  DesiredRule,
  DesiredTriggers,
  Grant,
} from './trigger-state.ts';
import { API_GATEWAY, grantRoute, grantRule } from './triggers.ts';

/** The only target of a rule. */
const TARGET_ID = 'function';

export interface TriggerRequest {
  clients: Clients;
  alias: string;
  /** `arn:aws:apigateway:eu-west-1::/apis/`, in front of an id: by that it is tagged. */
  apis: string;
  desired: DesiredTriggers | undefined;
  actual: ActualTriggers;
}

/** Permissions come before what needs them, and go before it does. */
export async function applyTriggers(request: TriggerRequest, changes: readonly TriggerChange[]): Promise<void> {
  for (const change of changes) {
    if (change.kind === 'api') await applyApi(request, change);
    else await applyRule(request, change);
  }
}

async function applyApi(request: TriggerRequest, change: TriggerChange): Promise<void> {
  const { clients, alias, desired, actual } = request;
  if (actual.spareApis.includes(change.name)) return deleteApi(clients, change.name);
  if (change.action !== 'delete' && desired?.api) return bringUpApi(request, desired.api);
  const grants = actual.grants.filter(({ principal }) => principal === API_GATEWAY);
  for (const grant of grants) await removeGrant(clients, alias, grant);
  if (actual.api) await deleteApi(clients, actual.api.id);
}

async function bringUpApi({ clients, alias, apis, actual }: TriggerRequest, desired: DesiredApi): Promise<void> {
  const { tags, routes } = desired;
  const api = actual.api ?? (await createApi(clients, desired));
  if (Object.entries(tags).some(([name, value]) => api.tags[name] !== value)) {
    await clients.api.send(new TagApiCommand({ ResourceArn: apis + api.id, Tags: tags }));
  }
  const grants = routes.map((route) => grantRoute(route, desired.source + api.id));
  const before = actual.grants.filter(({ principal }) => principal === API_GATEWAY);
  await replaceGrants(clients, alias, before, grants);
  const integrations = new Map(api.integrations.filter(({ isPlain }) => isPlain).map(({ id, target }) => [target, id]));
  for (const route of routes) await bringUpRoute(clients, api, route, integrations);
  if (!api.isLive) await bringUpStage(clients, api.id);
  await removeRest(clients, api, routes, new Set(routes.map(({ target }) => integrations.get(target))));
}

async function createApi({ api }: Clients, { name, tags }: Pick<DesiredApi, 'name' | 'tags'>): Promise<ActualApi> {
  const Description = 'addresses of the functions of an app, made by faasify';
  const { ApiId = '', ApiEndpoint = '' } = await api.send(
    new CreateApiCommand({ Name: name, ProtocolType: 'HTTP', Description, Tags: tags }),
  );
  return { id: ApiId, name, endpoint: ApiEndpoint, tags, isLive: false, routes: [], integrations: [] };
}

async function bringUpRoute(
  { api }: Clients,
  { id: ApiId, routes }: ActualApi,
  { key, target }: DesiredRoute,
  integrations: Map<string, string>,
): Promise<void> {
  let integration = integrations.get(target);
  if (integration === undefined) {
    const how = { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationMethod: 'POST' } as const;
    const made = await api.send(new CreateIntegrationCommand({ ApiId, ...how, IntegrationUri: target }));
    integration = made.IntegrationId ?? '';
    integrations.set(target, integration);
  }
  const found = routes.find((route) => route.key === key);
  const Target = `integrations/${integration}`;
  if (!found) await api.send(new CreateRouteCommand({ ApiId, RouteKey: key, Target }));
  else if (found.integration !== integration) {
    await api.send(new UpdateRouteCommand({ ApiId, RouteId: found.id, Target }));
  }
}

async function bringUpStage({ api }: Clients, ApiId: string): Promise<void> {
  const input = { ApiId, StageName: STAGE, AutoDeploy: true };
  try {
    await api.send(new CreateStageCommand(input));
  } catch (error) {
    if (!isThere(error)) throw error;
    await api.send(new UpdateStageCommand(input));
  }
}

function isThere(error: unknown): boolean {
  return Object(error).type === 'ConflictException';
}

/** `needed`: integrations that routes lead to now. */
async function removeRest(
  { api }: Clients,
  { id: ApiId, routes, integrations }: ActualApi,
  desired: readonly DesiredRoute[],
  needed: ReadonlySet<string | undefined>,
): Promise<void> {
  const wanted = new Set(desired.map(({ key }) => key));
  for (const { id: RouteId, key } of routes) {
    if (!wanted.has(key)) await unlessGone(api.send(new DeleteRouteCommand({ ApiId, RouteId })));
  }
  for (const { id: IntegrationId } of integrations) {
    if (!needed.has(IntegrationId)) {
      await unlessGone(api.send(new DeleteIntegrationCommand({ ApiId, IntegrationId })));
    }
  }
}

export async function deleteApi({ api }: Clients, ApiId: string): Promise<void> {
  await unlessGone(api.send(new DeleteApiCommand({ ApiId })));
}

async function applyRule({ clients, alias, desired, actual }: TriggerRequest, change: TriggerChange): Promise<void> {
  const rule = desired?.rules.find(({ name }) => name === change.name);
  const own = (source: string) => source.slice(source.lastIndexOf('/') + 1) === change.name;
  const before = actual.grants.filter(({ principal, source }) => principal !== API_GATEWAY && own(source));
  if (change.action !== 'delete' && rule) return bringUpRule(clients, alias, rule, change, before);
  for (const grant of before) await removeGrant(clients, alias, grant);
  const found = actual.rules.find(({ name }) => name === change.name);
  await deleteRule(clients, change.name, found?.targets.map(({ id }) => id) ?? []);
}

async function bringUpRule(
  clients: Clients,
  alias: string,
  rule: DesiredRule,
  change: TriggerChange,
  before: readonly Grant[],
): Promise<void> {
  const { name: Name, expression: ScheduleExpression, target, input } = rule;
  const { events } = clients;
  const kinds = new Set(change.settings.map(({ setting }) => setting.split(' ')[0]));
  const Tags = Object.entries(rule.tags).map(([Key, Value]) => ({ Key, Value }));
  const how = { Name, ScheduleExpression, State: 'ENABLED' as const, Description: 'made by faasify' };
  const isNew = change.action === 'create';
  if (isNew || kinds.has('when') || kinds.has('state'))
    await events.send(new PutRuleCommand({ ...how, ...(isNew && { Tags }) }));
  else if (kinds.has('tag')) await events.send(new TagRuleCommand({ ResourceARN: rule.arn, Tags }));
  await replaceGrants(clients, alias, before, [grantRule(rule)]);
  if (!isNew && !kinds.has('starts')) return;
  const Targets = [{ Id: TARGET_ID, Arn: target, Input: input }];
  const { FailedEntryCount = 0, FailedEntries = [] } = await events.send(
    new PutTargetsCommand({ Rule: Name, Targets }),
  );
  if (FailedEntryCount > 0) throw new Error(`${Name} cannot start its function: ${FailedEntries[0]?.ErrorMessage}`);
}

export async function deleteRule({ events }: Clients, Name: string, Ids: string[]): Promise<void> {
  if (Ids.length > 0) await unlessGone(events.send(new RemoveTargetsCommand({ Rule: Name, Ids })));
  await unlessGone(events.send(new DeleteRuleCommand({ Name })));
}

/** A statement keeps its name; one that says something else is removed first. */
async function replaceGrants(
  clients: Clients,
  alias: string,
  before: readonly Grant[],
  after: readonly Grant[],
): Promise<void> {
  const isSame = (one: Grant, other: Grant) => JSON.stringify(one) === JSON.stringify(other);
  const gone = before.filter((grant) => !after.some((one) => isSame(one, grant)));
  for (const grant of gone) await removeGrant(clients, alias, grant);
  for (const grant of after.filter((one) => !before.some((grant) => isSame(one, grant)))) {
    const { function: FunctionName, id: StatementId, principal: Principal, source: SourceArn } = grant;
    const what = { Action: 'lambda:InvokeFunction', Principal, SourceArn };
    await clients.lambda.send(new AddPermissionCommand({ FunctionName, Qualifier: alias, StatementId, ...what }));
  }
}

async function removeGrant(
  { lambda }: Clients,
  Qualifier: string,
  { function: FunctionName, id }: Grant,
): Promise<void> {
  await unlessGone(lambda.send(new RemovePermissionCommand({ FunctionName, Qualifier, StatementId: id })));
}

async function unlessGone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
