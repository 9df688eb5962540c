/** Actions over OpenWhisk's REST API: https://github.com/apache/openwhisk/blob/master/core/controller/src/main/resources/apiv1swagger.json */

import { FaasifyError } from '../errors.ts';
import type { FunctionStore, Mark, StoredFunction, WantedFunction } from './function-store.ts';

/** The annotation of actions that are told the key of who has called, to call others with it. */
export const PROVIDE_KEY = 'provide-api-key';

/** The annotation that tells whose an action is. */
const MARK = 'faasify';
const PAGE = 200;

/** Where `wsk` would go: APIHOST and AUTH of ~/.wskprops; or FAASIFY_ENDPOINT_OPENWHISK and FAASIFY_KEY_OPENWHISK. */
export function openActions(env: NodeJS.ProcessEnv, kind: string): FunctionStore {
  const host = env.FAASIFY_ENDPOINT_OPENWHISK ?? env.APIHOST;
  const key = env.FAASIFY_KEY_OPENWHISK ?? env.AUTH;
  if (!host || !key) {
    throw new FaasifyError('no-endpoint', 'Nothing says where OpenWhisk is, or who deploys', {
      fix: 'Set APIHOST and AUTH as in ~/.wskprops: `set -a; . ~/.wskprops`.',
    });
  }
  const address = (/^https?:/.test(host) ? host : `https://${host}`).replace(/\/+$/, '');
  const ask = createAsk(`${address}/api/v1/namespaces/_/actions`, key);
  return {
    address,
    list: () => listActions(ask),
    async put(fn) {
      await ask('PUT', `/${fn.name}?overwrite=true`, describeAction(fn, kind));
    },
    async remove(name) {
      await ask('DELETE', `/${name}`);
    },
  };
}

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/** Milliseconds that an answer may take. */
const PATIENCE = 60_000;

/** What is not there to be removed is removed. */
function createAsk(base: string, key: string): Ask {
  const authorization = `Basic ${Buffer.from(key).toString('base64')}`;
  return async (method, path, body) => {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
    const sent = {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    };
    const answer = await fetch(`${base}${path}`, sent).catch((error: unknown) =>
      refuse(base, 'cannot be reached', error),
    );
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text);
    if (method === 'DELETE' && answer.status === 404) return undefined;
    return refuse(base, `answered ${answer.status} to ${method} ${path.replace(/\?.*/, '')}: ${readError(text)}`);
  };
}

function refuse(base: string, what: string, cause?: unknown): never {
  const fix = 'What was done before stays, and is found by the next `faasify deploy`.';
  throw new FaasifyError('provider-refused', `${new URL(base).origin} ${what}`, { fix, cause });
}

function readError(text: string): string {
  try {
    return String(Object(JSON.parse(text)).error ?? '');
  } catch {
    return text.slice(0, 200);
  }
}

/** Those in packages are nobody's business here. */
async function listActions(ask: Ask): Promise<StoredFunction[]> {
  const found: StoredFunction[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = (await ask('GET', `?limit=${PAGE}&skip=${skip}`)) as Listed[];
    const own = page.filter(({ namespace }) => !namespace.includes('/'));
    for (const { name, annotations } of own) {
      const mark = readMark(annotations);
      found.push({ name, ...(mark && { mark }) });
    }
    if (page.length < PAGE) return found;
  }
}

interface Listed {
  name: string;
  namespace: string;
  annotations: { key: string; value: unknown }[];
}

function readMark(annotations: Listed['annotations']): Mark | undefined {
  const { app, hash }: Partial<Mark> = Object(annotations.find(({ key }) => key === MARK)?.value);
  return typeof app === 'string' && typeof hash === 'string' ? { app, hash } : undefined;
}

function describeAction({ name, mark, code, memory, timeout, isCaller = false }: WantedFunction, kind: string): object {
  return {
    namespace: '_',
    name,
    exec: { kind, binary: true, main: 'main', code: code.toString('base64') },
    limits: { memory, timeout: timeout * 1000 },
    annotations: [
      { key: MARK, value: mark },
      { key: PROVIDE_KEY, value: isCaller },
    ],
  };
}
