/** Which operation a request is for. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
import { MAX_PAYLOAD } from '../served.ts';
import { createAlias, deleteAlias, getAliasConfiguration, listAliases, updateAlias } from './aliases.ts';
import { json } from './answer.ts';
import { ApiError, invalid } from './api-error.ts';
import { deleteConcurrency, getAccountSettings, getConcurrency, putConcurrency } from './concurrency.ts';
import {
  createFunction,
  deleteFunction,
  getConfiguration,
  getFunction,
  listFunctions,
  updateCode,
  updateConfiguration,
} from './functions.ts';
import { invokeFunction } from './invocations.ts';
import type { Operation } from './plane.ts';
import { addPermission, getPolicy, removePermission } from './policies.ts';
import { deleteProvisioned, getProvisioned, putProvisioned } from './provisioned.ts';
import { listTags, tagResource, untagResource } from './tags.ts';
import { listVersions, publishVersion } from './versions.ts';

export interface Route {
  /** As the API calls it. */
  operation: string;
  run: Operation;
  /** Bytes of a request. */
  limit: number;
}

/** Zips are sent as base64. */
const MAX_CODE = 69_905_067;

const ONE = '/2015-03-31/functions/:name';
const PROVISIONED = '/2019-09-30/functions/:name/provisioned-concurrency';
const TAGS = '/2017-03-31/tags/:arn';

const ROUTES: [method: string, path: string, operation: string, run: Operation, limit?: number][] = [
  ['POST', `${ONE}/invocations`, 'InvokeFunction', invokeFunction],
  ['GET', '/2015-03-31/functions', 'ListFunctions', listFunctions],
  ['POST', '/2015-03-31/functions', 'CreateFunction', createFunction, MAX_CODE],
  ['GET', ONE, 'GetFunction', getFunction],
  ['DELETE', ONE, 'DeleteFunction', deleteFunction],
  ['GET', `${ONE}/configuration`, 'GetFunctionConfiguration', getConfiguration],
  ['PUT', `${ONE}/configuration`, 'UpdateFunctionConfiguration', updateConfiguration],
  ['PUT', `${ONE}/code`, 'UpdateFunctionCode', updateCode, MAX_CODE],
  ['GET', `${ONE}/versions`, 'ListVersionsByFunction', listVersions],
  ['POST', `${ONE}/versions`, 'PublishVersion', publishVersion],
  ['GET', `${ONE}/aliases`, 'ListAliases', listAliases],
  ['POST', `${ONE}/aliases`, 'CreateAlias', createAlias],
  ['GET', `${ONE}/aliases/:alias`, 'GetAlias', getAliasConfiguration],
  ['PUT', `${ONE}/aliases/:alias`, 'UpdateAlias', updateAlias],
  ['DELETE', `${ONE}/aliases/:alias`, 'DeleteAlias', deleteAlias],
  ['GET', `${ONE}/policy`, 'GetPolicy', getPolicy],
  ['POST', `${ONE}/policy`, 'AddPermission', addPermission],
  ['DELETE', `${ONE}/policy/:sid`, 'RemovePermission', removePermission],
  ['PUT', '/2017-10-31/functions/:name/concurrency', 'PutFunctionConcurrency', putConcurrency],
  ['DELETE', '/2017-10-31/functions/:name/concurrency', 'DeleteFunctionConcurrency', deleteConcurrency],
  ['GET', '/2019-09-30/functions/:name/concurrency', 'GetFunctionConcurrency', getConcurrency],
  ['PUT', PROVISIONED, 'PutProvisionedConcurrencyConfig', putProvisioned],
  ['GET', PROVISIONED, 'GetProvisionedConcurrencyConfig', getProvisioned],
  ['DELETE', PROVISIONED, 'DeleteProvisionedConcurrencyConfig', deleteProvisioned],
  ['GET', TAGS, 'ListTags', listTags],
  ['POST', TAGS, 'TagResource', tagResource],
  ['DELETE', TAGS, 'UntagResource', untagResource],
  ['GET', '/2015-03-31/event-source-mappings', 'ListEventSourceMappings', () => json(200, { EventSourceMappings: [] })],
  ['GET', '/2018-10-31/layers', 'ListLayers', () => json(200, { Layers: [] })],
  ['GET', '/2016-08-19/account-settings', 'GetAccountSettings', getAccountSettings],
];

const TABLE = ROUTES.map(([method, path, operation, run, limit = MAX_PAYLOAD]) => {
  return { method, parts: path.split('/'), operation, run, limit };
});

/** `path`: as it was sent. */
export function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } {
  const parts = path.replace(/\/$/, '').split('/');
  for (const route of TABLE) {
    if (route.method !== method || route.parts.length !== parts.length) continue;
    const params = match(route.parts, parts);
    if (params) return { route, params };
  }
  throw new ApiError(404, 'UnknownOperationException', `No such operation: ${method} ${path}`);
}

function match(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const one = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== one) return undefined;
    } else if (one === '') return undefined;
    else params[part.slice(1)] = decode(one);
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`Not a part of a path: ${part}`);
  }
}
