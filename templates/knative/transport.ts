/** Knative: `POST` to the address of the unit's service, `http://{name}.<namespace>.<domain>`; one without `{name}` is that of a gateway. */
import { readFileSync } from 'node:fs';
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  /** Inside the cluster units find each other. */
  findService(env) {
    const namespace = env.K_SERVICE && env.KUBERNETES_SERVICE_HOST && readNamespace();
    return namespace ? { endpoint: `http://{name}.${namespace}.svc.cluster.local` } : undefined;
  },

  /** As bytes: of JSON the runtime refuses `__proto__`. */
  toRequest(unit, text) {
    const { url, headers, body } = postJson(unit, text);
    return { url, headers: { ...headers, 'content-type': 'application/octet-stream' }, body };
  },

  readAnswer(unit, answer) {
    const isFull = answer.status === 503 && /queue full/.test(answer.body);
    return isFull ? { code: 'throttled', message: answer.body, mayHaveRun: false } : readJson(unit, answer);
  },
};

function readNamespace(): string | undefined {
  try {
    return readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim();
  } catch {
    return undefined;
  }
}
