/** Errors as Lambda writes them. */

export interface Described {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** The function could not be loaded. */
export class InitError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message);
    this.name = name;
    if (cause instanceof Error && cause.stack) this.stack = `${name}: ${cause.stack}`;
  }
}

export function describeError(error: unknown): Described {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
