/** The provider's clients: one set a region, each request repeated with growing pauses when there are too many. */
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { FaasifyError } from '../errors.ts';
import type { Account } from './desired.ts';
import { toProviderError } from './provider-error.ts';

export interface CloudOptions {
  region?: string;
  profile?: string;
  endpoint?: string;
  env: NodeJS.ProcessEnv;
  /** Of faasify. */
  version: string;
}

export interface Clients {
  lambda: LambdaClient;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  api: ApiGatewayV2Client;
  events: EventBridgeClient;
}

export interface Cloud {
  account: Account;
  /** Of everything that names none. */
  region: string;
  at(region: string): Clients;
  /** A client of a kind that few deployments need: whoever does loads it. */
  open<C extends Client>(region: string, kind: new (config: Config) => C): C;
  /** Values that must be in no message, by any name: what references stand for. */
  hidden: Record<string, string>;
  close(): void;
}

type Config = ReturnType<typeof configure>;

interface Client {
  middlewareStack: { add(middleware: typeof nameErrors, options: { step: 'initialize' }): void };
  destroy(): void;
}

/** How often a request is sent at most. */
const MAX_ATTEMPTS = 8;

/** Finds out who we are, which needs no permission: what is wrong with credentials or region is found before anything happens. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { env } = options;
  // It would be printed in the midst of what we print, and asks for a change that is not the user's to make.
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const given = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const sts = new STSClient(configure(options, given));
  nameErrorsOf(sts);
  const region = await findRegion(sts);
  const account = await findAccount(sts);
  const regions = new Map<string, Clients>();
  const at = (wanted: string) => {
    const clients = regions.get(wanted) ?? openClients(configure(options, wanted));
    regions.set(wanted, clients);
    return clients;
  };
  const others = new Map<string, Client>();
  const open = <C extends Client>(wanted: string, kind: new (config: Config) => C): C => {
    const found = others.get(`${wanted} ${kind.name}`);
    if (found instanceof kind) return found;
    const client = nameErrorsOf(new kind(configure(options, wanted)));
    others.set(`${wanted} ${kind.name}`, client);
    return client;
  };
  const close = () => {
    for (const clients of regions.values()) for (const client of Object.values(clients)) client.destroy();
    for (const client of [...others.values(), sts]) client.destroy();
  };
  return { account, region, at, open, hidden: {}, close };
}

/**
 * For a single call, which is never made twice. `isOpen`: the server is a host on this machine that asks nobody who he is; it has
 * no region either.
 */
export function openLambda(options: CloudOptions, region: string | undefined, isOpen: boolean): LambdaClient {
  options.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
  const config = { ...configure(options, region), maxAttempts: 1, ...(isOpen && { credentials }) };
  return nameErrorsOf(new LambdaClient(config));
}

function configure({ profile, endpoint, version, env }: CloudOptions, region: string | undefined) {
  // A server in place of AWS has one name for all buckets.
  const isElsewhere = [endpoint, env.AWS_ENDPOINT_URL, env.AWS_ENDPOINT_URL_S3].some(Boolean);
  return {
    ...(isElsewhere && { forcePathStyle: true }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    customUserAgent: `faasify/${version}`,
  };
}

function openClients(config: Config): Clients {
  return {
    lambda: nameErrorsOf(new LambdaClient(config)),
    iam: nameErrorsOf(new IAMClient(config)),
    logs: nameErrorsOf(new CloudWatchLogsClient(config)),
    api: nameErrorsOf(new ApiGatewayV2Client(config)),
    events: nameErrorsOf(new EventBridgeClient(config)),
  };
}

function nameErrorsOf<C extends Client>(client: C): C {
  client.middlewareStack.add(nameErrors, { step: 'initialize' });
  return client;
}

/** Every error says which request it was, and holds nothing else. */
function nameErrors<A, R>(next: (args: A) => Promise<R>, { commandName = '' }: { commandName?: string }) {
  return async (args: A): Promise<R> => {
    try {
      return await next(args);
    } catch (error) {
      throw toProviderError(error, commandName.replace(/Command$/, ''));
    }
  };
}

/** Of a client that was told none, as its own packages find it. */
export async function findRegion(sts: { config: { region(): Promise<string> } }): Promise<string> {
  try {
    return await sts.config.region();
  } catch {
    throw new FaasifyError('no-region', 'Nothing says which region of AWS is meant', {
      fix: 'Give it with --region, AWS_REGION, the key region of the configuration, or in the profile.',
    });
  }
}

/** `arn:aws:sts::123456789012:assumed-role/deployer/me` */
async function findAccount(sts: STSClient): Promise<Account> {
  const { Account: id = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { partition: Arn.split(':')[1] || 'aws', id };
}
