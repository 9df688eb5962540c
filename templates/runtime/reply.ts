/** The app's side of a call, second half: from a reply to what the program sees. */
import { commit, readChanges } from './changes.ts';
import { readReply } from './check-reply.ts';
import { createDecoder } from './decode.ts';
import { decodeError, WireError } from './errors.ts';
import { FaasifyError } from './failure.ts';
import type { OutputEvent, Reply } from './protocol.ts';
import { write } from './registry.ts';
import { type Call, listWeak } from './request.ts';
import { readStack } from './stack.ts';
import { readEntries } from './weak.ts';

/** Where a call was made: for a sleeping call the function whose callers are still there, else what was seen then. */
export type Origin = ((...args: never[]) => unknown) | { stack?: string };

/** Nobody calls it, so a stack that begins above it is empty. */
function nowhere(): void {}

/** The reply, unless the unit belongs to another build; bytes that it could not read are for the caller to deal with. */
export function parseReply({ stub, route }: Call, text: string): Reply {
  const reply = orBadReply(stub.id, () => readReply(text));
  const { refused, exit } = reply;
  if (exit && !route.cut.exits) throw createReplyError(stub.id, 'it ends the process');
  if (refused && refused.code !== 'bad-request' && refused.code !== 'surroundings') {
    throw new FaasifyError(refused.code, stub.id, describeRefusal(refused), false);
  }
  return reply;
}

function orBadReply<T>(fn: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof WireError) throw createReplyError(fn, error.message);
    throw error;
  }
}

function createReplyError(fn: string, problem: string): FaasifyError {
  return new FaasifyError('bad-reply', fn, `what came back is not a reply: ${problem} (the call may have run)`, true);
}

function describeRefusal({ message }: NonNullable<Reply['refused']>): string {
  return `the unit refused the call: ${message}; deploy app and units of the same build (the function has not run)`;
}

interface Result {
  value: unknown;
  isError: boolean;
  state: (readonly [id: string, value: unknown])[];
  /** Lets the caller's objects hold what came back for them. */
  commit(): void;
  /** Prints what the function printed. */
  print: (() => void)[];
}

/** Returns what the function returned, or throws what it threw. Nothing is changed before everything is decoded. */
export function applyReply(call: Call, reply: Reply, origin: Origin): unknown {
  const { value, isError, state, print } = applyChanges(call, reply, origin);
  for (const [id, variable] of state) write(id, variable);
  for (const one of print) one();
  if (reply.exit) process.exit(...reply.exit);
  if (!isError) return value;
  if (reply.uncrossable) throw createThrownError(call, value, reply.uncrossable);
  if (value instanceof Error && !listKnown(call, reply).includes(value)) tidyStack(value, origin);
  throw value;
}

/** What it threw is not what has arrived: a program that asks for the class of its error must not take it for another one. */
function createThrownError({ stub }: Call, cause: unknown, { path, reason }: NonNullable<Reply['uncrossable']>): Error {
  const message = `it threw ${String(cause)}, which cannot be brought here as it was: ${path}: ${reason} (the call has run)`;
  return Object.assign(new FaasifyError('cannot-throw', stub.id, message, true), { cause });
}

function applyChanges(call: Call, reply: Reply, origin: Origin): Result {
  return orBadReply(call.stub.id, () => {
    const result = decodeReply(call, reply, origin);
    result.commit();
    return result;
  });
}

function decodeReply(call: Call, reply: Reply, origin: Origin): Result {
  const extension = call.route.read();
  const decoder = createDecoder({ known: listKnown(call, reply), extension, far: reply.far });
  const below = typeof origin === 'function' ? origin : nowhere;
  const { error, ret } = reply;
  const returned = ret === undefined ? decodeFresh(call, reply) : decoder.decode(ret);
  const value = error === undefined ? returned : decodeError(error, decoder, below);
  if (reply.uncrossable && !(value instanceof Error))
    throw new WireError('it says what cannot cross, but has no error');
  const state = Object.entries(reply.state ?? {}).map(([id, wire]) => {
    if (!call.route.cut.stateIn.includes(id)) throw new WireError(`the call has not brought ${id}`);
    return [id, decoder.decode(wire)] as const;
  });
  readChanges(reply.changed ?? [], decoder);
  const collections = listWeak(call.route.cut.stateIn).map(([, collection]) => collection);
  const settle = readEntries(collections, reply.weak ?? [], decoder);
  call.met = decoder.objects;
  const print = (reply.out ?? []).map((event) => prepareReplay(call, event));
  const commitAll = () => {
    commit(decoder);
    settle();
  };
  return { value, isError: error !== undefined, state, commit: commitAll, print };
}

/** The objects that had a number for the unit when the function ended. */
function listKnown({ objects, reasons }: Call, { aborts = 0 }: Reply): readonly object[] {
  return aborts > 0 ? [...objects, ...reasons.slice(0, aborts).flat()] : objects;
}

function decodeFresh({ route }: Call, { fresh }: Reply): unknown {
  return fresh && createDecoder({ extension: route.read(), far: fresh.far }).decode(fresh.value);
}

/** What prints what the function printed, through the same method, which the program may have replaced. */
function prepareReplay({ route }: Call, event: OutputEvent): () => void {
  if ('stream' in event) {
    const chunk = 'text' in event ? event.text : Buffer.from(event.base64, 'base64');
    return () => void process[event.stream].write(chunk);
  }
  const decoder = createDecoder({ extension: route.read(), far: event.far });
  const args = event.args.map((wire) => decoder.decode(wire));
  return () => (Reflect.get(console, event.console) as (...args: unknown[]) => void).apply(console, args);
}

/** Frames between the function and the edge of its unit, and those of a thread that waits for messages. */
const OURS = /[\\/](dispatch\.ts|instance\.cjs|handler\.mjs:1:)|node:internal\/(worker|per_context|event_target)/;

/** The lines of the function's side come first, then those of the program that called it, without the stub's. */
function tidyStack(error: Error, origin: Origin): void {
  const stack = readStack(error);
  if (stack === undefined) return;
  const lines = listTheirs(stack);
  const local = typeof origin === 'function' ? [] : (origin.stack ?? '').split('\n').slice(2);
  error.stack = [...lines, ...local].join('\n');
}

/** The lines of a stack without our frames. */
export function listTheirs(stack: string): string[] {
  return stack.split('\n').filter((line) => !/^\s+at /.test(line) || !OURS.test(line));
}
