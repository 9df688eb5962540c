/** Google Cloud Functions: `POST https://<region>-<project>.cloudfunctions.net/<name>` with an ID token. */
import type { Failure, Unit } from '../runtime/line.ts';
import { type Answer, describeStatus, postJson, readJson, type Transport } from '../runtime/provider-transport.ts';
import { findIdentity } from './identity.ts';

export const transport: Transport = {
  findService(env) {
    const project = env.GOOGLE_CLOUD_PROJECT ?? env.CLOUDSDK_CORE_PROJECT;
    const region = env.GOOGLE_CLOUD_REGION ?? env.CLOUDSDK_FUNCTIONS_REGION;
    return project && region ? { endpoint: `https://${region}-${project}.cloudfunctions.net` } : undefined;
  },

  /** As bytes: JSON would be parsed by the framework, too. */
  async toRequest(unit, text) {
    const { url, headers, body } = postJson(unit, text);
    const token = headers.authorization ? undefined : await findIdentity(url.href, () => import('google-auth-library'));
    const identity = token && { authorization: `Bearer ${token}` };
    return { url, headers: { ...headers, ...identity, 'content-type': 'application/octet-stream' }, body };
  },

  readAnswer: (unit, answer) => findEnd(unit, answer) ?? readJson(unit, answer),
};

function findEnd(unit: Unit, answer: Answer): Failure | undefined {
  const { status, headers, body } = answer;
  if (status === 401 || status === 403) {
    const { message } = describeStatus(unit, answer);
    const fix = 'set FAASIFY_KEY_GCF to what `gcloud auth print-identity-token` prints, or install google-auth-library';
    return { code: 'denied', message: `${message}; ${fix}`, mayHaveRun: false };
  }
  if (status === 408) return { code: 'timeout', message: describeStatus(unit, answer).message, mayHaveRun: true };
  if (headers['x-google-status'] !== 'crash') return undefined;
  return { code: EXITED.test(body) ? 'exit' : 'crash', message: body, mayHaveRun: true };
}

/** The framework says so when the process ends in the middle of a request. */
const EXITED = /^Process exited with code /;
