/** The lines of one thread: opened on demand, used again as long as the other side lives. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  type AbortNotice,
  claim,
  createWords,
  type Failure,
  type LineFailure,
  LOADING_TIME,
  type OpenLine,
  type Outcome,
  State,
  sleepWhileBusy,
  type Thrown,
  type TraceNotice,
  type Unit,
  type UseUnit,
  Word,
} from './line.ts';

export interface Pool {
  /** To and from the answering thread. */
  control: MessagePort;
  lines: Map<number, Line>;
  /** Free lines by room, the one that was used last at the end. */
  free: Map<string, Line[]>;
  lastId: number;
}

export interface Line {
  id: number;
  room: string;
  port: MessagePort;
  words: Int32Array;
  /** The unit that the other side has in hand. */
  using: Unit | undefined;
  /** Gets the outcome of a call that nobody sleeps for. */
  done: ((outcome: Outcome) => void) | undefined;
  listening: boolean;
  /** The other side has a generator's run in hand: the line is for its steps alone. */
  isHeld: boolean;
}

/** The run of a generator, and the line that is held for it. */
export interface Hold {
  run: string;
  line?: Line;
}

export function createPool(control: MessagePort): Pool {
  return { control, lines: new Map(), free: new Map(), lastId: 0 };
}

/** Milliseconds that what goes by a bucket may take on its way, beside the call. */
const TRANSFER_TIME = 120_000;

/** Of a unit that is at several places, at each of them after the other. */
function getTimeout({ timeout, claims, choices = [] }: Unit): number {
  const others = Math.max(0, choices.length - 1);
  return timeout * 1000 + (claims ? TRANSFER_TIME : 0) + others * (timeout * 1000 + TRANSFER_TIME);
}

/** A line that is claimed for one call to the unit. */
export function takeLine(pool: Pool, unit: Unit): Line {
  const timeout = getTimeout(unit);
  const free = pool.free.get(unit.room);
  for (let line = free?.pop(); line; line = free?.pop()) {
    if (claim(line.words, timeout)) return line;
    dropLine(pool, line);
  }
  const line = openLine(pool, unit);
  claim(line.words, timeout);
  return line;
}

/** The line of a run, claimed for one step: opened by the first one. Undefined if the other side is gone, and the run with it. */
export function takeHeldLine(pool: Pool, unit: Unit, hold: Hold): Line | undefined {
  const { line } = hold;
  if (line) return claim(line.words, getTimeout(unit), State.held) ? line : undefined;
  hold.line = takeLine(pool, unit);
  hold.line.isHeld = true;
  return hold.line;
}

/** The run is over, or nobody goes on with it: the line can be used again. */
export function releaseLine(pool: Pool, hold: Hold): void {
  const { line } = hold;
  delete hold.line;
  if (!line || !pool.lines.has(line.id)) return;
  line.isHeld = false;
  freeLine(pool, line);
}

export function countHeld({ lines }: Pool): number {
  return [...lines.values()].filter(({ isHeld }) => isHeld).length;
}

export function hasFreeLine(pool: Pool, unit: Unit): boolean {
  return (pool.free.get(unit.room)?.length ?? 0) > 0;
}

/** Does not wait for the other side: what is posted before it is up waits in the port. */
function openLine(pool: Pool, unit: Unit): Line {
  const { port1, port2 } = new MessageChannel();
  const id = ++pool.lastId;
  const words = createWords();
  const line: Line = {
    id,
    room: unit.room,
    port: port1,
    words,
    using: undefined,
    done: undefined,
    listening: false,
    isHeld: false,
  };
  pool.lines.set(id, line);
  pool.control.postMessage({ line: id, port: port2, words, memory: unit.memory } satisfies OpenLine, [port2]);
  return line;
}

function dropLine(pool: Pool, line: Line): void {
  pool.lines.delete(line.id);
  line.port.close();
}

function freeLine(pool: Pool, line: Line): void {
  if (line.isHeld) return void Atomics.store(line.words, Word.state, State.held);
  Atomics.store(line.words, Word.state, State.idle);
  const free = pool.free.get(line.room);
  if (free) free.push(line);
  else pool.free.set(line.room, [line]);
}

export function postRequest(line: Line, unit: Unit, request: string): void {
  if (line.using !== unit) {
    line.using = unit;
    line.port.postMessage({ use: unit } satisfies UseUnit);
  }
  // AWS Lambda has it there, of the call in hand.
  const trace = unit.endpoint === undefined ? undefined : process.env._X_AMZN_TRACE_ID;
  if (trace) line.port.postMessage({ trace } satisfies TraceNotice);
  line.port.postMessage(request);
}

export function postAbort(line: Line, abort: string): void {
  line.port.postMessage({ abort } satisfies AbortNotice);
}

/** Sleeps until the call on this line is over. */
export function sleepOn(pool: Pool, line: Line): Outcome {
  const limit = 2 * (Atomics.load(line.words, Word.timeout) + LOADING_TIME);
  sleepWhileBusy(line.words, limit);
  const state = Atomics.load(line.words, Word.state);
  line.done = undefined;
  if (state === State.answered) {
    const outcome = toOutcome(receiveMessageOnPort(line.port)?.message);
    freeLine(pool, line);
    return outcome;
  }
  const failure = state === State.failed ? takeFailure(pool, line) : undefined;
  dropLine(pool, line);
  return { failure: failure ?? lost('the host does not answer') };
}

/** The failure of this line from the control port. Those of other lines that lie before it are dealt with. */
function takeFailure(pool: Pool, line: Line): Failure | undefined {
  for (let next = receiveMessageOnPort(pool.control); next; next = receiveMessageOnPort(pool.control)) {
    const message = next.message as LineFailure;
    if (message.line === line.id) return message.failure;
    failLine(pool, message);
  }
  return undefined;
}

/** `done` is called with the outcome of the call on this line, from the event loop. */
export function listenOn(pool: Pool, line: Line, done: (outcome: Outcome) => void): void {
  line.done = done;
  if (line.listening) return;
  line.listening = true;
  line.port.on('message', (message: unknown) => {
    // The message is posted a moment before the state changes; a line is free only after both.
    sleepWhileBusy(line.words, 1000);
    const { done } = line;
    line.done = undefined;
    freeLine(pool, line);
    done?.(toOutcome(message));
  });
  line.port.unref();
}

export function failLine(pool: Pool, { line: id, failure }: LineFailure): void {
  const line = pool.lines.get(id);
  if (!line) return;
  dropLine(pool, line);
  line.done?.({ failure });
}

function toOutcome(message: unknown): Outcome {
  if (typeof message === 'string') return { reply: message };
  const thrown = message as Thrown | undefined;
  if (!thrown) return { failure: lost('the reply was lost') };
  const detail = thrown.thrown;
  if (thrown.loading)
    return { failure: { code: 'load', message: 'the unit cannot be loaded', mayHaveRun: false, detail } };
  return { failure: { code: 'function', message: 'the handler threw', mayHaveRun: true, detail } };
}

export function lost(message: string): Failure {
  return { code: 'host', message, mayHaveRun: true };
}
