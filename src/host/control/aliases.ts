/** Aliases: names that lead to a version, or to two by chance. */
import { randomUUID } from 'node:crypto';
import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { conflict, invalid, notFound, refuseStale } from './api-error.ts';
import { getReadable, getRecord } from './lookup.ts';
import { refuseUnknown, toFunctionArn } from './names.ts';
import { takePage } from './pages.ts';
import type { Plane } from './plane.ts';
import { DESCRIPTION } from './settings.ts';
import { fraction, group, map, parseJson, readAs, text } from './shape.ts';
import { type Alias, type FunctionRecord, findAlias, findVersion, type Version } from './state.ts';

const NAME = text({ min: 1, max: 128, pattern: /^(?!^[0-9]+$)([a-zA-Z0-9-_]+)$/ });
const VERSION = text({ min: 1, max: 1024, pattern: /^(\$LATEST|[0-9]+)$/ });
const COMMON = {
  Description: DESCRIPTION,
  RoutingConfig: group({}, { AdditionalVersionWeights: map(text({ pattern: /^[0-9]+$/ }), fraction()) }),
};
const CREATE = group({ Name: NAME, FunctionVersion: VERSION }, COMMON);
const UPDATE = group({}, { FunctionVersion: VERSION, ...COMMON, RevisionId: text() });

export function createAlias(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const { Name, FunctionVersion, Description = '', RoutingConfig } = readAs(CREATE, parseJson(request.body.toString()));
  if (findAlias(record, Name))
    throw conflict(`Alias already exists: ${toFunctionArn(record.region, record.name, Name)}`);
  const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
  const alias = { name: Name, version: FunctionVersion, description: Description, weights, revision: randomUUID() };
  return keep(plane, record, alias, 201);
}

export function updateAlias(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const known = getAlias(record, request);
  const given = readAs(UPDATE, parseJson(request.body.toString()));
  refuseStale(given.RevisionId, known.revision);
  const weights = given.RoutingConfig ? (given.RoutingConfig.AdditionalVersionWeights ?? {}) : known.weights;
  const alias = {
    ...{ name: known.name, weights, revision: randomUUID() },
    version: given.FunctionVersion ?? known.version,
    description: given.Description ?? known.description,
  };
  return keep(plane, record, alias, 200);
}

export function getAliasConfiguration(plane: Plane, request: ApiRequest): Answer {
  const record = getReadable(plane, request);
  return json(200, describeAlias(record, getAlias(record, request)));
}

export function listAliases(plane: Plane, request: ApiRequest): Answer {
  const record = getReadable(plane, request);
  const of = request.query.get('FunctionVersion');
  const sorted = record.aliases
    .filter(({ version }) => of === null || version === of)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { page, next } = takePage(sorted, ({ name }) => name, request.query);
  return json(200, { Aliases: page.map((alias) => describeAlias(record, alias)), ...next });
}

/** One that is not there is gone already. */
export function deleteAlias(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const name = request.params.alias ?? '';
  const aliases = record.aliases.filter((alias) => alias.name !== name);
  const policies = record.policies.filter(([qualifier]) => qualifier !== name);
  if (aliases.length < record.aliases.length) plane.records.put({ ...record, aliases, policies });
  return NO_CONTENT;
}

function getAlias(record: FunctionRecord, { params: { alias = '' } }: ApiRequest): Alias {
  const found = findAlias(record, alias);
  if (found) return found;
  throw notFound(`Cannot find alias arn: ${toFunctionArn(record.region, record.name, alias)}`);
}

function keep(plane: Plane, record: FunctionRecord, alias: Alias, status: number): Answer {
  checkTargets(record, alias);
  const others = record.aliases.filter(({ name }) => name !== alias.name);
  plane.records.put({ ...record, aliases: [...others, alias] });
  return json(status, describeAlias(record, alias));
}

function checkTargets(record: FunctionRecord, { version, weights }: Alias): void {
  const others = Object.entries(weights);
  const missing = [version, ...others.map(([other]) => other)].find((one) => !findVersion(record, one));
  if (missing !== undefined) throw refuseUnknown(record.region, record.name, missing);
  if (others.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1.');
  if (others.length > 0 && version === '$LATEST')
    throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
  if (Object.hasOwn(weights, version))
    throw invalid(
      `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
    );
}

function describeAlias({ region, name }: FunctionRecord, alias: Alias): object {
  return {
    AliasArn: toFunctionArn(region, name, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revision,
    ...(Object.keys(alias.weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
  };
}

/** Where a call of an alias goes this time; `chance`: from 0 to 1. */
export function chooseVersion(record: FunctionRecord, alias: Alias, chance: number): Version | undefined {
  const [other] = Object.entries(alias.weights);
  return findVersion(record, other && chance < other[1] ? other[0] : alias.version);
}
