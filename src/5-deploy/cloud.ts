/** The provider's clients: one set a region, each request repeated with growing pauses when there are too many. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
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
}

export interface Cloud {
  account: Account;
  /** Of everything that names none. */
  region: string;
  at(region: string): Clients;
  close(): void;
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
  sts.middlewareStack.add(nameErrors, { step: 'initialize' });
  const region = await findRegion(sts);
  const account = await findAccount(sts);
  const regions = new Map<string, Clients>();
  const at = (wanted: string) => {
    const clients = regions.get(wanted) ?? openClients(configure(options, wanted));
    regions.set(wanted, clients);
    return clients;
  };
  const close = () => {
    for (const clients of regions.values()) for (const client of Object.values(clients)) client.destroy();
    sts.destroy();
  };
  return { account, region, at, close };
}

function configure({ profile, endpoint, version }: CloudOptions, region: string | undefined) {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    customUserAgent: `faasify/${version}`,
  };
}

function openClients(config: ReturnType<typeof configure>): Clients {
  const [lambda, iam, logs] = [new LambdaClient(config), new IAMClient(config), new CloudWatchLogsClient(config)];
  lambda.middlewareStack.add(nameErrors, { step: 'initialize' });
  iam.middlewareStack.add(nameErrors, { step: 'initialize' });
  logs.middlewareStack.add(nameErrors, { step: 'initialize' });
  return { lambda, iam, logs };
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

async function findRegion(sts: STSClient): Promise<string> {
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
