/** What environment variables get whose value the configuration does not have: it is looked up for each deployment anew. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mapLimit } from '../4-package/map-limit.ts';
import { FaasifyError } from '../errors.ts';
import type { Cloud } from './cloud.ts';
import { isNotFound } from './provider-error.ts';

/** Values by the name of their variable, of functions in this region. None of them is shown or written anywhere. */
export async function resolveReferences(
  cloud: Cloud,
  region: string,
  references: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const found = await mapLimit(Object.entries(references), async ([name, reference]): Promise<[string, string]> => {
    const value = await resolve(cloud, region, name, reference);
    cloud.hidden[`${region} ${name}`] = value;
    return [name, value];
  });
  return Object.fromEntries(found);
}

/** `ssm:/shop/token`, `ssm:token:3`, `secret:shop/db`, `secret:arn:aws:secretsmanager:…#password` */
async function resolve(cloud: Cloud, region: string, name: string, reference: string): Promise<string> {
  const [, kind, rest = ''] = /^(ssm|secret):(.*)$/s.exec(reference) ?? [];
  const value = await findValue(() =>
    kind === 'ssm' ? readParameter(cloud, region, rest) : readSecret(cloud, region, rest, name),
  );
  if (value !== undefined) return value;
  throw createMissingError(name, `there is nothing of the name ${rest} in ${region}`);
}

async function findValue(read: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function readParameter(cloud: Cloud, region: string, Name: string): Promise<string | undefined> {
  const { Parameter } = await cloud
    .open(region, SSMClient)
    .send(new GetParameterCommand({ Name, WithDecryption: true }));
  return Parameter?.Value;
}

/** An ARN says in which region it is. */
async function readSecret(cloud: Cloud, region: string, text: string, name: string): Promise<string | undefined> {
  const [SecretId = '', key] = text.split('#');
  const at = /^arn:[^:]*:secretsmanager:([^:]+):/.exec(SecretId)?.[1] ?? region;
  const { SecretString } = await cloud.open(at, SecretsManagerClient).send(new GetSecretValueCommand({ SecretId }));
  if (SecretString === undefined) throw createMissingError(name, `the secret ${SecretId} holds no text`);
  if (key === undefined) return SecretString;
  const value = readObject(SecretString)[key];
  if (typeof value === 'string' || typeof value === 'number') return `${value}`;
  throw createMissingError(name, `the secret ${SecretId} is no JSON object that has a text ${key}`);
}

function readObject(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

function createMissingError(name: string, problem: string): FaasifyError {
  return new FaasifyError('no-such-value', `environment, ${name}: ${problem}`, {
    fix: 'Nothing has been changed. Make it there, or correct the reference in the configuration.',
  });
}
