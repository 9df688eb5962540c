/** Vercel: `POST https://<project>.vercel.app/api/<name>`, with the key as a bearer token. */
import type { Failure } from '../runtime/line.ts';
import { type Answer, describeStatus, postJson, readJson, type Transport } from '../runtime/provider-transport.ts';
import { findTooLarge } from '../runtime/reply-size.ts';

export const transport: Transport = {
  toRequest: (unit, text) => postJson(unit, text, '/api/'),
  readAnswer(unit, answer) {
    const end = findEnd(answer);
    return findTooLarge(answer) ?? (end && { ...describeStatus(unit, answer), ...end }) ?? readJson(unit, answer);
  },
};

/** https://vercel.com/docs/errors: the code is in a header. */
const ENDS: Readonly<Record<string, Pick<Failure, 'code' | 'mayHaveRun'>>> = {
  FUNCTION_INVOCATION_TIMEOUT: { code: 'timeout', mayHaveRun: true },
  FUNCTION_INVOCATION_FAILED: { code: 'crash', mayHaveRun: true },
  FUNCTION_PAYLOAD_TOO_LARGE: { code: 'too-large', mayHaveRun: false },
  FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE: { code: 'too-large', mayHaveRun: true },
  FUNCTION_THROTTLED: { code: 'throttled', mayHaveRun: false },
};

function findEnd({ headers }: Answer): Pick<Failure, 'code' | 'mayHaveRun'> | undefined {
  const error = `${headers['x-vercel-error']}`;
  return Object.hasOwn(ENDS, error) ? ENDS[error] : undefined;
}
