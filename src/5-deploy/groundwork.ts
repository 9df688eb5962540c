/** The requests for what functions stand on: log groups and roles. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Clients, Cloud } from './cloud.ts';
import type { LogGroupChange, RoleChange } from './diff.ts';
import { formatPolicy } from './policy.ts';
import { isNotFound } from './provider-error.ts';
import { POLICY_NAME } from './read.ts';
import type { DesiredRegion, DesiredRole, Tags } from './state.ts';

export async function applyLogGroup(cloud: Cloud, change: LogGroupChange, desired: DesiredRegion): Promise<void> {
  const { logs } = cloud.at(change.region);
  const { name, retention, tags } = desired.logGroup;
  const kinds = new Set(change.settings.map(({ setting }) => setting.split(' ')[0]));
  if (change.action === 'create') await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags }));
  else if (kinds.has('tag')) {
    const { partition, id } = cloud.account;
    const resourceArn = `arn:${partition}:logs:${change.region}:${id}:log-group:${name}`;
    await logs.send(new TagResourceCommand({ resourceArn, tags }));
  }
  if (kinds.has('retention')) {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: retention }));
  }
}

export async function applyRole({ iam }: Clients, change: RoleChange, desired: DesiredRole): Promise<void> {
  const { name, path, trust, policy, tags } = desired;
  const kinds = new Set(change.settings.map(({ setting }) => setting.split(' ')[0]));
  if (change.action === 'create') {
    const Description = 'what the functions of an app may do, made by faasify';
    const input = { RoleName: name, Path: path, AssumeRolePolicyDocument: trust, Description, Tags: toTagList(tags) };
    await iam.send(new CreateRoleCommand(input));
  }
  if (kinds.has('trust')) {
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trust }));
  }
  if (kinds.has('tag')) await iam.send(new TagRoleCommand({ RoleName: name, Tags: toTagList(tags) }));
  const { added, removed } = change.permissions;
  if (added.length + removed.length === 0) return;
  const input = { RoleName: name, PolicyName: POLICY_NAME, PolicyDocument: formatPolicy(policy) };
  await iam.send(new PutRolePolicyCommand(input));
}

function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** What others have attached to it is theirs to take away: the provider refuses then. */
export async function deleteRole({ iam }: Clients, RoleName: string): Promise<void> {
  await unlessGone(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY_NAME })));
  await unlessGone(iam.send(new DeleteRoleCommand({ RoleName })));
}

export async function deleteLogGroup({ logs }: Clients, logGroupName: string): Promise<void> {
  await unlessGone(logs.send(new DeleteLogGroupCommand({ logGroupName })));
}

async function unlessGone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
