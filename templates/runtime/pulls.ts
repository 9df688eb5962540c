/** How a generator crosses: its run stays in one instance, and each step of it is a call. */
import { randomUUID } from 'node:crypto';
import { findPatched } from './ambient.ts';
import type { App, Stub } from './app.ts';
import { changesSince, type Snapshot, snapshot } from './changes.ts';
import type { Extension } from './codec.ts';
import {
  awaitWriters,
  type Crossing,
  countCrossing,
  createStayError,
  exchange,
  launch,
  mayRunLate,
  receive,
  stayHere,
} from './crossing.ts';
import { createEncoder } from './encode.ts';
import { FaasifyError } from './failure.ts';
import type { Link } from './link.ts';
import type { Hold } from './pool.ts';
import { type Pull, type Reply, type Request, WIRE_VERSION } from './protocol.ts';
import { applyReply } from './reply.ts';
import { type Call, encodeSurroundings, finishCall, prepareCall, type Stay } from './request.ts';
import { captureStack } from './stack.ts';
import type { Origin } from './stack-lines.ts';

/** What a generator hands its steps to: `yield* $`. It ends as the run in the unit ends. */
export interface Delegate extends Iterable<never>, AsyncIterable<never>, Required<Iterator<never, never, unknown>> {}
export type AsyncDelegate = PromiseLike<boolean> & AsyncIterable<never> & AsyncIterator<never, never, unknown>;

/** A generator that stands half-way in a unit. */
interface Run {
  app: App;
  call: Call;
  hold: Hold;
  /** All objects that were met so far, by number, and what the unit takes them to hold. */
  objects: readonly object[];
  held: Snapshot[number][];
}

/** A run with more objects than this would be slow: each step looks at all of them, on both sides. */
const MANY_OBJECTS = 1000;

/** Runs that nobody can go on with any more. */
const forgotten = new FinalizationRegistry<{ link: Link; hold: Hold }>(({ link, hold }) => link.release(hold));

/** See `cutGenerator`. */
export function pullSleeping(
  app: App,
  below: Crossing,
  ...[id, args, self]: Parameters<Crossing>
): Delegate | undefined {
  const stub = app.getStub(id);
  if (!app.canBlock) return stayHere(app, stub, { reason: 'this thread must not block' });
  if (stub.route?.cut.replays && !hasRoom(app)) return pullAnywhere(app, below, id, args, self);
  const call = awaitWriters(app, prepareRun(app, stub, args, self), stub, args, self);
  if ('reason' in call) return stayHere(app, stub, call);
  countCrossing(app, stub);
  const run = startRun(app, call);
  let first: Step | undefined = takeStep(run, call, () => receive(app, call, exchange(app, call), below), below);
  if ('reason' in first) return stayHere(app, stub, first);
  const delegate = createDelegate((how, value, origin) => {
    const begun = first;
    first = undefined;
    return toResult(stub, begun ?? sleepForStep(run, how, value, origin));
  });
  forgotten.register(delegate, { link: app.link(), hold: run.hold });
  return delegate;
}

/** Works in async generators as well, where what is given back may have to be waited for. */
function createDelegate(step: (how: How, value: unknown, origin: Origin) => IteratorResult<never, never>): Delegate {
  const delegate: Delegate = {
    [Symbol.iterator]: () => delegate,
    [Symbol.asyncIterator]: () => ({
      next: async (value) => step('next', value, delegate.next),
      return: (value) => settleReturn(value, async (how, settled) => step(how, settled, delegate.next)),
      throw: async (error) => step('throw', error, delegate.next),
    }),
    next: (value) => step('next', value, delegate.next),
    return: (value) => step('return', value, delegate.return),
    throw: (error) => step('throw', error, delegate.throw),
  };
  return delegate;
}

/** A run that can be made again needs no instance for itself: each step is a call that any may answer. */
function pullAnywhere(app: App, below: Crossing, ...[id, args, self]: Parameters<Crossing>): Delegate | undefined {
  const stub = app.getStub(id);
  const run = randomUUID();
  let count = 0;
  const take = (origin: Origin): Step => {
    const pull = { run, step: count++ };
    const call = awaitWriters(app, prepareCall(app, stub, args, self, { pull }), stub, args, self);
    if ('reason' in call) return call;
    if (pull.step === 0) countCrossing(app, stub);
    const reply = receive(app, call, exchange(app, call), origin);
    return 'reason' in reply ? reply : { value: applyReply(call, reply, origin), done: reply.done === true };
  };
  let first: Step | undefined = take(below);
  if ('reason' in first) return stayHere(app, stub, first);
  return createDelegate((how, value, origin) => {
    if (how === 'throw') throw value;
    if (how === 'return') return { value: value as never, done: true };
    const begun = first;
    first = undefined;
    return toResult(stub, begun ?? take(origin));
  });
}

/** See `cutAsyncGenerator`. */
export function pullWaiting(
  app: App,
  below: Crossing,
  ...[id, args, self]: Parameters<Crossing>
): AsyncDelegate | undefined {
  const stub = app.getStub(id);
  const call = prepareRun(app, stub, args, self);
  if ('reason' in call) {
    awaitWriters(app, call, stub, args, self);
    return stayHere(app, stub, call);
  }
  countCrossing(app, stub);
  const run = startRun(app, call);
  const started = waitForStep(run, call, captureStack(below));
  let first: Promise<Step> | undefined = started;
  const crosses = async () => {
    const step = await started;
    if (!('reason' in step)) return true;
    if (!mayRunLate(call)) throw createStayError(call, step);
    return stayHere(app, stub, step) !== undefined;
  };
  const step = async (how: How, value: unknown, origin: Origin): Promise<IteratorResult<never, never>> => {
    const next = first ?? continueRun(run, how, value, origin);
    first = undefined;
    return toResult(stub, await next);
  };
  const delegate: AsyncDelegate = {
    // biome-ignore lint/suspicious/noThenProperty: `if ($ && (await $)) return yield* $;`
    then: (...handlers) => crosses().then(...handlers),
    [Symbol.asyncIterator]: () => delegate,
    next: (value) => step('next', value, captureStack(below)),
    return: (value) => settleReturn(value, (how, settled) => step(how, settled, captureStack(below))),
    throw: (error) => step('throw', error, captureStack(below)),
  };
  forgotten.register(delegate, { link: app.link(), hold: run.hold });
  return delegate;
}

type How = NonNullable<Pull['how']>;
/** What a step gave, or why it gave nothing. */
type Step = { value: unknown; done: boolean } | Stay;

/** An async generator that is told to return waits for what it is to return. */
async function settleReturn<R>(value: unknown, go: (how: How, settled: unknown) => Promise<R>): Promise<R> {
  try {
    value = await value;
  } catch (error) {
    return go('throw', error);
  }
  return go('return', value);
}

/** Everything is decided before the first step: a run does not come back to go on here. */
function prepareRun(app: App, stub: Stub, args: ArrayLike<unknown>, self: unknown): Call | Stay {
  if (!app.holds) return { reason: 'the provider keeps no instance for a run that stops half-way' };
  if (stub.route && !hasRoom(app)) return { reason: 'too many generators stand half-way' };
  const run = randomUUID();
  const call = prepareCall(app, stub, args, self, { hold: { run }, pull: { run } });
  if ('reason' in call || call.objects.length <= MANY_OBJECTS) return call;
  return { reason: `its ${call.objects.length} objects would have to be compared at every step` };
}

function hasRoom(app: App): boolean {
  return app.holds && !app.link().holdsMany();
}

function startRun(app: App, call: Call): Run {
  const { hold = { run: '' } } = call;
  return { app, call, hold, objects: call.objects, held: [...snapshot(call.objects, call.route.read())] };
}

function sleepForStep(run: Run, how: How, value: unknown, origin: Origin): Step {
  const { app, call } = run;
  const next = awaitWriters(app, encodeStep(run, how, value), call.stub, [value], undefined);
  if ('reason' in next) return giveUp(run, next);
  return takeStep(run, next, () => receive(app, next, exchange(app, next), origin), origin);
}

async function continueRun(run: Run, how: How, value: unknown, origin: Origin): Promise<Step> {
  const next = encodeStep(run, how, value);
  return 'reason' in next ? giveUp(run, next) : waitForStep(run, next, origin);
}

function waitForStep(run: Run, call: Call, origin: Origin): Promise<Step> {
  const { app } = run;
  return new Promise((resolve, reject) => {
    launch(app, call, (outcome) => {
      try {
        resolve(takeStep(run, call, () => receive(app, call, outcome, origin), origin));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What is printed is printed here, however. */
function isReal(name: string): boolean {
  return !/^(console|process)\./.test(name);
}

const NO_SIGNALS: ReadonlySet<AbortSignal> = new Set();

/** What has changed here since the last step goes along with what the generator is sent. */
function encodeStep(run: Run, how: How, value: unknown): Call | Stay {
  const { app, hold } = run;
  const { stub, route } = run.call;
  const { cut } = route;
  const patched = findPatched(cut.ambient.filter(isReal), app.globals);
  if (patched !== undefined) return { reason: `${patched} is patched` };
  const extension = route.read();
  const encoder = createEncoder({ known: run.objects, extension });
  const renew = () => encodeStep(run, how, value);
  let sent: Snapshot = [];
  const call = finishCall(app, { stub, route, hold, renew, live: NO_SIGNALS, reasons: [] }, encoder, () => {
    const pull: Pull = { run: hold.run, how };
    if (value !== undefined) pull.value = encoder.encode(value, `${how}()`);
    const request: Request = { v: WIRE_VERSION, fn: cut.fn, contract: cut.contract, args: [], pull };
    const changed = changesSince(run.held, encoder, extension);
    if (changed.length > 0) request.changed = changed;
    sent = changed.flatMap(([number]) => takeNote(run.objects, number, extension));
    encodeSurroundings(request, cut, encoder.encode);
    return request;
  });
  return 'reason' in call ? call : { ...call, sent };
}

function takeNote(objects: readonly object[], number: number, extension: Extension): Snapshot {
  const object = objects[number];
  return object ? snapshot([object], extension).map((note) => ({ ...note, number })) : [];
}

/** Brings the app up to date with a step that the unit has made. Throws what it threw; then, or when it is the last one, the run is over. */
function takeStep(run: Run, call: Call, receiveNext: () => Reply | Stay, origin: Origin): Step {
  const { app, hold } = run;
  try {
    const reply = receiveNext();
    if ('reason' in reply) return giveUp(run, reply);
    const isOver = reply.done === true;
    const value = applyReply(call, reply, origin);
    if (isOver) app.link().release(hold);
    else keepUp(run, call, reply);
    return { value, done: isOver };
  } catch (error) {
    app.link().release(hold);
    throw error;
  }
}

/** What the unit knows of now: what came with the step, and what came back. What has changed here since then goes with the next one. */
function keepUp(run: Run, { met = [], sent = [], route }: Call, { changed = [] }: Reply): void {
  const extension = route.read();
  const isNew = (number: number) => number >= run.objects.length;
  const news = [...changed.map(([number]) => number), ...[...met.keys()].filter(isNew)];
  run.objects = met;
  for (const note of [...sent, ...news.flatMap((number) => takeNote(met, number, extension))]) {
    run.held[note.number] = note;
  }
}

function giveUp({ app, hold }: Run, stay: Stay): Stay {
  app.link().release(hold);
  return stay;
}

function toResult({ id }: Stub, step: Step): IteratorResult<never, never> {
  if ('reason' in step) {
    const { reason, path } = step;
    const where = path === undefined ? '' : `${path}: `;
    throw new FaasifyError('cannot-cross', id, `${where}${reason} (the generator cannot go on)`, true);
  }
  return { value: step.value as never, done: step.done };
}
