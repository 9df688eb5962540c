/**
 * A line joins the thread that calls with the one that answers, for one call at a time: a MessagePort for the texts and
 * a few shared words that say how far the call is. A caller can so either sleep on the words or wait for a message.
 */
import type { MessagePort } from 'node:worker_threads';

/**
 * Values of `Word.state`. Caller: idle or held → busy, answered → idle or held. Other side: busy → answered or failed, idle →
 * closed. A line that is held waits for the next step of a generator, however long that takes.
 */
export const State = { idle: 0, busy: 1, answered: 2, failed: 3, closed: 4, held: 5 } as const;

type Waiting = typeof State.idle | typeof State.held;

/** Indices into the shared words. */
export const Word = {
  state: 0,
  /** 1 when nobody will answer any more. */
  dead: 1,
  /** Number of the current call. */
  call: 2,
  /** Number of the last call that the other side has begun to work on. */
  started: 3,
  /** Milliseconds that the current call may take. */
  timeout: 4,
  /** 1 when that is what its caller has left, not what its unit gives. */
  limited: 5,
} as const;

/** Milliseconds a unit may take to load, on top of its timeout. */
export const LOADING_TIME = 10_000;

/** Where a call goes. */
export interface Unit {
  name: string;
  /** Absolute path of the bundle; unused over HTTP. */
  bundle: string;
  /** Base address of the Invoke API; unused on this machine. */
  endpoint?: string;
  /** What it is at AWS; absent where it cannot be deployed. */
  deployed?: { name: string; alias: string; region?: string };
  /** All that it is at, in the order in which they are asked; without them it is at AWS alone, if it is deployed. */
  places?: readonly UnitPlace[];
  /** What it is at another provider, whose transport makes the calls. */
  place?: UnitPlace & { key?: string };
  /** What it is at all its places, itself first: a call goes to the next one where that cannot be seen. */
  choices?: readonly Unit[];
  /** It may call the unit that calls it, while that waits for it. */
  callsBack?: true;
  /** Nothing remains of a call but its reply. */
  isRepeatable?: true;
  /** Milliseconds after which a call without an answer is made a second time, where it is repeatable. */
  hedge?: number;
  /** What is too large goes through a bucket, where calls are signed. */
  claims?: true;
  /** Set if the API wants to know who calls. */
  signing?: Signing;
  /** Units of the same room share instances, one call at a time. */
  room: string;
  /** MB */
  memory: number;
  /** Seconds */
  timeout: number;
  /** Calls in flight at once. */
  concurrency: number;
}

/** `shop-trig-calculate` at `gcf`. */
export interface UnitPlace {
  target: string;
  name: string;
  /** Bytes that a request, or a reply, may have. */
  payload?: number;
  /** Dollars for a million calls, where that decides which place is asked first. */
  price?: number;
}

/** How calls are signed; without credentials they are looked for where AWS keeps them. */
export interface Signing {
  region: string;
  credentials?: Credentials;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export type FailureCode =
  | 'timeout'
  | 'out-of-memory'
  | 'exit'
  | 'crash'
  | 'load'
  | 'host'
  | 'unreachable'
  | 'throttled'
  | 'too-large'
  | 'not-found'
  | 'denied'
  | 'service'
  | 'function';

/** A call without a reply. */
export interface Failure {
  code: FailureCode;
  message: string;
  /** False only if the function certainly was not started. */
  mayHaveRun: boolean;
  /** After how many seconds, for a timeout that is not the unit's. */
  seconds?: number;
  /** What the function's provider says about an error that the unit itself could not answer, as JSON text. */
  detail?: string;
}

export type Outcome = { reply: string } | { failure: Failure };

/** Caller to the answering thread, once per line. */
export interface OpenLine {
  line: number;
  port: MessagePort;
  words: Int32Array;
  memory: number;
}

/** Caller to the answering thread: have an instance ready. */
export interface Warm {
  warm: number;
}

/** Instance to the thread that has started it, when it calls units itself: a control port of its own. */
export interface InnerControl {
  control: MessagePort;
}

/** Answering thread to caller, over the control port: the call that is on this line has failed. */
export interface LineFailure {
  line: number;
  failure: Failure;
}

/** On the line, before the first request for another unit. Requests themselves are plain strings. */
export interface UseUnit {
  use: Unit;
}

/** On the line, while a call is on its way: signals are aborted that came with it: a list of `Abort` as text. */
export interface AbortNotice {
  abort: string;
}

/** On the line, before a request that goes over HTTP: the trace that the caller is part of, `Root=1-…;Parent=…`. */
export interface TraceNotice {
  trace: string;
}

/** Over HTTP: what names a call, and where notices about it go. */
export const CALL_HEADER = 'x-faasify-call';
export const ABORTS_PATH = '/faasify/aborts';

/** On the line, instead of a reply: the function's handler threw. */
export interface Thrown {
  thrown: string;
  /** The bundle could not even be loaded. */
  loading: boolean;
}

export function createWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(6 * Int32Array.BYTES_PER_ELEMENT));
}

/** Takes an idle line, or one that is held, for one call; false if the other side is gone. */
export function claim(words: Int32Array, timeout: number, from: Waiting = State.idle): boolean {
  Atomics.store(words, Word.timeout, timeout);
  Atomics.store(words, Word.limited, 0);
  Atomics.add(words, Word.call, 1);
  if (Atomics.compareExchange(words, Word.state, from, State.busy) !== from) return false;
  return Atomics.load(words, Word.dead) === 0;
}

/** Answering side: the message is posted, let the caller know. */
export function announce(words: Int32Array, state: typeof State.answered | typeof State.failed): void {
  if (Atomics.compareExchange(words, Word.state, State.busy, state) === State.busy) {
    Atomics.notify(words, Word.state);
  }
}

/**
 * Sleeps until the call on this line is over, or for that many milliseconds. The other side wakes whoever sleeps a moment after
 * it has answered: that may be in the middle of the call after.
 */
export function sleepWhileBusy(words: Int32Array, limit: number): void {
  while (Atomics.wait(words, Word.state, State.busy, limit) === 'ok') {}
}

/** Answering side: no more answers on this line. Says whether a call was waiting for one. */
export function markDead(words: Int32Array): boolean {
  Atomics.store(words, Word.dead, 1);
  return Atomics.load(words, Word.state) === State.busy;
}

/** Answering side: the current call is being worked on from now. */
export function markStarted(words: Int32Array): void {
  Atomics.store(words, Word.started, Atomics.load(words, Word.call));
}

/** A call that is cut off together with its caller is, so that the one is blamed whose time it was. */
export const BLAME_TIME = 150;

/** Answering side: the current call has no more than these milliseconds. */
export function limitTime(words: Int32Array, milliseconds: number): void {
  Atomics.store(words, Word.timeout, Math.max(0, milliseconds) + BLAME_TIME);
  Atomics.store(words, Word.limited, 1);
}

export function isStarted(words: Int32Array): boolean {
  return Atomics.load(words, Word.started) === Atomics.load(words, Word.call);
}
