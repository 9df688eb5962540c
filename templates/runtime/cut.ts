/** The app's stubs: every function that moves begins with a call of `cut` or `cutAsync`. */
import { createApp, type Stub } from './app.ts';
import { countHere } from './counts.ts';
import { createCallError, createStrictError, FaasifyError, mayRepeat } from './failure.ts';
import type { Outcome } from './line.ts';
import { endWriter, findWriters, startAfter, type Writer } from './order.ts';
import type { Reply } from './protocol.ts';
import { applyReply, findUncrossable, type Origin, parseReply } from './reply.ts';
import { type Call, encodeCall, getFootprint, prepareCall, type Stay } from './request.ts';

/** What the unit returned. The type fits every function, since the body behind the cut says what it really is. */
export interface Returned {
  ret: never;
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
  const uncrossable = findUncrossable(reply);
  if (!uncrossable) return { ret: applyReply(call, reply, cut) as never };
  stub.stays = uncrossable;
  if (!call.route.cut.pure) throw createUncrossableError(call, uncrossable);
  return stayHere(stub, uncrossable);
}

/** The same for an async function: the promise of what it returns. */
export function cutAsync(id: string, args: ArrayLike<unknown>, self?: unknown): Promise<never> | undefined {
  const stub = app.getStub(id);
  const call = prepareCall(app, stub, args, self);
  if ('reason' in call) {
    awaitWriters(call, stub, args, self);
    return stayHere(stub, call);
  }
  countCrossing(stub);
  const origin: { stack?: string } = {};
  Error.captureStackTrace(origin, cutAsync);
  return new Promise((resolve, reject) => {
    launch(call, (outcome) => {
      try {
        resolve(readOutcome(call, outcome, origin) as never);
      } catch (error) {
        reject(error);
      }
    });
  });
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
  const { unit, route, stub, text } = call;
  let outcome = app.link().block(unit, text);
  if ('failure' in outcome && mayRepeat(outcome.failure, route.cut.pure)) outcome = app.link().block(unit, text);
  if ('failure' in outcome) throw createCallError(stub.id, unit.name, outcome.failure);
  return outcome.reply;
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
    if (!('failure' in outcome) || !mayRepeat(outcome.failure, route.cut.pure)) return done(outcome);
    sent = app.link().send(unit, text, done);
  });
  return () => {
    for (let waited: typeof sent | undefined; waited !== sent; ) {
      waited = sent;
      sent.wait();
    }
  };
}

function readOutcome(call: Call, outcome: Outcome | Error, origin: Origin): unknown {
  if (outcome instanceof Error) throw outcome;
  if ('failure' in outcome) throw createCallError(call.stub.id, call.unit.name, outcome.failure);
  const reply: Reply = parseReply(call, outcome.reply);
  const uncrossable = findUncrossable(reply);
  if (!uncrossable) return applyReply(call, reply, origin);
  call.stub.stays = uncrossable;
  throw createUncrossableError(call, uncrossable);
}

function createUncrossableError({ stub }: Call, { reason, path }: Stay): FaasifyError {
  return new FaasifyError('cannot-return', stub.id, `${path}: ${reason} (the call has run)`, true);
}
