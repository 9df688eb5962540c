/**
 * The host thread: starts an instance for every line, watches over time and memory, and tells the caller when there
 * will be no answer. It sees no request and no reply; these go straight from thread to thread.
 */
import { type MessagePort, workerData } from 'node:worker_threads';
import {
  announce,
  BLAME_TIME,
  type Failure,
  isStarted,
  type LineFailure,
  LOADING_TIME,
  markDead,
  type OpenLine,
  State,
  type Warm,
  Word,
} from '../../templates/runtime/line.ts';
import { type Instance, startInstance } from './spawn.ts';

interface WatchedLine {
  id: number;
  /** Of the thread that calls. */
  control: MessagePort;
  words: Int32Array;
  instance: Instance;
  /** The call that was seen last, whether it had started, and when it was seen so for the first time. */
  call: number;
  started: boolean;
  since: number;
}

/** How often the watch looks; timeouts are as exact as this. */
const WATCH_INTERVAL = 50;
/** Milliseconds after which an instance without work is let go. */
const IDLE_TIME = 30_000;

const lines = new Set<WatchedLine>();
const spares: Instance[] = [];

listen((workerData as { control: MessagePort }).control);
setInterval(() => {
  const now = performance.now();
  for (const line of lines) watch(line, now);
}, WATCH_INTERVAL).unref();

/** To a thread that calls: the app's, or an instance whose unit calls others. What it has asked for ends with it. */
function listen(control: MessagePort): void {
  control.on('message', (message: OpenLine | Warm) => {
    if ('warm' in message) spares.push(startInstance(message.warm));
    else openLine(control, message);
  });
  control.on('close', () => {
    for (const line of lines) if (line.control === control && lines.delete(line)) line.instance.stop();
  });
}

function openLine(control: MessagePort, { line: id, port, words, memory }: OpenLine): void {
  const instance = takeSpare(memory) ?? startInstance(memory);
  const line: WatchedLine = { id, control, words, instance, call: -1, started: false, since: 0 };
  lines.add(line);
  instance.onControl(listen);
  instance.onEnd((failure) => endLine(line, failure));
  instance.serve(port, words);
}

function takeSpare(memory: number): Instance | undefined {
  const index = spares.findIndex((spare) => spare.memory === memory && !spare.ended);
  return index < 0 ? undefined : spares.splice(index, 1)[0];
}

/** Tells a waiting caller why it waits in vain. The message goes first: a sleeping caller looks for it when it wakes. */
function endLine(line: WatchedLine, failure: Failure): void {
  if (!lines.delete(line)) return;
  const isWaiting = markDead(line.words);
  if (!isWaiting) return;
  const mayHaveRun = isStarted(line.words);
  line.control.postMessage({ line: line.id, failure: { ...failure, mayHaveRun } } satisfies LineFailure);
  announce(line.words, State.failed);
}

function watch(line: WatchedLine, now: number): void {
  const call = Atomics.load(line.words, Word.call);
  const started = isStarted(line.words);
  if (call !== line.call || started !== line.started) {
    line.call = call;
    line.started = started;
    line.since = now;
    return;
  }
  const state = Atomics.load(line.words, Word.state);
  if (state === State.busy) endIfLate(line, now);
  else if (now - line.since > IDLE_TIME) endIfIdle(line);
}

function endIfLate(line: WatchedLine, now: number): void {
  const timeout = Atomics.load(line.words, Word.timeout);
  const limit = line.started ? timeout : timeout + LOADING_TIME;
  if (now - line.since <= limit) return;
  endLine(line, describeTimeout(line.words, timeout));
  line.instance.stop();
}

function describeTimeout(words: Int32Array, timeout: number): Failure {
  const isLimited = Atomics.load(words, Word.limited) === 1;
  if (!isLimited) return { code: 'timeout', message: `no answer within ${timeout / 1000} s`, mayHaveRun: true };
  const seconds = (timeout - BLAME_TIME) / 1000;
  return {
    code: 'timeout',
    message: `no answer within the ${seconds} s that its caller had left`,
    mayHaveRun: true,
    seconds,
  };
}

function endIfIdle(line: WatchedLine): void {
  if (Atomics.compareExchange(line.words, Word.state, State.idle, State.closed) !== State.idle) return;
  lines.delete(line);
  line.instance.stop();
}
