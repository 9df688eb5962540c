/** Calls on their way from one thread: when each starts, whether it is made again, and how one is waited for. */
import { availableParallelism } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import type { Outcome, Unit } from './line.ts';
import {
  createPool,
  type Hold,
  hasFreeLine,
  type Line,
  listenOn,
  lost,
  type Pool,
  postAbort,
  postRequest,
  sleepOn,
  takeHeldLine,
  takeLine,
} from './pool.ts';
import { findPause } from './repeat.ts';

/** A call to be made. */
export interface Order {
  unit: Unit;
  request: string;
  /** It may be made again though it may have run. */
  repeatable: boolean;
  /** It is a step of this run. */
  hold?: Hold | undefined;
}

export interface Sent {
  /** Sleeps until the outcome is there; `done` has been called when this returns. */
  wait(): void;
  /** The function is told that signals are aborted, if it still runs. */
  tell(abort: string): void;
}

interface Call extends Order {
  done: (outcome: Outcome) => void;
  attempt: number;
  /** What the function has to be told, at each attempt. */
  aborts: string[];
  /** Set while the call is on its way. */
  line: Line | undefined;
  /** Set while the call is on its way: sleeps until it is over. */
  sleep: (() => Outcome) | undefined;
  /** Set while the call is to be made again. */
  pause: { timer: NodeJS.Timeout; until: number } | undefined;
  over: boolean;
}

/** Calls of one unit: no more than its concurrency at once. */
interface Gate {
  running: number;
  queue: Call[];
  /** Set while a look at the queue is due. */
  timer: NodeJS.Timeout | undefined;
}

/** Milliseconds a call waits for an instance that works already, where one more would have to share a processor. */
const PATIENCE = 5;
/** The real one, whatever fake timers come later. */
const { setTimeout: startTimer, clearTimeout: stopTimer, performance: clock } = globalThis;

export interface Traffic {
  pool: Pool;
  gates: Map<string, Gate>;
  /** Calls that somebody waits for without sleeping. */
  pending: number;
  /** As many instances work as should. */
  isCrowded(): boolean;
  findDeadline(): number | undefined;
}

export function openTraffic(
  port: MessagePort,
  isCrowded: Traffic['isCrowded'],
  findDeadline: Traffic['findDeadline'],
): Traffic {
  return { pool: createPool(port), gates: new Map(), pending: 0, isCrowded, findDeadline };
}

const NEW_CALL = { attempt: 1, line: undefined, sleep: undefined, pause: undefined, over: false };

/** The order with the time that its caller has left. */
function limit({ findDeadline }: Traffic, order: Order): Order {
  const deadline = findDeadline();
  if (deadline === undefined) return order;
  return { ...order, request: `${order.request.slice(0, -1)},"deadline":${deadline}}` };
}

/** The thread sleeps until the outcome is there. */
export function block(traffic: Traffic, given: Order): Outcome {
  const { pool } = traffic;
  const order = limit(traffic, given);
  for (let attempt = 1; ; attempt++) {
    const line = findLine(pool, order);
    if (!line) return LOST_RUN;
    postRequest(line, order.unit, order.request);
    const outcome = sleepOn(pool, line);
    const pause = findPause(outcome, order, attempt);
    if (pause === undefined) return outcome;
    sleep(pause);
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, milliseconds));
}

function findLine(pool: Pool, { unit, hold }: Order): Line | undefined {
  return hold ? takeHeldLine(pool, unit, hold) : takeLine(pool, unit);
}

const LOST_RUN: Outcome = { failure: lost('the instance that the generator ran in has ended') };

/** `done` is called once, later; the process stays alive until then. */
export function send(traffic: Traffic, order: Order, done: Call['done']): Sent {
  const call: Call = { ...limit(traffic, order), ...NEW_CALL, done, aborts: [] };
  const gate = gateOf(traffic, call.unit);
  if (traffic.pending++ === 0) traffic.pool.control.ref();
  if (mayStart(traffic, gate, call, getWorthwhile(call.unit))) start(traffic, gate, call);
  else enqueue(traffic, gate, call);
  return { wait: () => waitFor(traffic, gate, call), tell: (abort) => tell(call, abort) };
}

function tell(call: Call, abort: string): void {
  call.aborts.push(abort);
  if (call.line) postAbort(call.line, abort);
}

/** How many calls at once are worth it in any case: over HTTP all, here as many as there are processors. */
function getWorthwhile({ endpoint }: Unit): number {
  return endpoint === undefined ? availableParallelism() : Number.POSITIVE_INFINITY;
}

function enqueue(traffic: Traffic, gate: Gate, call: Call): void {
  gate.queue.push(call);
  gate.timer ??= startTimer(() => grow(traffic, gate), PATIENCE).unref();
}

/** Calls that have waited do so for others that wait themselves, not for a processor: one more instance then helps. */
function grow(traffic: Traffic, gate: Gate): void {
  gate.timer = undefined;
  startNext(traffic, gate);
  if (gate.queue.length > 0) gate.timer = startTimer(() => grow(traffic, gate), PATIENCE).unref();
}

function startNext(traffic: Traffic, gate: Gate): void {
  const [next] = gate.queue;
  if (!next || !mayStart(traffic, gate, next)) return;
  gate.queue.shift();
  start(traffic, gate, next);
}

/** One call of a unit may always be on its way: those that wait for it would wait forever. */
function mayStart(traffic: Traffic, gate: Gate, { unit }: Call, worthwhile = unit.concurrency): boolean {
  if (gate.running === 0) return true;
  return gate.running < Math.min(unit.concurrency, worthwhile) && !isFull(traffic, unit);
}

/** No more instances may be started, and none that is free can take the unit. */
export function isFull({ pool, isCrowded }: Traffic, unit: Unit): boolean {
  return isCrowded() && !hasFreeLine(pool, unit);
}

function gateOf(traffic: Traffic, unit: Unit): Gate {
  const found = traffic.gates.get(unit.name);
  if (found) return found;
  const gate: Gate = { running: 0, queue: [], timer: undefined };
  traffic.gates.set(unit.name, gate);
  return gate;
}

function start(traffic: Traffic, gate: Gate, call: Call): void {
  gate.running++;
  const line = findLine(traffic.pool, call);
  if (!line) return settleSoon(traffic, gate, call);
  call.sleep = () => sleepOn(traffic.pool, line);
  listenOn(traffic.pool, line, (outcome) => settle(traffic, gate, call, outcome));
  postRequest(line, call.unit, call.request);
  call.line = line;
  for (const abort of call.aborts) postAbort(line, abort);
}

/** Never before whoever has sent the call knows that it is on its way. */
function settleSoon(traffic: Traffic, gate: Gate, call: Call): void {
  call.sleep = () => LOST_RUN;
  queueMicrotask(() => call.over || settle(traffic, gate, call, LOST_RUN));
}

function settle(traffic: Traffic, gate: Gate, call: Call, outcome: Outcome): void {
  gate.running--;
  call.line = undefined;
  call.sleep = undefined;
  const pause = findPause(outcome, call, call.attempt);
  if (pause === undefined) {
    call.over = true;
    if (--traffic.pending === 0) traffic.pool.control.unref();
  } else {
    call.pause = { timer: startTimer(() => again(traffic, gate, call), pause), until: clock.now() + pause };
  }
  startNext(traffic, gate);
  if (call.over) call.done(outcome);
}

/** The next attempt, when its time has come. */
function again(traffic: Traffic, gate: Gate, call: Call): void {
  call.pause = undefined;
  call.attempt++;
  if (mayStart(traffic, gate, call)) start(traffic, gate, call);
  else enqueue(traffic, gate, call);
}

function waitFor(traffic: Traffic, gate: Gate, call: Call): void {
  while (!call.over) {
    if (call.pause) hurry(call, call.pause);
    if (!call.sleep) {
      const place = gate.queue.indexOf(call);
      if (place >= 0) gate.queue.splice(place, 1);
      start(traffic, gate, call);
    }
    if (call.sleep) settle(traffic, gate, call, call.sleep());
  }
}

/** Sleeps through a pause, as no timer runs while somebody sleeps. */
function hurry(call: Call, { timer, until }: NonNullable<Call['pause']>): void {
  stopTimer(timer);
  call.pause = undefined;
  call.attempt++;
  sleep(until - clock.now());
}
