/** The app's side of a call, second half: from a reply to what the program sees. */
import { commit, readChanges } from './changes.ts';
import { createDecoder } from './decode.ts';
import { decodeError } from './errors.ts';
import { FaasifyError } from './failure.ts';
import type { OutputEvent, Reply } from './protocol.ts';
import { write } from './registry.ts';
import type { Call, Stay } from './request.ts';
import { rich } from './rich.ts';

/** Where a call was made: for a sleeping call the function whose callers are still there, else what was seen then. */
export type Origin = ((...args: never[]) => unknown) | { stack?: string };

/** Nobody calls it, so a stack that begins above it is empty. */
function nowhere(): void {}

export function parseReply({ stub }: Call, text: string): Reply {
  const reply = JSON.parse(text) as Reply | null;
  if (reply === null || typeof reply !== 'object') {
    throw new FaasifyError('bad-reply', stub.id, 'what came back is not a reply; the call may have run', true);
  }
  if (reply.refused) throw new FaasifyError(reply.refused.code, stub.id, describeRefusal(reply.refused), false);
  return reply;
}

function describeRefusal({ message }: NonNullable<Reply['refused']>): string {
  return `the unit refused the call: ${message}; deploy app and units of the same build (the function has not run)`;
}

/** The function ran, but what it made cannot leave its unit. */
export function findUncrossable({ uncrossable }: Reply): Stay | undefined {
  return uncrossable && { reason: `its result cannot cross: ${uncrossable.reason}`, path: uncrossable.path };
}

/** Everything is decoded before anything is changed. Returns what the function returned, or throws what it threw. */
export function applyReply(call: Call, reply: Reply, origin: Origin): unknown {
  const extension = rich(call.route.options);
  const decoder = createDecoder({ known: call.objects, extension, far: reply.far });
  const isError = reply.error !== undefined;
  const below = typeof origin === 'function' ? origin : nowhere;
  const value = isError ? decodeError(reply.error ?? null, decoder, below) : decoder.decode(reply.ret ?? { $: 'u' });
  const state = Object.entries(reply.state ?? {}).map(([id, wire]) => [id, decoder.decode(wire)] as const);
  readChanges(reply.changed ?? [], decoder);
  commit(decoder, extension);
  for (const [id, variable] of state) write(id, variable);
  for (const event of reply.out ?? []) replay(call, event);
  if (!isError) return value;
  if (value instanceof Error && !call.objects.includes(value)) tidyStack(value, origin);
  throw value;
}

/** Prints what the function printed, through the same method, which the program may have replaced. */
function replay({ route }: Call, event: OutputEvent): void {
  if ('stream' in event) {
    process[event.stream].write(event.text);
    return;
  }
  const decoder = createDecoder({ extension: rich(route.options), far: event.far });
  const args = event.args.map((wire) => decoder.decode(wire));
  const print = Reflect.get(console, event.console) as (...args: unknown[]) => void;
  print.apply(console, args);
}

/** Frames between the function and the edge of its unit, and those of a thread that waits for messages. */
const OURS = /[\\/](dispatch\.ts|instance\.cjs)|node:internal\/(worker|per_context|event_target)/;

/** The lines of the function's side come first, then those of the program that called it. */
function tidyStack(error: Error, origin: Origin): void {
  const stack = Object.getOwnPropertyDescriptor(error, 'stack');
  if (!stack?.writable || typeof stack.value !== 'string') return;
  const lines = stack.value.split('\n').filter((line) => !/^\s+at /.test(line) || !OURS.test(line));
  const local = typeof origin === 'function' ? [] : (origin.stack ?? '').split('\n').slice(1);
  error.stack = [...lines, ...local].join('\n');
}
