/** Actions over OpenWhisk's REST API: https://github.com/apache/openwhisk/blob/master/core/controller/src/main/resources/apiv1swagger.json */

import { FaasifyError } from '../../errors.ts';
import type { EachStore, Mark, StoredFunction, StoreLine, WantedFunction } from './function-store.ts';
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
    lacks: { schedule: 'its clock is a feed of the package of alarms, which its own tool is told of' },
    list: () => listActions(ask),
    findLines: createLineFinder(ask),
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

const ACTIVATIONS = '/namespaces/_/activations';

/** Milliseconds that an activation may take, whose lines can only be read when it has ended. */
const LONGEST = 10 * 60_000;

interface Activation {
  activationId: string;
  name: string;
  start: number;
}

/** Of each activation the lines are asked for once: they do not change any more. */
function createLineFinder(ask: Ask): NonNullable<EachStore['findLines']> {
  const known = new Set<string>();
  return async (names, since) => {
    const all = await listActivations(ask, since - LONGEST);
    const wanted = all.filter(({ name, activationId }) => names.includes(name) && !known.has(activationId));
    const found: StoreLine[] = [];
    for (const activation of wanted) {
      const { body } = await ask('GET', `${ACTIVATIONS}/${activation.activationId}/logs`, { allow: [404] });
      known.add(activation.activationId);
      const { logs = [] }: { logs?: string[] } = Object(body);
      found.push(...logs.map((text, index) => readLine(text, index, activation)));
    }
    return found.filter(({ line }) => line.time >= since);
  };
}

async function listActivations(ask: Ask, since: number): Promise<Activation[]> {
  const found: Activation[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const { body } = await ask('GET', `${ACTIVATIONS}?limit=${PAGE}&skip=${skip}&since=${Math.max(0, since)}`);
    const page = body as Activation[];
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}

/** `2026-11-26T08:30:00.123456789Z stdout: hello`; others are of the time of their activation. */
function readLine(text: string, index: number, { activationId, name, start }: Activation): StoreLine {
  const [, when = '', message = text] = /^(\d{4}-\S+) +std(?:out|err): ?(.*)$/s.exec(text) ?? [];
  const time = Date.parse(when);
  return { id: `${activationId} ${index}`, line: { time: Number.isNaN(time) ? start : time, fn: name, message } };
}
