/** What an invocation comes to, in the words of AWS Lambda; also where the function itself could say nothing any more. */
import type { Exit } from './child.ts';

export interface Answer {
  /** JSON text, but for what is streamed. */
  payload: Buffer;
  /** The function failed, and the payload says how. */
  isError: boolean;
  /** `Sandbox.Timedout`; of an error. */
  type?: string;
  /** Of what was streamed, or a reply. */
  contentType?: string;
}

/** Bytes of a reply: 6 MB and what Lambda adds to it. */
export const MAX_REPLY = 6 * 1024 * 1024 + 100;
/** Bytes of a reply that is streamed. */
export const MAX_STREAMED = 200 * 1024 * 1024;

/** `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: … Error: Task timed out after 3.00 seconds"}` */
export function fail(type: string, message: string, id: string | undefined): Answer {
  const errorMessage = id === undefined ? message : `RequestId: ${id} Error: ${message}`;
  return { payload: Buffer.from(JSON.stringify({ errorType: type, errorMessage })), isError: true, type };
}

export function tooLarge(size: number): Answer {
  const type = 'Function.ResponseSizeTooLarge';
  const message = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_REPLY} bytes).`;
  return fail(type, message, undefined);
}

export function describeTimeout(seconds: number): string {
  return `Task timed out after ${seconds.toFixed(2)} seconds`;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** The process of the instance is gone, though nobody has ended it. */
export function describeExit({ code, signal, error }: Exit): string {
  if (error) return `Runtime could not be started: ${error.message}`;
  if (signal) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}
