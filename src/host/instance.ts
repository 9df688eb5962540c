/** Runs in every instance: loads the bundle of the unit that is asked for and answers requests on its port. */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { provideAborts } from '../../templates/runtime/aborts.ts';
import { provideInnerLink } from '../../templates/runtime/inner-link.ts';
import {
  type AbortNotice,
  announce,
  type InnerControl,
  limitTime,
  markStarted,
  State,
  type Thrown,
  type Unit,
  type UseUnit,
  Word,
} from '../../templates/runtime/line.ts';
import { createInnerLink, type Link } from '../../templates/runtime/link.ts';

type Handler = (event: unknown, context: object) => unknown;

/** A unit that is being loaded, or is. */
interface Loaded {
  unit: Unit;
  handler: Handler | undefined;
  loading: Promise<void>;
}

/** More instances than this are not started for calls from unit to unit. */
const MAX_INSTANCES = 32;

const { alive } = workerData as { alive: Int32Array };
let innerLink: Link | undefined;
const loaded = new Map<string, Loaded>();
/** Calls that have begun and have no answer yet. */
let running = 0;
let loading = 0;
/** When the call in hand is over, in milliseconds since the epoch. */
let deadline: number | undefined;
/** Whose call begins right now. */
let beginning: Caller | undefined;

process.setSourceMapsEnabled(true);
process.on('uncaughtException', onStrayError);
dropOutputOfLoading(process.stdout);
dropOutputOfLoading(process.stderr);
provideInnerLink(() => {
  innerLink ??= openInnerLink();
  return innerLink;
});
provideAborts(listenForAborts);
parentPort?.on('message', ({ port, words }: { port: MessagePort; words: Int32Array }) => serve(port, words));

function serve(port: MessagePort, words: Int32Array): void {
  let current: Loaded | undefined;
  let caller: Caller | undefined;
  port.on('message', (message: string | UseUnit | AbortNotice) => {
    if (typeof message === 'string') {
      caller = { port, words, aborts: [], tell: undefined };
      if (current) answer(caller, current, message);
    } else if ('use' in message) current = use(message.use);
    else if (caller) pass(caller, message.abort);
  });
}

/** What comes before the function has begun is told when it waits for something. */
function pass(caller: Caller, abort: string): void {
  if (caller.tell && caller.aborts.length === 0) caller.tell(abort);
  else caller.aborts.push(abort);
}

function listenForAborts(tell: (abort: string) => void): () => void {
  const caller = beginning;
  if (!caller) return () => {};
  caller.tell = tell;
  if (caller.aborts.length > 0) setImmediate(() => passEarly(caller));
  return () => {
    caller.tell = undefined;
  };
}

function passEarly(caller: Caller): void {
  for (const abort of caller.aborts.splice(0)) caller.tell?.(abort);
}

function openInnerLink(): Link {
  const { port1, port2 } = new MessageChannel();
  parentPort?.postMessage({ control: port2 } satisfies InnerControl, [port2]);
  return createInnerLink(
    port1,
    () => Atomics.load(alive, 0) >= MAX_INSTANCES,
    () => deadline,
  );
}

function use(unit: Unit): Loaded {
  const found = loaded.get(unit.bundle);
  if (found) return found;
  const entry: Loaded = { unit, handler: undefined, loading: Promise.resolve() };
  loading++;
  entry.loading = import(pathToFileURL(unit.bundle).href)
    .then((module) => {
      entry.handler = findHandler(module);
    })
    .finally(() => {
      loading--;
    });
  entry.loading.catch(() => {});
  loaded.set(unit.bundle, entry);
  return entry;
}

/** `export const handler`, or `exports.handler` however it comes out of a CommonJS bundle. */
function findHandler(module: { handler?: unknown; default?: { handler?: unknown } }): Handler {
  const handler = module.handler ?? module.default?.handler;
  if (typeof handler !== 'function') throw new Error('the bundle exports no function named handler');
  return handler as Handler;
}

interface Caller {
  port: MessagePort;
  words: Int32Array;
  /** Notices of aborted signals that nobody has been told of. */
  aborts: string[];
  tell: ((abort: string) => void) | undefined;
}

function answer(caller: Caller, { unit, handler, loading }: Loaded, request: string): void {
  if (handler) run(caller, unit, handler, request);
  else {
    loading.then(
      () => answerLoaded(caller, unit.bundle, request),
      (error) => reply(caller, toThrown(error, true)),
    );
  }
}

function answerLoaded(caller: Caller, bundle: string, request: string): void {
  const entry = loaded.get(bundle);
  if (entry?.handler) run(caller, entry.unit, entry.handler, request);
}

/** The time of a call begins when it does. It may be less than its unit gives. */
function beginTime(words: Int32Array, given: unknown): number {
  const own = Date.now() + Atomics.load(words, Word.timeout);
  if (typeof given !== 'number' || given >= own) return own;
  limitTime(words, given - Date.now());
  return given;
}

/** Answers at once if the handler does: a blocking call then costs no turn of the event loop. */
function run(caller: Caller, unit: Unit, handler: Handler, request: string): void {
  markStarted(caller.words);
  running++;
  beginning = caller;
  try {
    const event: { deadline?: unknown } | null = JSON.parse(request);
    deadline = beginTime(caller.words, event?.deadline);
    if (deadline <= Date.now()) return; // it is cut off, and has not run
    const result = handler(event, createContext(unit, deadline));
    if (isThenable(result)) {
      result.then(
        (value) => end(caller, toReply(value)),
        (error) => end(caller, toThrown(error)),
      );
    } else end(caller, toReply(result));
  } catch (error) {
    end(caller, toThrown(error));
  } finally {
    beginning = undefined;
  }
}

function end(caller: Caller, message: string | Thrown): void {
  running--;
  deadline = undefined;
  reply(caller, message);
}

/** What fails when nobody waits for it is no reason to end the next call, but must not be lost. */
function onStrayError(error: unknown): void {
  if (running > 0) throw error;
  process.stderr.write(`${inspect(error)}\n`);
}

/** The app has printed it when it loaded the same modules. */
function dropOutputOfLoading(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]) => {
    if (loading === 0) return write(...args);
    const done = args.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
}

function reply({ port, words }: Caller, message: string | Thrown): void {
  port.postMessage(message);
  announce(words, State.answered);
}

function toReply(value: unknown): string | Thrown {
  try {
    return JSON.stringify(value ?? null);
  } catch (error) {
    return toThrown(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What AWS answers for a handler that threw. */
function toThrown(error: unknown, loading = false): Thrown {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: String(error), stack: '' };
  return {
    thrown: JSON.stringify({ errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') }),
    loading,
  };
}

/** The second argument of a handler, as AWS gives it. */
function createContext(unit: Unit, deadline: number): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: unit.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${unit.name}`,
    memoryLimitInMB: String(unit.memory),
    logGroupName: `/aws/lambda/${unit.name}`,
    logStreamName: 'local',
    get awsRequestId() {
      return randomUUID();
    },
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}
