import type { Place } from './types.ts';

export interface ErrorOptions {
  /** What the user can do about it, as a sentence. */
  fix?: string;
  /** Where the user wrote what causes it. */
  at?: Place;
  /** The folder that the place is relative to, absolute; the working folder if it is not given. */
  root?: string;
  cause?: unknown;
}

/**
 * The environment or the request does not allow the work: a missing file, an unknown option, an output folder that is
 * not ours. Printed without a stack; the exit code is 2. A bug of faasify is never one of these.
 */
export class FaasifyError extends Error {
  /** Never changes once published; has a row in report/diagnostics.ts. */
  readonly code: string;
  readonly fix: string | undefined;
  readonly at: Place | undefined;
  readonly root: string | undefined;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FaasifyError';
    this.code = code;
    this.fix = options.fix;
    this.at = options.at;
    this.root = options.root;
  }
}
