/** Actions over OpenWhisk's REST API: https://github.com/apache/openwhisk/blob/master/core/controller/src/main/resources/apiv1swagger.json */

import { FaasifyError } from '../errors.ts';
import type { EachStore, Mark, StoredFunction, WantedFunction } from './function-store.ts';
import { type Ask, createAsk } from './store-api.ts';

/** The annotation of actions that are told the key of who has called, to call others with it. */
export const PROVIDE_KEY = 'provide-api-key';

/** The annotation that tells whose an action is. */
const MARK = 'faasify';
const PAGE = 200;
const ACTIONS = '/namespaces/_/actions';

/** Where `wsk` would go: APIHOST and AUTH of ~/.wskprops; or FAASIFY_ENDPOINT_OPENWHISK and FAASIFY_KEY_OPENWHISK. */
export function openActions(env: NodeJS.ProcessEnv, kind: string): EachStore {
  const host = env.FAASIFY_ENDPOINT_OPENWHISK ?? env.APIHOST;
  const key = env.FAASIFY_KEY_OPENWHISK ?? env.AUTH;
  if (!host || !key) {
    throw new FaasifyError('no-endpoint', 'Nothing says where OpenWhisk is, or who deploys', {
      fix: 'Set APIHOST and AUTH as in ~/.wskprops: `set -a; . ~/.wskprops`.',
    });
  }
  const address = (/^https?:/.test(host) ? host : `https://${host}`).replace(/\/+$/, '');
  const ask = createAsk({
    title: 'Apache OpenWhisk',
    base: `${address}/api/v1`,
    authorize: () => ({ authorization: `Basic ${Buffer.from(key).toString('base64')}` }),
    credentialsFix: 'Set AUTH as in ~/.wskprops: id:secret.',
  });
  return {
    address,
    version: kind,
    reserved: /^__OW_/,
    list: () => listActions(ask),
    async put(fn) {
      await ask('PUT', `${ACTIONS}/${fn.name}?overwrite=true`, { body: describeAction(fn, kind) });
    },
    async remove({ name }) {
      await ask('DELETE', `${ACTIONS}/${name}`, { allow: [404] });
    },
  };
}

/** Those in packages are nobody's business here. */
async function listActions(ask: Ask): Promise<StoredFunction[]> {
  const found: StoredFunction[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const { body } = await ask('GET', `${ACTIONS}?limit=${PAGE}&skip=${skip}`);
    const page = body as Listed[];
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

function describeAction(fn: WantedFunction, kind: string): object {
  const { name, mark, code, memory, timeout, env, isCaller = false } = fn;
  return {
    namespace: '_',
    name,
    exec: { kind, binary: true, main: 'main', code: code.toString('base64') },
    limits: { memory, timeout: timeout * 1000 },
    parameters: Object.entries(env).map(([key, value]) => ({ key, value, init: true })),
    annotations: [
      { key: MARK, value: mark },
      { key: PROVIDE_KEY, value: isCaller },
    ],
  };
}
