/** The app's stubs: every function that moves begins with a call of `cut` or `cutAsync`. */
import { createApp, type Stub } from './app.ts';
import { countHere } from './counts.ts';
import { createCallError, createStrictError, FaasifyError, mayRepeat } from './failure.ts';
import type { Outcome } from './line.ts';
import { endWriter, findWriters, startAfter, type Writer } from './order.ts';
import type { Reply } from './protocol.ts';
import { applyReply, type Origin, parseReply } from './reply.ts';
import { type Call, encodeCall, getFootprint, prepareCall, type Stay } from './request.ts';

/** What the unit returned. The type fits every function, since the body behind the cut says what it really is. */
export interface Returned {
  ret: never;
}

/** A call on its way: `true` when it has ended and `ret` is there, `false` when the body has to run after all. */
export interface Pending extends PromiseLike<boolean> {
  readonly ret: never;
}

const app = createApp(__dirname);

/**
 * Calls the function in its unit and sleeps until it has ended: `{ ret }`, or throws what it threw. Undefined if this
 * call has to run here.
 */
export function cut(id: string, args: ArrayLike<unknown>, self?: unknown): Returned | undefined {
  const stub = app.getStub(id);
  if (!app.canBlock) return stayHere(stub, { reason: 'this thread must not block' });
  const call = awaitWriters(prepareCall(app, stub, args, self), stub, args, self);
  if ('reason' in call) return stayHere(stub, call);
  countCrossing(stub);
  const reply = parseReply(call, exchange(call));
  const stay = findStay(call, reply);
  return stay ? stayHere(stub, stay) : { ret: applyReply(call, reply, cut) as never };
}

/** The same for an async function: `const $ = cutAsync('m#f', arguments); if ($ && (await $)) return $.ret;` */
export function cutAsync(id: string, args: ArrayLike<unknown>, self?: unknown): Pending | undefined {
  return start(id, args, self, captureOrigin(cutAsync), (call, stay) => {
    if (!mayRunLate(call)) throw createStayError(call, stay);
    stayHere(call.stub, stay);
  });
}

/** The same for a function that is not async but gives a promise: of what it returns. The body can run only at once. */
export function cutPromise(id: string, args: ArrayLike<unknown>, self?: unknown): Promise<never> | undefined {
  const pending = start(id, args, self, captureOrigin(cutPromise), (call, stay) => {
    throw createStayError(call, stay);
  });
  return pending?.then(() => pending.ret) as Promise<never> | undefined;
}

/** `onStay` is called when the unit has answered that the body has to run here. */
function start(
  id: string,
  args: ArrayLike<unknown>,
  self: unknown,
  origin: Origin,
  onStay: (call: Call, stay: Stay) => void,
): Pending | undefined {
  const stub = app.getStub(id);
  const call = prepareCall(app, stub, args, self);
  if ('reason' in call) {
    awaitWriters(call, stub, args, self);
    return stayHere(stub, call);
  }
  countCrossing(stub);
  let ret: unknown;
  const ended = new Promise<boolean>((resolve, reject) => {
    launch(call, (outcome) => {
      try {
        const reply = parseReply(call, readOutcome(call, outcome));
        const stay = findStay(call, reply);
        if (stay) onStay(call, stay);
        else ret = applyReply(call, reply, origin);
        resolve(!stay);
      } catch (error) {
        reject(error);
      }
    });
  });
  return Object.defineProperty(ended, 'ret', { get: () => ret }) as Promise<boolean> & Pending;
}

function captureOrigin(below: (...args: never[]) => unknown): Origin {
  const origin: { stack?: string } = {};
  Error.captureStackTrace(origin, below);
  return origin;
}

/**
 * Running it now is as good as running it then: what it was made with is as it was, and nobody waits for its changes,
 * which would come later than the end of the call.
 */
function mayRunLate(call: Call): boolean {
  const { stub, route, args, self, text } = call;
  const now = encodeCall(app, stub, route, args, self);
  return 'text' in now && now.text === text && getFootprint(call).changes.size === 0;
}

/** Of a function that gives a value at once, as far as its type says. */
const UNEXPECTED = { path: 'ret', reason: 'a promise' };

/** Why the body has to run here although the unit has answered. Throws if it may have run there already and must not run twice. */
function findStay(call: Call, reply: Reply): Stay | undefined {
  const { refused, error, late } = reply;
  const { stub, route } = call;
  if (refused) return { reason: `the unit cannot read it: ${refused.message}` };
  const uncrossable = late && !route.cut.isAsync ? UNEXPECTED : reply.uncrossable;
  if (!uncrossable) return undefined;
  stub.stays = { reason: `its result cannot cross: ${uncrossable.reason}`, path: uncrossable.path };
  if (route.cut.repeatable) return stub.stays;
  if (error !== undefined && uncrossable !== UNEXPECTED) return undefined;
  throw createStayError(call, stub.stays);
}

function stayHere(stub: Stub, { reason, path }: Stay): undefined {
  if (app.strict) throw createStrictError(stub.id, reason, path);
  countHere(stub.count, reason, path);
  app.counts.tick();
  return undefined;
}

function countCrossing(stub: Stub): void {
  stub.count.crossed++;
  app.counts.tick();
}

/** Calls in flight that change what this one sees come first; the request is then made anew. */
function awaitWriters(call: Call | Stay, stub: Stub, args: ArrayLike<unknown>, self: unknown): Call | Stay {
  if (app.writers.size === 0) return call;
  const isStaying = 'reason' in call;
  const sees = isStaying ? [self, ...Array.from(args), ...(stub.route?.cut.stateIn ?? [])] : getFootprint(call).sees;
  const writers = findWriters(app.writers, sees);
  for (const writer of writers) writer.wait();
  return isStaying || writers.length === 0 ? call : encodeCall(app, stub, call.route, args, self);
}

function exchange(call: Call): string {
  const { unit, route, text } = call;
  let outcome = app.link().block(unit, text);
  if ('failure' in outcome && mayRepeat(outcome.failure, route.cut.repeatable)) outcome = app.link().block(unit, text);
  return readOutcome(call, outcome);
}

type Done = (outcome: Outcome | Error) => void;

/** Sends a call as soon as nothing in flight can change what it sees. */
function launch(call: Call, done: Done): void {
  const footprint = getFootprint(call);
  const before = findWriters(app.writers, footprint.sees);
  if (footprint.changes.size === 0) {
    startAfter(before, () => transmit(before.length > 0 ? renew(call) : call, done));
    return;
  }
  let wait = () => {};
  const writer: Writer = {
    changes: footprint.changes,
    followers: [],
    wait() {
      for (const other of before) other.wait();
      wait();
    },
  };
  app.writers.add(writer);
  startAfter(before, () => {
    wait = transmit(before.length > 0 ? renew(call) : call, (outcome) => {
      done(outcome);
      endWriter(app.writers, writer);
    });
  });
}

/** The request as of now: what it was made of may have changed while it waited. */
function renew(call: Call): Call | FaasifyError {
  const renewed = encodeCall(app, call.stub, call.route, call.args, call.self);
  if (!('reason' in renewed)) return Object.assign(call, renewed);
  return createStrictError(call.stub.id, renewed.reason, renewed.path);
}

/** Returns what sleeps until the call is done. */
function transmit(call: Call | FaasifyError, done: Done): () => void {
  if (call instanceof FaasifyError) {
    done(call);
    return () => {};
  }
  const { unit, text, route } = call;
  let sent = app.link().send(unit, text, (outcome) => {
    if (!('failure' in outcome) || !mayRepeat(outcome.failure, route.cut.repeatable)) return done(outcome);
    sent = app.link().send(unit, text, done);
  });
  return () => {
    for (let waited: typeof sent | undefined; waited !== sent; ) {
      waited = sent;
      sent.wait();
    }
  };
}

/** The reply as text. */
function readOutcome({ stub, unit }: Call, outcome: Outcome | Error): string {
  if (outcome instanceof Error) throw outcome;
  if ('failure' in outcome) throw createCallError(stub.id, unit.name, outcome.failure);
  return outcome.reply;
}

function createStayError({ stub }: Call, { reason, path }: Stay): FaasifyError {
  if (path === undefined)
    return new FaasifyError('bad-request', stub.id, `${reason} (the function has not run)`, false);
  return new FaasifyError('cannot-return', stub.id, `${path}: ${reason} (the call has run)`, true);
}
