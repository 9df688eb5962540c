/** Who else may call a function: kept and told, as roles mean nothing here. */
import { randomUUID } from 'node:crypto';
import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { conflict, invalid, notFound, refuseStale } from './api-error.ts';
import { findMade, findReadable, type Made } from './lookup.ts';
import { LATEST, toFunctionArn } from './names.ts';
import type { Plane } from './plane.ts';
import { flag, group, parseJson, readAs, text } from './shape.ts';
import type { Policy } from './state.ts';

const ADD = group(
  {
    StatementId: text({ min: 1, max: 100, pattern: /^[a-zA-Z0-9-_]+$/ }),
    Action: text({ pattern: /^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/ }),
    Principal: text({ max: 2048, pattern: /^\S+$/ }),
  },
  {
    SourceArn: text({ pattern: /^arn:aws[a-zA-Z0-9-]*:[a-zA-Z0-9-]+:[a-z0-9-]*:(\d{12})?:.*$/ }),
    SourceAccount: text({ pattern: /^\d{12}$/ }),
    EventSourceToken: text({ max: 256, pattern: /^[a-zA-Z0-9._-]+$/ }),
    PrincipalOrgID: text({ pattern: /^o-[a-z0-9]{10,32}$/ }),
    FunctionUrlAuthType: text({ values: ['NONE', 'AWS_IAM'] }),
    InvokedViaFunctionUrl: flag(),
    RevisionId: text(),
  },
);
type Given = typeof ADD extends { read(...args: never): infer T } ? T : never;

export function addPermission(plane: Plane, request: ApiRequest): Answer {
  const found = findPolicyOwner(plane, request);
  const given = readAs(ADD, parseJson(request.body.toString()));
  const policy = findPolicy(found);
  refuseStale(given.RevisionId, policy?.revision ?? given.RevisionId ?? '');
  const { StatementId } = given;
  if (policy?.statements.some(({ Sid }) => Sid === StatementId)) {
    throw conflict(
      `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const statement = toStatement(found, given);
  keep(plane, found, [...(policy?.statements ?? []), statement]);
  return json(201, { Statement: JSON.stringify(statement) });
}

export function getPolicy(plane: Plane, request: ApiRequest): Answer {
  const found = findReadable(plane, request);
  const policy = findPolicy(found);
  if (!policy) throw notFound('The resource you requested does not exist.');
  const text = { Version: '2012-10-17', Id: 'default', Statement: policy.statements };
  return json(200, { Policy: JSON.stringify(text), RevisionId: policy.revision });
}

export function removePermission(plane: Plane, request: ApiRequest): Answer {
  const found = findPolicyOwner(plane, request);
  const { sid = '' } = request.params;
  const policy = findPolicy(found);
  const rest = policy?.statements.filter(({ Sid }) => Sid !== sid);
  if (!policy || rest?.length === policy.statements.length) {
    throw notFound(`Statement ${sid} is not found in resource policy.`);
  }
  refuseStale(request.query.get('RevisionId') ?? undefined, policy.revision);
  keep(plane, found, rest ?? []);
  return NO_CONTENT;
}

function findPolicyOwner(plane: Plane, request: ApiRequest): Made {
  const found = findMade(plane, request);
  if (found.qualifier === LATEST) throw invalid('We currently do not support adding policies for $LATEST.');
  return found;
}

function findPolicy({ record, qualifier = '' }: Made): Policy | undefined {
  return record.policies.find(([of]) => of === qualifier)?.[1];
}

function keep(plane: Plane, { record, qualifier = '' }: Made, statements: Policy['statements']): void {
  const others = record.policies.filter(([of]) => of !== qualifier);
  const own: [string, Policy][] = statements.length === 0 ? [] : [[qualifier, { revision: randomUUID(), statements }]];
  plane.records.put({ ...record, policies: [...others, ...own] });
}

function toStatement({ record, qualifier }: Made, given: Given): Policy['statements'][number] {
  const { Principal, SourceArn, SourceAccount, EventSourceToken, PrincipalOrgID, FunctionUrlAuthType } = given;
  const equals = {
    ...(SourceAccount !== undefined && { 'AWS:SourceAccount': SourceAccount }),
    ...(EventSourceToken !== undefined && { 'lambda:EventSourceToken': EventSourceToken }),
    ...(PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': PrincipalOrgID }),
    ...(FunctionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
  };
  const Condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(given.InvokedViaFunctionUrl && { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }),
  };
  return {
    Sid: given.StatementId,
    Effect: 'Allow',
    Principal: toPrincipal(Principal),
    Action: given.Action,
    Resource: toFunctionArn(record.region, record.name, qualifier),
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}

function toPrincipal(text: string): unknown {
  if (text === '*') return '*';
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  return text.startsWith('arn:') ? { AWS: text } : { Service: text };
}
