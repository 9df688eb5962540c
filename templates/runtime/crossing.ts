/** How a call crosses: from a stub to what its caller sees. */
import type { App, Stub } from './app.ts';
import { addCounts, countHere } from './counts.ts';
import { createCallError, createStrictError, FaasifyError, findTooLarge } from './failure.ts';
import { type Followed, follow } from './follow.ts';
import type { Outcome } from './line.ts';
import { endWriter, findWriters, startAfter, type Writer } from './order.ts';
import type { Reply, Uncrossable } from './protocol.ts';
import { applyReply, parseReply } from './reply.ts';
import { type Call, getFootprint, prepareCall, type Stay } from './request.ts';
import { captureStack } from './stack.ts';
import type { Origin } from './stack-lines.ts';
import type { Order } from './traffic.ts';
import { takeTurn } from './turns.ts';

/** What the unit returned. The type fits every function, since the body behind the cut says what it really is. */
export interface Returned {
  ret: never;
}

/** A call on its way: `true` when it has ended and `ret` is there, `false` when the body has to run after all. */
export interface Pending extends PromiseLike<boolean> {
  readonly ret: never;
}

/** The function that a program calls to cross: what is below it in a stack is the program's. */
export type Crossing = (id: string, args: ArrayLike<unknown>, self?: unknown) => unknown;

/** See `cut`. */
export function callSleeping(
  app: App,
  below: Crossing,
  ...[id, args, self]: Parameters<Crossing>
): Returned | undefined {
  const stub = app.getStub(id);
  if (!app.canBlock) return stayHere(app, stub, { reason: 'this thread must not block' });
  const call = awaitWriters(app, prepareCall(app, stub, args, self), stub, args, self);
  if ('reason' in call) return stayHere(app, stub, call);
  countCrossing(app, stub);
  const received = receive(app, call, exchange(app, call), below);
  if ('reason' in received) return stayHere(app, stub, received);
  return { ret: applyReply(call, received, below) as never };
}

/** See `cutAsync`. */
export function callWaiting(app: App, below: Crossing, ...[id, args, self]: Parameters<Crossing>): Pending | undefined {
  return start(app, id, args, self, captureStack(below), (call, stay) => {
    if (!mayRunLate(call)) throw createStayError(call, stay);
    stayHere(app, call.stub, stay);
  });
}

/** See `cutPromise`. */
export function callPromising(
  app: App,
  below: Crossing,
  ...[id, args, self]: Parameters<Crossing>
): Promise<never> | undefined {
  const pending = start(app, id, args, self, captureStack(below), (call, stay) => {
    throw createStayError(call, stay);
  });
  return pending?.then(() => pending.ret) as Promise<never> | undefined;
}

/** The reply, or why the body has to run here after all. What the unit has counted on its way counts here. */
export function receive(app: App, call: Call, outcome: Outcome | Error, origin: Origin): Reply | Stay {
  const fallen = 'failure' in outcome ? app.fallback.accept(call.unit, outcome.failure) : undefined;
  if (fallen) return fallen;
  const reply = readOutcome(call, outcome, origin);
  if (reply.calls) addCounts(app.counts, reply.calls);
  return findStay(call, reply) ?? reply;
}

/** `onStay` is called when the unit has answered that the body has to run here. */
function start(
  app: App,
  id: string,
  args: ArrayLike<unknown>,
  self: unknown,
  origin: Origin,
  onStay: (call: Call, stay: Stay) => void,
): Pending | undefined {
  const stub = app.getStub(id);
  const call = prepareCall(app, stub, args, self);
  if ('reason' in call) {
    awaitWriters(app, call, stub, args, self);
    return stayHere(app, stub, call);
  }
  countCrossing(app, stub);
  let ret: unknown;
  const ended = new Promise<boolean>((resolve, reject) => {
    launch(app, call, (outcome) => {
      try {
        const received = receive(app, call, outcome, origin);
        const isStaying = 'reason' in received;
        if (isStaying) onStay(call, received);
        else ret = applyReply(call, received, origin);
        resolve(!isStaying);
      } catch (error) {
        reject(error);
      }
    });
  });
  return Object.defineProperty(ended, 'ret', { get: () => ret }) as Promise<boolean> & Pending;
}

/**
 * Running it now is as good as running it then: what it was made with is as it was, and no other call waits for its changes,
 * which will come later than the end of this one.
 */
export function mayRunLate(call: Call): boolean {
  const now = call.renew();
  const isSame = 'text' in now && now.text === call.text && ![...call.live].some(({ aborted }) => aborted);
  return isSame && !call.writer?.followers.length;
}

/** Of a function that gives a value at once, as far as its type says. */
const UNEXPECTED: Stay = { reason: 'its result cannot cross: a promise', path: 'ret' };
const LEFT: Stay = { reason: 'it starts something and does not wait for it' };

/** Why the body has to run here although the unit has answered. Throws if it may have run there already and must not run twice. */
function findStay(call: Call, reply: Reply): Stay | undefined {
  const { refused, error, uncrossable } = reply;
  const { stub, route } = call;
  if (refused) return findRefusal(stub, refused);
  const unexpected = route.cut.isAsync ? undefined : findUnexpected(reply);
  const why = unexpected ?? (uncrossable && toStay(uncrossable));
  if (!why) return undefined;
  const { lends } = route;
  const stay = { ...why, isLenders: lends };
  if (!lends && (unexpected || !uncrossable?.once)) stub.stays = stay;
  if (route.cut.repeatable) return stay;
  if (error !== undefined && !unexpected) return undefined;
  throw createStayError(call, stay);
}

/** What the surroundings of a unit are it will find the next time, too. */
function findRefusal(stub: Stub, { code, message }: NonNullable<Reply['refused']>): Stay {
  if (code !== 'surroundings') return { reason: `the unit cannot read it: ${message}` };
  stub.stays = { reason: message };
  return stub.stays;
}

function findUnexpected({ late, left }: Reply): Stay | undefined {
  if (!late) return undefined;
  return left ? LEFT : UNEXPECTED;
}

function toStay({ reason, path }: Uncrossable): Stay {
  return { reason: `its result cannot cross: ${reason}`, path };
}

export function stayHere(app: App, stub: Stub, { reason, path, isLenders }: Stay): undefined {
  if (isLenders && stub.route) stub.route.lends = false;
  if (app.strict) throw createStrictError(stub.id, reason, path);
  countHere(app.counts.of(stub.id), reason, path);
  app.counts.tick();
  return undefined;
}

export function countCrossing(app: App, stub: Stub): void {
  app.counts.of(stub.id).crossed++;
  app.counts.tick();
}

/** Calls in flight that change what this one sees come first; the request is then made anew. */
export function awaitWriters(
  app: App,
  call: Call | Stay,
  stub: Stub,
  args: ArrayLike<unknown>,
  self: unknown,
): Call | Stay {
  if (app.writers.size === 0) return call;
  const isStaying = 'reason' in call;
  const sees = isStaying ? [self, ...Array.from(args), ...(stub.route?.cut.stateIn ?? [])] : getFootprint(call).sees;
  const writers = findWriters(app.writers, sees);
  for (const writer of writers) writer.wait();
  return isStaying || writers.length === 0 ? call : call.renew();
}

export function exchange(app: App, call: Call): Outcome {
  return app.link().block(toOrder(call));
}

function toOrder({ unit, text: request, hold, route }: Call): Order {
  return { unit, request, hold, repeatable: route.cut.repeatable };
}

type Done = (outcome: Outcome | Error) => void;

/** Sends a call as soon as nothing in flight can change what it sees. */
export function launch(app: App, call: Call, done: Done): void {
  const footprint = getFootprint(call);
  const before = findWriters(app.writers, footprint.sees);
  let sleep = () => {};
  const wait = () => {
    for (const other of before) other.wait();
    sleep();
  };
  const isOrdered = !call.route.cut.waits && !call.hold;
  const turn = isOrdered ? takeTurn(app.turns, wait) : { wait, end: (run: () => void) => run() };
  const followed = call.live.size > 0 ? follow(call) : undefined;
  const writer = footprint.changes.size === 0 ? undefined : addWriter(app, call, footprint.changes, turn.wait);
  startAfter(before, () => {
    sleep = transmit(app, before.length > 0 ? renew(call) : call, followed, (outcome) => {
      followed?.end();
      turn.end(() => {
        done(outcome);
        if (writer) endWriter(app.writers, writer);
      });
    });
  });
}

function addWriter(app: App, call: Call, changes: ReadonlySet<unknown>, wait: () => void): Writer {
  const writer: Writer = { changes, followers: [], wait };
  app.writers.add(writer);
  call.writer = writer;
  return writer;
}

/** The request as of now: what it was made of may have changed while it waited. */
function renew(call: Call): Call | FaasifyError {
  const renewed = call.renew();
  if (!('reason' in renewed)) return Object.assign(call, renewed);
  return createStrictError(call.stub.id, renewed.reason, renewed.path);
}

/** Returns what sleeps until the call is done. */
function transmit(app: App, call: Call | FaasifyError, followed: Followed | undefined, done: Done): () => void {
  if (call instanceof FaasifyError) {
    done(call);
    return () => {};
  }
  if (followed) return followed.send(app.link(), toOrder(call), done);
  const sent = app.link().send(toOrder(call), done);
  return () => sent.wait();
}

/** Throws if there is no reply. */
function readOutcome(call: Call, outcome: Outcome | Error, origin: Origin): Reply {
  if (outcome instanceof Error) throw outcome;
  if ('reply' in outcome) return parseReply(call, outcome.reply, origin);
  const uncrossable = findTooLarge(outcome.failure);
  if (uncrossable) return { uncrossable };
  throw createCallError(call.stub.id, call.unit.name, outcome.failure);
}

export function createStayError({ stub }: Call, { reason, path, code = 'bad-request' }: Stay): FaasifyError {
  if (path === undefined) return new FaasifyError(code, stub.id, `${reason} (the function has not run)`, false);
  return new FaasifyError('cannot-return', stub.id, `${path}: ${reason} (the call has run)`, true);
}
