/** The feature of units that print: what a function prints goes into the reply, in order, and is printed by the caller. */
import { formatWithOptions } from 'node:util';
import { CONSOLE_METHODS } from './console-methods.ts';
import type { Extend, Feature } from './dispatch.ts';
import { createEncoder } from './encode.ts';
import { Unsupported } from './errors.ts';
import type { OutputEvent } from './protocol.ts';
import { captureStack } from './stack.ts';

type Print = (...args: unknown[]) => void;

interface Printed {
  events: OutputEvent[];
  extend: Extend | undefined;
}

/**
 * Import it before the code that prints, which may keep `console.log` in a constant. A value that the unit cannot send
 * is printed as text.
 */
export const output: Feature = /* @__PURE__ */ createOutput();

function createOutput(): Feature {
  /** What the call that runs has printed. A unit runs one call at a time; outside of calls, printing is printing. */
  let current: Printed | undefined;
  for (const method of CONSOLE_METHODS) capturePrint(method, () => current);
  captureWrite('stdout', () => current);
  captureWrite('stderr', () => current);
  return {
    begin(_request, _decoder, extend) {
      const events: OutputEvent[] = [];
      current = { events, extend };
      return {
        end() {
          current = undefined;
        },
        add(reply) {
          if (events.length > 0) reply.out = events;
        },
      };
    },
  };
}

function capturePrint(method: (typeof CONSOLE_METHODS)[number], findPrinted: () => Printed | undefined): void {
  const print = console[method] as Print;
  console[method] = (...args: unknown[]) => {
    const printed = findPrinted();
    if (!printed) print.apply(console, args);
    else if (method === 'trace') printed.events.push({ console: 'error', args: [formatTrace(args)] });
    else printed.events.push(toEvent(method, args, printed.extend));
  };
}

/** What `console.trace` prints: the stack of who calls it, which is here. */
function formatTrace(args: unknown[]): string {
  const message = formatWithOptions({ colors: false }, ...args);
  const head = message === '' ? 'Trace' : `Trace: ${message}`;
  return (captureStack(console.trace).stack ?? '').replace(/^[^\n]*/, () => head);
}

function toEvent(method: string, args: unknown[], extend: Extend | undefined): OutputEvent {
  try {
    return encodeEvent(method, args, extend);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { console: method, args: [formatWithOptions({ colors: false }, ...args)] };
  }
}

/** What it says is as of now, whatever happens to the values later: hence the copy. */
function encodeEvent(method: string, args: unknown[], extend: Extend | undefined): OutputEvent {
  const encoder = createEncoder({ extension: extend?.({ copies: true }) });
  const wires = args.map((arg, index) => encoder.encode(arg, `${index}`));
  const far = encoder.finish();
  const event = far ? { console: method, args: wires, far } : { console: method, args: wires };
  return JSON.parse(JSON.stringify(event)) as OutputEvent;
}

function captureWrite(stream: 'stdout' | 'stderr', findPrinted: () => Printed | undefined): void {
  const target = process[stream];
  const write = target.write.bind(target) as (...args: unknown[]) => boolean;
  const capture = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const printed = findPrinted();
    if (!printed) return write(chunk, ...rest);
    printed.events.push(toWriteEvent(stream, chunk, rest[0]));
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  target.write = capture;
}

/** Text is sent as such, other bytes in base64. */
function toWriteEvent(stream: 'stdout' | 'stderr', chunk: string | Uint8Array, encoding: unknown): OutputEvent {
  const bytes = Buffer.from(chunk as string, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? { stream, text } : { stream, base64: bytes.toString('base64') };
}
