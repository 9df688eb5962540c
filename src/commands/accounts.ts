/** `{ "ana": { "id": "AKIA…", "secret": "…", "concurrency": 5 } }`: who may call what is served, whatever the API. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';
import type { Caller, Key } from '../host/control/authorization.ts';

type NamedKey = [id: string, key: Key];

/** Of the file, and of the option; undefined if there is neither. */
export function readAccounts(
  { accounts, accessKey, cwd }: { accounts?: string | undefined; accessKey?: string | undefined; cwd: string },
  env: NodeJS.ProcessEnv,
): NamedKey[] | undefined {
  if (accounts === undefined && accessKey === undefined) return undefined;
  const keys = [
    ...(accessKey === undefined ? [] : [makeKey('default', { id: accessKey, secret: readSecret(env) })]),
    ...(accounts === undefined ? [] : readFile(resolve(cwd, accounts))),
  ];
  for (const [index, [id, { secret, caller }]] of keys.entries()) {
    const same = keys.slice(0, index).find(([other, key]) => other === id || key.secret === secret);
    if (same) throw refuse(`${caller?.name} and ${same[1].caller?.name} have the same id or secret`);
  }
  return keys;
}

interface Given {
  id: string;
  secret: string;
  concurrency?: number;
}

function makeKey(name: string, { id, secret, concurrency = Number.POSITIVE_INFINITY }: Given): NamedKey {
  const caller: Caller = { name, concurrency, running: 0 };
  return [id, { secret, caller }];
}

function readSecret({ AWS_SECRET_ACCESS_KEY: secret = '' }: NodeJS.ProcessEnv): string {
  if (secret !== '') return secret;
  throw new FaasifyError('option-value', '--access-key: the environment has no secret that belongs to it', {
    fix: 'Set AWS_SECRET_ACCESS_KEY, here and where the calls are made.',
  });
}

function readFile(file: string): NamedKey[] {
  const entries = Object.entries(parse(file));
  if (entries.length === 0) throw refuse(`${file} has no accounts`);
  return entries.map(([name, given]) => makeKey(name, check(name, given)));
}

function parse(file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // what is in the file is nobody's business: a message of JSON.parse would quote it
    throw refuse(error instanceof SyntaxError ? `${file} is no JSON` : (error as Error).message);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw refuse(`${file} is no object with an account by each name`);
}

const FIELDS = ['id', 'secret', 'concurrency'];

function check(name: string, given: unknown): Given {
  if (!/^[\w@.-]+$/.test(name)) throw refuse(`${JSON.stringify(name)} is no name of an account`);
  const { id, secret, concurrency, ...others } = { ...(given as Record<string, unknown> | null) };
  const [other] = Object.keys(others);
  if (other !== undefined) throw refuse(`${name} has ${other}, which is none of ${FIELDS.join(', ')}`);
  if (typeof id !== 'string' || !/^[^/\s,:]+$/.test(id)) throw refuse(`${name} needs an id, without / , : and spaces`);
  if (typeof secret !== 'string' || !/^[!-~]{8,}$/.test(secret))
    throw refuse(`${name} needs a secret, of at least 8 characters that a header can have`);
  if (concurrency === undefined) return { id, secret };
  if (typeof concurrency !== 'number' || !Number.isInteger(concurrency) || concurrency < 0)
    throw refuse(`the concurrency of ${name} is no whole number`);
  return { id, secret, concurrency };
}

function refuse(problem: string): FaasifyError {
  return new FaasifyError('option-value', `--accounts: ${problem}`, {
    fix: 'Write it like { "ana": { "id": "ana-1", "secret": "…" } }, with "concurrency" where calls at once are to be limited.',
  });
}
