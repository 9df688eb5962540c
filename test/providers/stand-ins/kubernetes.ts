/** The API of Kubernetes for objects of Fission, of which there is enough here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeProject } from '../../cli/command.ts';
import { startStandIn } from './stand-in.ts';

interface KubeObject {
  kind: string;
  metadata: {
    name: string;
    resourceVersion: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: Record<string, unknown>;
  status?: object;
}

const BASE = '/apis/fission.io/v1/namespaces/default';
const KINDS: Record<string, string> = { environments: 'Environment', packages: 'Package', functions: 'Function' };

const refuse = (code: number, reason: string, message: string) => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', reason, message, code },
});

/** With a kubeconfig for it. A version of an object is only taken in the place of the one that it was made of. */
export async function startKubernetes() {
  const objects = new Map<string, KubeObject>();
  let version = 0;
  const write = (key: string, plural: string, json: unknown) => {
    const { metadata, ...others } = json as KubeObject;
    if (others.kind !== KINDS[plural]) return refuse(400, 'BadRequest', `no ${plural}`);
    const before = objects.get(key);
    const isSame = before && JSON.stringify({ ...before, metadata }) === JSON.stringify(json);
    const resourceVersion = isSame ? before.metadata.resourceVersion : `${++version}`;
    const status = plural === 'packages' ? { status: { buildstatus: 'none' } } : {};
    objects.set(key, { ...status, ...others, metadata: { ...metadata, resourceVersion } });
    return { status: before ? 200 : 201, body: objects.get(key) };
  };
  const api = await startStandIn(BASE, ({ method, url, headers, json }) => {
    if (headers.authorization !== 'Bearer t1') return refuse(401, 'Unauthorized', 'Unauthorized');
    const [, plural = '', name] = /^\/(\w+)(?:\/([\w-]+))?$/.exec(url.pathname.replace(BASE, '')) ?? [];
    if (!(plural in KINDS)) return refuse(404, 'NotFound', 'the server could not find the requested resource');
    if (name === undefined && method === 'GET')
      return { body: { items: [...objects].filter(([key]) => key.startsWith(`${plural}/`)).map(([, one]) => one) } };
    const key = `${plural}/${name ?? (json as KubeObject).metadata.name}`;
    const found = objects.get(key);
    if (method === 'POST')
      return found ? refuse(409, 'AlreadyExists', `${key} already exists`) : write(key, plural, json);
    if (!found) return refuse(404, 'NotFound', `${key} not found`);
    if (method === 'DELETE') objects.delete(key);
    if (method !== 'PUT') return { body: found };
    if ((json as KubeObject).metadata.resourceVersion !== found.metadata.resourceVersion)
      return refuse(409, 'Conflict', `${key}: the object has been modified`);
    return write(key, plural, json);
  });
  const user = { token: 't1' };
  const kubeconfig = join(makeProject({}), 'config');
  writeKubeconfig(kubeconfig, { server: api.address }, user);
  return { ...api, objects, env: { KUBECONFIG: kubeconfig } };
}

export function writeKubeconfig(file: string, cluster: object, user: object): void {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'mine', user: 'me' } }],
    clusters: [{ name: 'mine', cluster }],
    users: [{ name: 'me', user }],
  };
  writeFileSync(file, stringify(config));
}
