/** The requests that bring one function to what it is to be, up to a published version. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Architecture,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  PublishVersionCommand,
  type Runtime,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { FaasifyError } from '../errors.ts';
import type { Clients } from './cloud.ts';
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
  { lambda }: Clients,
  change: FunctionChange,
  desired: DesiredFunction,
  actual: ActualFunction | undefined,
): Promise<string | undefined> {
  if (!actual) return create(lambda, desired);
  const revision = await update(lambda, change, desired, actual);
  return change.isStale ? publish(lambda, desired, revision) : undefined;
}

/** With its first version, of which nobody can have changed anything in between. */
async function create(lambda: Clients['lambda'], desired: DesiredFunction): Promise<string> {
  const { name, unit, tags, content } = desired;
  const { Runtime, Role, Handler, Architectures, ...settings } = toSettings(content);
  const input: CreateFunctionCommandInput = {
    FunctionName: name,
    Description: `unit ${unit}, made by faasify`,
    Code: { ZipFile: readZip(desired) },
    PackageType: 'Zip',
    Tags: tags,
    Runtime,
    Role,
    Handler,
    Architectures,
    ...settings,
    Publish: true,
  };
  const made = await whenRoleIsKnown(() => lambda.send(new CreateFunctionCommand(input)));
  const version = made.Version ?? '';
  await settle(lambda, name, made, version);
  return version;
}

function toSettings(content: FunctionContent) {
  const { runtime, role, handler, architecture, memory, timeout, storage, tracing, logGroup, env } = content;
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
};

async function update(
  lambda: Clients['lambda'],
  { code, settings }: FunctionChange,
  desired: DesiredFunction,
  actual: ActualFunction,
): Promise<string> {
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
    const answer = await whenRoleIsKnown(() => lambda.send(new UpdateFunctionConfigurationCommand(input)));
    revision = await settle(lambda, FunctionName, answer);
  }
  if (code || kinds.has('architecture')) {
    const { Architectures } = all;
    const input = { FunctionName, ZipFile: readZip(desired), Architectures, ...given(revision) };
    revision = await settle(lambda, FunctionName, await lambda.send(new UpdateFunctionCodeCommand(input)));
  }
  return revision;
}

/** Only if nobody has changed it since. */
function given(revision: string): { RevisionId?: string } {
  return revision === '' ? {} : { RevisionId: revision };
}

async function whenRoleIsKnown<T>(ask: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRoleUnknown(error) || performance.now() - start > PATIENCE_FOR_ROLES) throw error;
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
