/** The code of an action, as the API of OpenWhisk gives it back. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FaasifyError } from '../errors.ts';
import { refuse } from '../providers/api/stored-code.ts';

export interface WhiskAccess {
  /** `https://host` */
  address: string;
  /** `user:password` */
  key: string;
}

/** As `wsk` finds it: what is given, the environment, `.wskprops`. */
export function findWhiskAccess(env: NodeJS.ProcessEnv, endpoint: string | undefined): WhiskAccess {
  const properties = readProperties(env.WSK_CONFIG_FILE ?? join(homedir(), '.wskprops'));
  const host = endpoint ?? env.OPENWHISK_APIHOST ?? env.__OW_API_HOST ?? properties.APIHOST;
  const key = env.OPENWHISK_AUTH ?? env.__OW_API_KEY ?? properties.AUTH;
  if (host === undefined) {
    throw new FaasifyError('no-region', 'It is not said where OpenWhisk is', {
      fix: 'Set OPENWHISK_APIHOST, or give --endpoint-url.',
    });
  }
  if (key === undefined)
    throw new FaasifyError('credentials', 'There is no key for OpenWhisk', {
      fix: 'Set OPENWHISK_AUTH to user:password.',
    });
  return { address: /^https?:\/\//.test(host) ? host.replace(/\/+$/, '') : `https://${host}`, key };
}

/** `APIHOST=…` a line. */
function readProperties(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

export interface ActionCode {
  /** Of one file, or of a zip. */
  content: { text: string } | { zip: Buffer };
  main: string;
  settings: Record<string, unknown>;
}

export async function readActionCode({ address, key }: WhiskAccess, name: string): Promise<ActionCode> {
  const [namespace, action] = splitName(name);
  const url = `${address}/api/v1/namespaces/${namespace}/actions/${action}?code=true`;
  const response = await fetch(url, {
    headers: { authorization: `Basic ${Buffer.from(key).toString('base64')}` },
  }).catch((cause: unknown) => {
    throw new FaasifyError('provider-unreachable', `${address} cannot be reached`, {
      fix: 'Set OPENWHISK_APIHOST, or give --endpoint-url.',
      cause,
    });
  });
  if (response.status === 401 || response.status === 403) {
    throw new FaasifyError('credentials', `${address} refuses the key`, {
      fix: 'Set OPENWHISK_AUTH to user:password.',
    });
  }
  if (response.status === 404)
    throw new FaasifyError('no-function', `There is no action ${name} at ${address}`, {
      fix: 'Write it like package/action.',
    });
  if (!response.ok)
    throw refuse(`${address} does not give the code of ${name}: HTTP ${response.status}`, 'Try again later.');
  return readAction(await response.json().catch(() => undefined), name);
}

/** `/namespace/package/action`, `package/action`, `action` */
function splitName(name: string): [namespace: string, action: string] {
  const parts = name.split('/').filter((part) => part !== '');
  const namespace = name.startsWith('/') ? (parts.shift() ?? '_') : '_';
  if (parts.length === 0 || parts.length > 2 || parts.some((part) => /^\.+$/.test(part))) {
    throw new FaasifyError('option-value', `${JSON.stringify(name)} is no name of an action`, {
      fix: 'Write it like package/action.',
    });
  }
  return [encodeURIComponent(namespace), parts.map(encodeURIComponent).join('/')];
}

function readAction(given: unknown, name: string): ActionCode {
  const action = toRecord(given);
  const { kind, code, binary, main } = toRecord(action.exec);
  if (typeof kind === 'string' && !kind.startsWith('nodejs'))
    throw refuse(`${name} is of kind ${kind}`, 'Only code for Node.js can be pulled.');
  if (typeof code !== 'string')
    throw refuse(`The answer has no code of ${name}`, 'This server does not give code back.');
  const { timeout, memory } = toRecord(action.limits);
  const parameters = Array.isArray(action.parameters)
    ? action.parameters.flatMap((one) => toRecord(one).key ?? [])
    : [];
  return {
    content: binary === true ? { zip: Buffer.from(code, 'base64') } : { text: code },
    main: typeof main === 'string' && main !== '' ? main : 'main',
    settings: {
      ...{ runtime: kind, memory, timeout: typeof timeout === 'number' ? timeout / 1000 : undefined },
      ...(parameters.length > 0 && { parameters }),
    },
  };
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
