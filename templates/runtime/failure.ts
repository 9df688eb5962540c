/** What an app sees when a call went wrong on the way; an error that the function threw is that error. */
import type { Failure } from './line.ts';
import type { Uncrossable } from './protocol.ts';
import { share } from './registry.ts';

export class FaasifyError extends Error {
  /** Never changes once published: `timeout`, `out-of-memory`, `unreachable`, `cannot-cross` … */
  readonly code: string;
  /** The function that was called. */
  readonly fn: string;
  /** Whether the function may have run, in part or in full. */
  readonly mayHaveRun: boolean;

  constructor(code: string, fn: string, message: string, mayHaveRun: boolean) {
    super(`${fn}: ${message}`);
    this.name = 'FaasifyError';
    this.code = code;
    this.fn = fn;
    this.mayHaveRun = mayHaveRun;
  }
}

/** From unit to unit it arrives as what it is. */
export function shareFailure(): void {
  share({ 'faasify#FaasifyError': [() => FaasifyError] });
}

/** `--strict`: a call that cannot cross. */
export function createStrictError(fn: string, reason: string, path?: string): FaasifyError {
  const where = path === undefined ? '' : `${path}: `;
  return new FaasifyError('cannot-cross', fn, `the call cannot leave this process: ${where}${reason}`, false);
}

/** A call without a reply. */
export function createCallError(fn: string, unit: string, failure: Failure): FaasifyError {
  const cause = failure.detail === undefined ? failure.message : describeDetail(failure.detail);
  const state = failure.mayHaveRun ? 'the call may have run' : 'the function has not run';
  return new FaasifyError(failure.code, fn, `${cause} (unit ${unit}; ${state})`, failure.mayHaveRun);
}

/** The provider has kept back a reply that is larger than it lets through. */
export function findTooLarge({ code, message, mayHaveRun, detail = '' }: Failure): Uncrossable | undefined {
  if (code === 'too-large' && mayHaveRun) return { path: 'ret', reason: message, once: true };
  const { errorType, errorMessage } = readDetail(detail);
  if (errorType !== 'Function.ResponseSizeTooLarge') return undefined;
  return { path: 'ret', reason: `${errorMessage}`, once: true };
}

/** `{"errorType":"Runtime.ExitError","errorMessage":"…"}` as a sentence. */
export function describeDetail(detail: string): string {
  const { errorType, errorMessage } = readDetail(detail);
  return [errorType, errorMessage].filter(Boolean).join(': ') || detail;
}

function readDetail(detail: string): { errorType?: unknown; errorMessage?: unknown } {
  try {
    return { ...JSON.parse(detail) };
  } catch {
    return {};
  }
}
