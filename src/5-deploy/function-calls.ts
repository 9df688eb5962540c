/** The requests that bring one function to what it is to be, up to a published version. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Architecture,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  type Runtime,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { FaasifyError } from '../errors.ts';
import type { Clients, Cloud } from './cloud.ts';
import type { FunctionChange } from './diff.ts';
import { isNotFound, isRoleUnknown } from './provider-error.ts';
import type { ActualFunction, DesiredFunction, FunctionContent } from './state.ts';
import { readZip } from './zips.ts';

/** Milliseconds. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
const PATIENCE = 300_000;
/** A new role is known everywhere after some ten seconds. */
const PATIENCE_FOR_ROLES = 90_000;

/** Makes `$LATEST` what it is to be and returns the version that is published of it; undefined if callers have that already. */
export async function bringUp(
  cloud: Cloud,
  change: FunctionChange,
  desired: DesiredFunction,
  actual: ActualFunction | undefined,
): Promise<string | undefined> {
  const { lambda } = cloud.at(change.region);
  const version = actual ? await renew(cloud, change, desired, actual) : await create(cloud, desired);
  const isReserved = change.settings.some(({ setting }) => setting === 'reservedConcurrency');
  if (isReserved) await reserve(lambda, desired);
  return version;
}

async function renew(
  cloud: Cloud,
  change: FunctionChange,
  desired: DesiredFunction,
  actual: ActualFunction,
): Promise<string | undefined> {
  const revision = await update(cloud, change, desired, actual);
  return change.isStale ? publish(cloud.at(change.region).lambda, desired, revision) : undefined;
}

/** Zero: as many as there are. */
async function reserve(lambda: Clients['lambda'], { name: FunctionName, scaling }: DesiredFunction): Promise<void> {
  const { reservedConcurrency } = scaling;
  if (reservedConcurrency === 0) await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  else {
    const input = { FunctionName, ReservedConcurrentExecutions: reservedConcurrency };
    await lambda.send(new PutFunctionConcurrencyCommand(input));
  }
}

/** Instances that are kept ready are those of the alias, which has to be there. */
export async function provision(
  { lambda }: Clients,
  { name: FunctionName, scaling }: DesiredFunction,
  Qualifier: string,
): Promise<void> {
  const { provisionedConcurrency } = scaling;
  if (provisionedConcurrency === 0) {
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
  } else {
    const input = { FunctionName, Qualifier, ProvisionedConcurrentExecutions: provisionedConcurrency };
    await lambda.send(new PutProvisionedConcurrencyConfigCommand(input));
  }
}

/** Sends the zip, or lays it where the provider fetches it, for as long as that takes. */
async function withCode<T>(cloud: Cloud, desired: DesiredFunction, run: (code: Code) => Promise<T>): Promise<T> {
  const { upload, region } = desired;
  const zip = readZip(desired);
  if (!upload) return run({ ZipFile: zip });
  const { putObject, deleteObject } = await import('./buckets.ts');
  await putObject(cloud, region, upload, zip);
  const result = await run({ S3Bucket: upload.bucket, S3Key: upload.key });
  await deleteObject(cloud, region, upload);
  return result;
}

type Code = { ZipFile: Buffer } | { S3Bucket: string; S3Key: string };

/** With its first version, of which nobody can have changed anything in between. */
async function create(cloud: Cloud, desired: DesiredFunction): Promise<string> {
  return withCode(cloud, desired, (code) => createOf(cloud.at(desired.region).lambda, desired, code));
}

async function createOf(lambda: Clients['lambda'], desired: DesiredFunction, code: Code): Promise<string> {
  const { name, unit, tags, content } = desired;
  const { Runtime, Role, Handler, Architectures, VpcConfig, DeadLetterConfig, ...settings } = toSettings(content);
  const input: CreateFunctionCommandInput = {
    FunctionName: name,
    Description: `unit ${unit}, made by faasify`,
    Code: code,
    PackageType: 'Zip',
    Tags: tags,
    Runtime,
    Role,
    Handler,
    Architectures,
    ...(content.vpc !== '' && { VpcConfig }),
    ...(content.deadLetter !== '' && { DeadLetterConfig }),
    ...settings,
    Publish: true,
  };
  const made = await whenRoleIsKnown(content, () => lambda.send(new CreateFunctionCommand(input)));
  const version = made.Version ?? '';
  await settle(lambda, name, made, version);
  return version;
}

function toSettings(content: FunctionContent) {
  const { runtime, role, handler, architecture, memory, timeout, storage, tracing, logGroup, env } = content;
  const networks = content.vpc.split(' ');
  const VpcConfig = {
    SubnetIds: networks.filter((id) => id.startsWith('subnet-')),
    SecurityGroupIds: networks.filter((id) => id.startsWith('sg-')),
  };
  return {
    Runtime: runtime as Runtime,
    Role: role,
    Handler: handler,
    Architectures: [architecture as Architecture],
    MemorySize: memory,
    Timeout: timeout,
    EphemeralStorage: { Size: storage },
    TracingConfig: { Mode: tracing ? ('Active' as const) : ('PassThrough' as const) },
    LoggingConfig: { LogFormat: 'Text' as const, LogGroup: logGroup },
    Environment: { Variables: env },
    VpcConfig,
    DeadLetterConfig: { TargetArn: content.deadLetter },
  };
}

/** Which of them a change of a setting concerns. The architecture is changed with the code. */
const PARTS: Record<string, Exclude<keyof ReturnType<typeof toSettings>, 'Architectures'>> = {
  runtime: 'Runtime',
  role: 'Role',
  handler: 'Handler',
  memory: 'MemorySize',
  timeout: 'Timeout',
  storage: 'EphemeralStorage',
  tracing: 'TracingConfig',
  logGroup: 'LoggingConfig',
  env: 'Environment',
  vpc: 'VpcConfig',
  deadLetter: 'DeadLetterConfig',
};

async function update(
  cloud: Cloud,
  { code, settings }: FunctionChange,
  desired: DesiredFunction,
  actual: ActualFunction,
): Promise<string> {
  const { lambda } = cloud.at(desired.region);
  const FunctionName = desired.name;
  const kinds = new Set(settings.map(({ setting }) => setting.split(' ')[0] ?? ''));
  const all = toSettings(desired.content);
  const changed = Object.fromEntries(
    [...kinds].flatMap((kind) => (PARTS[kind] ? [[PARTS[kind], all[PARTS[kind]]]] : [])),
  );
  let { revision } = actual;
  if (kinds.has('tag')) await lambda.send(new TagResourceCommand({ Resource: actual.arn, Tags: desired.tags }));
  if (Object.keys(changed).length > 0) {
    const input: UpdateFunctionConfigurationCommandInput = { FunctionName, ...changed, ...given(revision) };
    const answer = await whenRoleIsKnown(desired.content, () =>
      lambda.send(new UpdateFunctionConfigurationCommand(input)),
    );
    revision = await settle(lambda, FunctionName, answer);
  }
  if (code || kinds.has('architecture')) {
    const about = { FunctionName, Architectures: all.Architectures, ...given(revision) };
    revision = await withCode(cloud, desired, async (zip) =>
      settle(lambda, FunctionName, await lambda.send(new UpdateFunctionCodeCommand({ ...about, ...zip }))),
    );
  }
  return revision;
}

/** Only if nobody has changed it since. */
function given(revision: string): { RevisionId?: string } {
  return revision === '' ? {} : { RevisionId: revision };
}

async function whenRoleIsKnown<T>({ role }: FunctionContent, ask: () => Promise<T>): Promise<T> {
  const isOwn = role.includes(':role/faasify/');
  const start = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRoleUnknown(error, isOwn) || performance.now() - start > PATIENCE_FOR_ROLES) throw error;
      await wait(LONGEST_PAUSE);
    }
  }
}

/**
 * Waits until the provider is done with the last change, which it has answered so; returns the revision then. Of all requests
 * GetFunction is the one that may be sent most often.
 */
async function settle(
  lambda: Clients['lambda'],
  FunctionName: string,
  answer: FunctionConfiguration,
  Qualifier?: string,
): Promise<string> {
  const start = performance.now();
  const asked = { FunctionName, ...(Qualifier !== undefined && { Qualifier }) };
  let state = answer;
  for (let pause = FIRST_PAUSE; isPending(state); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (performance.now() - start > PATIENCE) {
      const fix = 'Run it again: it goes on where it stopped.';
      throw new FaasifyError('provider-refused', `AWS is not done with ${FunctionName} after five minutes`, { fix });
    }
    await wait(pause);
    state = (await lambda.send(new GetFunctionCommand(asked))).Configuration ?? {};
  }
  refuseFailed(FunctionName, state);
  return state.RevisionId ?? '';
}

function isPending({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === 'Pending' || LastUpdateStatus === 'InProgress';
}

function refuseFailed(name: string, state: FunctionConfiguration): void {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = state;
  if (State !== 'Failed' && LastUpdateStatus !== 'Failed') return;
  const reason = (State === 'Failed' ? StateReason : LastUpdateStatusReason) ?? 'no reason given';
  throw new FaasifyError('provider-refused', `AWS could not make ${name}: ${reason}`, {
    fix: 'What callers reach has not been changed. Correct what is named and run it again.',
  });
}

/** Of exactly this code, and only if nothing has changed since. The same as the last version is that version. */
async function publish(lambda: Clients['lambda'], { name, content }: DesiredFunction, revision: string) {
  const input = { FunctionName: name, CodeSha256: content.code, ...given(revision) };
  const { Version = '' } = await lambda.send(new PublishVersionCommand(input));
  return Version;
}

/** With all its versions and aliases, or a single version. */
export async function deleteFunction({ lambda }: Clients, FunctionName: string, Qualifier?: string): Promise<void> {
  try {
    await lambda.send(new DeleteFunctionCommand({ FunctionName, ...(Qualifier !== undefined && { Qualifier }) }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
