/** What runs the functions that were made here. */
import type { Made } from './lookup.ts';
import type { Trace } from './trace.ts';

export interface Call {
  id: string;
  /** JSON text. */
  event: string;
  trace: Trace;
  /** JSON text. */
  clientContext?: string;
}

export interface Execution {
  payload: string | Buffer;
  /** The function failed, and the payload says how. */
  isError: boolean;
  /** Of the error. */
  type?: string | undefined;
  /** Milliseconds; `init` where an instance had to be started. */
  duration: number;
  billed: number;
  init?: number | undefined;
  /** MB */
  used?: number | undefined;
  /** The end of what it has printed. */
  log: string;
}

export interface Executor {
  /** Rejects for nothing that the function does. */
  run(target: Pick<Made, 'record' | 'version' | 'qualifier'>, call: Call): Promise<Execution>;
  /** Of a function that is gone, or has other code from now on; calls in flight come to their end. */
  release(arn: string): void;
  close(): Promise<void>;
}
