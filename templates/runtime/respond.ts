/**
 * From the text of a request to that of an answer, for providers whose functions answer over HTTP. A stub's call is answered with
 * its reply, whatever happened; a call by hand with what the function throws, too.
 */
export type UnitHandler = (event: unknown) => unknown;

export interface TextAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What there is instead of an answer of the handler: a status of HTTP that says so. */
export class NoAnswer extends Error {
  readonly status: number;
  constructor(status: number, name: string, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** What a call by hand gets of an error: `{ errorType: 'RangeError', errorMessage: 'too low', trace: ['RangeError: too low', …] }`. */
export interface ErrorDescription {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: `${error.stack ?? ''}`.split('\n') };
}

const HEADERS = { 'content-type': 'application/json' };

/** Never rejects: 200 with the reply, 400 for what is no JSON object, 500 with an `ErrorDescription`, or what a `NoAnswer` says. */
export async function respond(handler: UnitHandler, text: string): Promise<TextAnswer> {
  let event: unknown;
  try {
    event = readEvent(text);
  } catch (error) {
    return { status: 400, headers: HEADERS, body: JSON.stringify(describeError(error)) };
  }
  try {
    return { status: 200, headers: HEADERS, body: JSON.stringify((await handler(event)) ?? {}) };
  } catch (error) {
    const status = error instanceof NoAnswer ? error.status : 500;
    return { status, headers: HEADERS, body: JSON.stringify(describeError(error)) };
  }
}

/** `{"args":[1.5]}`, or named arguments. Throws a `TypeError`, also for nothing: whoever looks whether a function is there calls none. */
export function readEvent(text: string): object {
  const wanted = 'the body is not a JSON object like {"args":[…]}';
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${wanted}: ${(error as Error).message}`);
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new TypeError(wanted);
  return event;
}
