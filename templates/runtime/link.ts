/**
 * The caller's end of all lines of one thread. Loaded once per thread by Node itself, outside of any sandbox that a test
 * runner may have put around the app, so that its threads, ports and clocks are real and shared.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Counts, createCounts } from './counts.ts';
import type { Failure, LineFailure, Outcome, Unit, Warm } from './line.ts';
import { countHeld, failLine, type Hold, lost, releaseLine } from './pool.ts';
import { block, isFull, type Order, openTraffic, type Sent, send, type Traffic } from './traffic.ts';

export interface Link {
  /** The calling thread sleeps until the outcome is there. */
  block(order: Order): Outcome;
  /** `done` is called once, later; the process stays alive until then. */
  send(order: Order, done: (outcome: Outcome) => void): Sent;
  /** A run is over, or nobody goes on with it. */
  release(hold: Hold): void;
  /** More runs should not be begun. */
  holdsMany(): boolean;
  /** No more instances may be started, and none that is free can take the unit. */
  isFull(unit: Unit): boolean;
  /** Ends the answering thread; calls in flight fail. */
  close(): Promise<void>;
}

/** One that leads to instances on this machine. */
interface WarmLink extends Link {
  /** Has an instance of that size started, without waiting for it. */
  warm(memory: number): void;
  /** No call has been made. */
  isFresh(): boolean;
}

/** Generators that stand half-way at once; each has an instance for itself. */
const MANY_HELD = 16;

const links = new Map<string, WarmLink>();
let counts: Counts | undefined;

/** The link of this thread to the answering thread that `file` holds. */
export function connect(file: string): Link {
  return open(file);
}

function open(file: string): WarmLink {
  const found = links.get(file);
  if (found) return found;
  const link = createLink(file, () => {
    if (links.get(file) === link) links.delete(file);
  });
  links.set(file, link);
  return link;
}

/** The time zone of this process when it began, or when the runtime was loaded if nobody has loaded this before. */
export const startZone = process.env.TZ;
/** The environment in which the instances of answering threads have been started before they were needed, by file. */
const warmed = new Map<string, string>();

/** What the first call waits for begins now. If it has begun before, in another environment, it begins anew. */
export function warm(file: string, memory: number): void {
  const env = JSON.stringify(process.env);
  const found = links.get(file);
  if (found && (warmed.get(file) === env || !found.isFresh())) return;
  links.delete(file);
  void found?.close();
  warmed.set(file, env);
  open(file).warm(memory);
}

/** The counts of this thread, whatever sandboxes it runs. The first one says where they are reported. */
export function openCounts(report: string | undefined): Counts {
  counts ??= createCounts(report);
  return counts;
}

/** `thread`: the file that the answering thread runs, or its text. */
export function createLink(thread: string | { text: string }, onDeath: () => void = () => {}): WarmLink {
  const { port, stop } = startThread(thread, (failure) => {
    onDeath();
    for (const line of [...traffic.pool.lines.keys()]) failLine(traffic.pool, { line, failure });
  });
  const traffic = openTraffic(
    port,
    () => false,
    () => undefined,
  );
  return openLink(traffic, port, stop);
}

/**
 * The link of an instance to the answering thread that has started it. `findDeadline`: when the call is over that the instance
 * has in hand, in milliseconds since the epoch; those that it makes have no more time.
 */
export function createInnerLink(
  port: MessagePort,
  isCrowded: () => boolean,
  findDeadline: () => number | undefined,
): Link {
  return openLink(openTraffic(port, isCrowded, findDeadline), port, async () => port.close());
}

function openLink(traffic: Traffic, port: MessagePort, stop: () => Promise<void>): WarmLink {
  port.on('message', (message: LineFailure) => failLine(traffic.pool, message));
  port.unref();
  return {
    warm: (memory) => port.postMessage({ warm: memory } satisfies Warm),
    isFresh: () => traffic.pool.lastId === 0,
    block: (order) => block(traffic, order),
    send: (order, done) => send(traffic, order, done),
    release: (hold) => releaseLine(traffic.pool, hold),
    holdsMany: () => countHeld(traffic.pool) >= MANY_HELD,
    isFull: (unit) => isFull(traffic, unit),
    close: stop,
  };
}

/** Starts the answering thread. It never keeps the process alive and takes over none of the app's loaders. */
function startThread(
  thread: string | { text: string },
  onDeath: (failure: Failure) => void,
): { port: MessagePort; stop(): Promise<void> } {
  const { port1, port2 } = new MessageChannel();
  const { NODE_OPTIONS: _, ...env } = process.env;
  const options = { workerData: { control: port2 }, transferList: [port2], execArgv: [], env };
  const worker =
    typeof thread === 'string' ? new Worker(thread, options) : new Worker(thread.text, { ...options, eval: true });
  worker.on('error', (error: Error) => onDeath(lost(error.message)));
  worker.on('exit', () => onDeath(lost('the host has ended')));
  worker.unref();
  const stop = async () => {
    await worker.terminate();
  };
  return { port: port1, stop };
}
