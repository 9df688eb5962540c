/** What the status of an answer says that is no reply. */
import type { Failure } from './line.ts';

const REFUSALS: Partial<Record<number, readonly [code: Failure['code'], what: string]>> = {
  401: ['denied', ''],
  403: ['denied', ''],
  404: ['not-found', 'there is no unit of that name, '],
  413: ['too-large', 'the request is too large, '],
  429: ['throttled', 'too many calls at once, '],
};

/** `at`: who answered what. */
export function toFailure(status: number, at: string): Failure {
  const [code, what] = REFUSALS[status] ?? ['service' as const, ''];
  return { code, message: what + at, mayHaveRun: status < 300 || status >= 500 };
}
