/** The app's side of a call, second half: from a reply to what the program sees. */
import { commit, readChanges } from './changes.ts';
import { readReply } from './check-reply.ts';
import { createDecoder } from './decode.ts';
import { WireError } from './errors.ts';
import { FaasifyError } from './failure.ts';
import type { OutputEvent, Reply } from './protocol.ts';
import { write } from './registry.ts';
import { type Call, listWeak } from './request.ts';
import { continueStacks, continueThrown, type Origin } from './stack-lines.ts';
import { readEntries } from './weak.ts';

/** The reply, unless the unit belongs to another build; bytes that it could not read are for the caller to deal with. */
export function parseReply(call: Call, text: string, origin: Origin): Reply {
  const { stub, route } = call;
  const whole = continueStacks(text, origin);
  call.isTraced = whole !== text;
  const reply = orBadReply(stub.id, () => readReply(whole));
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
  const { value, isError, state, print } = applyChanges(call, reply);
  for (const [id, variable] of state) write(id, variable);
  for (const one of print) one();
  if (reply.exit) process.exit(...reply.exit);
  if (!isError) return value;
  if (reply.uncrossable) throw createThrownError(call, value, reply.uncrossable);
  if (value instanceof Error && !call.isTraced && !listKnown(call, reply).includes(value))
    continueThrown(value, origin);
  throw value;
}

/** What it threw is not what has arrived: a program that asks for the class of its error must not take it for another one. */
function createThrownError({ stub }: Call, cause: unknown, { path, reason }: NonNullable<Reply['uncrossable']>): Error {
  const message = `it threw ${String(cause)}, which cannot be brought here as it was: ${path}: ${reason} (the call has run)`;
  return Object.assign(new FaasifyError('cannot-throw', stub.id, message, true), { cause });
}

function applyChanges(call: Call, reply: Reply): Result {
  return orBadReply(call.stub.id, () => {
    const result = decodeReply(call, reply);
    result.commit();
    return result;
  });
}

function decodeReply(call: Call, reply: Reply): Result {
  const extension = call.route.read();
  const decoder = createDecoder({ known: listKnown(call, reply), extension, far: reply.far });
  const { error, ret } = reply;
  const returned = ret === undefined ? decodeFresh(call, reply) : decoder.decode(ret);
  const value = error === undefined ? returned : decoder.decode(error);
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
