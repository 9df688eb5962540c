/** One line of JSON an invocation: what it was, how long it took, how it ended. Nothing of what was sent or answered. */
import { createWriteStream } from 'node:fs';
import type { Trace } from './trace.ts';

export interface Invoked {
  id: string;
  function: string;
  version: string;
  type: 'RequestResponse' | 'Event';
  /** Of an event: 1, 2, 3. */
  attempt: number;
  trace: Trace;
  /** Milliseconds, MB. */
  duration: number;
  billed: number;
  memory: number;
  used?: number | undefined;
  /** Of the instance, where this was its first call. */
  init?: number | undefined;
  /** `RangeError`, `Sandbox.Timedout`, `TooManyRequestsException` */
  error?: string | undefined;
}

export interface InvocationLog {
  add(invoked: Invoked): void;
  close(): Promise<void>;
}

/** Appends to the file; without one nothing is written. */
export function openInvocationLog(file: string | undefined, fail: (error: Error) => void): InvocationLog {
  if (file === undefined) return { add() {}, close: async () => {} };
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  stream.on('error', fail);
  return {
    add: (invoked) => void stream.write(`${formatInvoked(invoked)}\n`),
    close: () => new Promise((done) => stream.end(() => done())),
  };
}

function formatInvoked(invoked: Invoked): string {
  const { id, type, attempt, trace, duration, billed, memory, used, init, error } = invoked;
  return JSON.stringify({
    time: new Date().toISOString(),
    ...{ id, function: invoked.function, version: invoked.version, type },
    ...(type === 'Event' && { attempt }),
    ms: round(duration),
    ...{ billed, memory, used, cold: init !== undefined },
    ...(init !== undefined && { init: round(init) }),
    ...(error !== undefined && { error: limitType(error) }),
    ...{ trace: trace.root, span: trace.span, parent: trace.parent },
  });
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** Functions choose the types of their errors: no text that they put there is taken along. */
function limitType(type: string): string {
  return /^[A-Za-z_$][\w$.]{0,63}$/.test(type) ? type : 'Error';
}
