/** What the configuration says of functions that are deployed: how it is read, and what is wrong with it. */
import { ROLE_ARN } from './2-plan/unit-settings.ts';
import { isRecord, type Origin, refuseValue } from './option-value.ts';
import { lambdaDeployment } from './providers/lambda.ts';
import type { AskedPermission, Network } from './types.ts';

const SUBNET = /^subnet-[0-9a-f]+$/;
const SECURITY_GROUP = /^sg-[0-9a-f]+$/;
/** A queue or a topic. */
const DEAD_LETTER = /^arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:\d{12}:[\w.-]+$/;
/** `s3:GetObject`, `dynamodb:*` */
const ACTION = /^([a-z0-9-]+:[A-Za-z0-9*?]+|\*)$/;
const RESOURCE = /^(arn:[^\s]+|\*)$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const VARIABLE = /^[A-Za-z]\w+$/;
/** `ssm:/shop/token`, `ssm:token:3`, `secret:shop/db`, `secret:arn:…`, `secret:shop/db#password` */
const REFERENCE = /^(ssm:[\w./-]+(:\d+)?|secret:[\w/+=.@:-]+(#[^#]+)?)$/;

export function readRole(value: unknown, origin: Origin): string {
  const wanted = 'the ARN of a role, like arn:aws:iam::123456789012:role/name';
  return readMatching(ROLE_ARN, wanted)(value, origin);
}

export function readDeadLetter(value: unknown, origin: Origin): string {
  const wanted = 'the ARN of a queue or topic, like arn:aws:sqs:eu-west-1:123456789012:name';
  return readMatching(DEAD_LETTER, wanted)(value, origin);
}

export function readBucket(value: unknown, origin: Origin): string {
  return readMatching(BUCKET, 'the name of a bucket')(value, origin);
}

function readMatching(pattern: RegExp, wanted: string): (value: unknown, origin: Origin) => string {
  return (value, origin) =>
    typeof value === 'string' && pattern.test(value) ? value : refuseValue(origin, value, wanted);
}

export function readRetention(value: unknown, origin: Origin): number {
  const days = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  const found = lambdaDeployment.retentions.find((known) => known === days);
  const wanted = `one of the days that are possible: ${lambdaDeployment.retentions.join(', ')}`;
  return found ?? refuseValue(origin, value, wanted);
}

export function readTags(value: unknown, origin: Origin): Record<string, string> {
  return readTexts(value) ?? refuseValue(origin, value, 'an object of texts, like { "team": "shop" }');
}

function readTexts(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === Object.keys(value).length ? Object.fromEntries(texts) : undefined;
}

/** `{ subnets: ['subnet-…'], securityGroups: ['sg-…'] }`, sorted: their order means nothing. */
export function readVpc(value: unknown, origin: Origin): Network {
  const wanted = 'an object { "subnets": ["subnet-…"], "securityGroups": ["sg-…"] } with at least one of each';
  if (!isRecord(value) || Object.keys(value).length !== 2) return refuseValue(origin, value, wanted);
  const subnets = readList(value.subnets, SUBNET);
  const securityGroups = readList(value.securityGroups, SECURITY_GROUP);
  return subnets && securityGroups ? { subnets, securityGroups } : refuseValue(origin, value, wanted);
}

/** A list of texts that look like this, with at least one; undefined if it is none. */
function readList(value: unknown, pattern: RegExp): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const texts = value.filter((text): text is string => typeof text === 'string' && pattern.test(text));
  return texts.length === value.length ? [...new Set(texts)].sort() : undefined;
}

/** References only: a value that were written here would be in the files of the project and of ours, and is not repeated. */
export function readEnvironment(value: unknown, origin: Origin): Record<string, string> {
  const wanted = 'an object like { "TOKEN": "ssm:/shop/token", "DB": "secret:shop/db#password" }';
  if (!isRecord(value)) return refuseValue(origin, '…', wanted);
  for (const [name, reference] of Object.entries(value)) {
    const at = { ...origin, where: `${origin.where}, ${name}` };
    if (!VARIABLE.test(name)) refuseValue(origin, name, 'the name of an environment variable');
    if (typeof reference === 'string' && REFERENCE.test(reference)) continue;
    refuseValue(
      at,
      '…',
      'a reference ssm:<parameter> or secret:<name or ARN>[#<key of its JSON>], never a value itself',
    );
  }
  return readTexts(value) ?? {};
}

/** `[{ actions: ['s3:GetObject'], resources: ['arn:…'] }]` */
export function readPermissions(value: unknown, origin: Origin): AskedPermission[] {
  const wanted = 'a list like [{ "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::photos/*"] }]';
  if (!Array.isArray(value)) return refuseValue(origin, value, wanted);
  return value.map((one: unknown): AskedPermission => {
    const isKnown = isRecord(one) && Object.keys(one).every((key) => key === 'actions' || key === 'resources');
    const actions = isKnown ? readList(one.actions, ACTION) : undefined;
    const resources = isKnown ? readList(one.resources, RESOURCE) : undefined;
    if (!actions || !resources) return refuseValue(origin, one, `part of ${wanted}`);
    return { actions, resources, from: origin.file ?? 'the command line' };
  });
}
