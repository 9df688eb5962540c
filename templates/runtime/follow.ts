/** The app's side of signals that have gone along with a call: the unit is told when one of them is aborted. */
import { setImmediate as startSoon } from 'node:timers';
import { createEncoder } from './encode.ts';
import { Unsupported } from './errors.ts';
import { FaasifyError } from './failure.ts';
import type { Outcome } from './line.ts';
import type { Link } from './link.ts';
import type { Abort } from './protocol.ts';
import type { Call } from './request.ts';
import { combine } from './signal.ts';
import type { Order, Sent } from './traffic.ts';

export interface Followed {
  /** Returns what sleeps until the call is over. */
  send(link: Link, order: Order, done: (outcome: Outcome | Error) => void): () => void;
  /** Nobody needs to be told any more. */
  end(): void;
}

/** Turns of promises that are counted: a function that takes more before it waits for something outside is told then. */
const MANY_STEPS = 1000;

/**
 * A call with signals leaves when what runs now has come to its end: by then it is known which of them were aborted before
 * the function waited for something outside, and at which of its steps. Those that are aborted later, in one turn, are
 * told together in the same way.
 */
export function follow(call: Call): Followed {
  const stops = new Map<AbortSignal, () => void>();
  let sent: Sent | undefined;
  let fail: (error: Error) => void = () => {};
  let turn = startTurn();
  let noted: Noted[] | undefined = [];

  function watchAll(): void {
    for (const signal of call.live)
      if (!stops.has(signal))
        stops.set(
          signal,
          watch(signal, () => note(signal)),
        );
  }

  function note(signal: AbortSignal): void {
    if (!noted) {
      noted = [];
      turn = startTurn();
      turn.whenOver(() => pass((aborts) => sent?.tell(JSON.stringify(aborts))));
    }
    noted.push({ signal, steps: turn.countSteps() });
  }

  function pass(run: (aborts: Abort[]) => void): void {
    const signals = noted ?? [];
    noted = undefined;
    try {
      run(signals.map((one) => describeAbort(call, one)));
    } catch (error) {
      fail(toError(call, error, sent !== undefined));
    }
  }

  watchAll();
  return {
    send(link, order, done) {
      watchAll();
      fail = done;
      turn.whenOver(() =>
        pass((aborts) => {
          sent = link.send({ ...order, request: addAborts(order.request, aborts) }, done);
        }),
      );
      return () => {
        turn.finish();
        sent?.wait();
      };
    },
    end() {
      for (const stop of stops.values()) stop();
    },
  };
}

/** A signal that was aborted, and after how many steps. */
interface Noted {
  signal: AbortSignal;
  steps: number | undefined;
}

function addAborts(request: string, aborts: readonly Abort[]): string {
  return aborts.length === 0 ? request : `${request.slice(0, -1)},"aborts":${JSON.stringify(aborts)}}`;
}

/** The unit numbers what it meets in the reason behind what it has met before. */
function describeAbort(call: Call, { signal, steps }: Noted): Abort {
  const known = [...call.objects, ...call.reasons.flat()];
  const encoder = createEncoder({ known, extension: call.route.write() });
  const reason = encoder.encode(signal.reason, 'reason');
  const far = encoder.finish();
  const abort: Abort = { signal: call.objects.indexOf(signal), reason };
  if (far) abort.far = far;
  if (steps !== undefined) abort.steps = steps;
  call.reasons.push([...encoder.numbers.keys()].slice(known.length));
  return abort;
}

function toError({ stub }: Call, error: unknown, mayHaveRun: boolean): Error {
  if (!(error instanceof Unsupported)) throw error;
  const state = mayHaveRun ? 'the call may have run' : 'the function has not run';
  const message = `a signal was aborted with a reason that cannot cross: ${error.path}: ${error.reason} (${state})`;
  return new FaasifyError('cannot-cross', stub.id, message, mayHaveRun);
}

interface Turn {
  /** Turns that promises have had since it began; undefined when it is over, or there were very many. */
  countSteps(): number | undefined;
  /** Runs it when the turn is over; at once if it is. */
  whenOver(run: () => void): void;
  /** It is over as far as anybody can wait for it: this thread is about to sleep. */
  finish(): void;
}

/** What runs now, with all that its promises set off. */
function startTurn(): Turn {
  let steps: number | undefined = 0;
  let isOver = false;
  let waiting: (() => void) | undefined;
  const step = () => {
    if (isOver || steps === undefined) return;
    steps = steps < MANY_STEPS ? steps + 1 : undefined;
    Promise.resolve().then(step);
  };
  const finish = () => {
    isOver = true;
    steps = undefined;
    const run = waiting;
    waiting = undefined;
    run?.();
  };
  Promise.resolve().then(step);
  startSoon(finish);
  return {
    countSteps: () => steps,
    whenOver(run) {
      if (isOver) run();
      else waiting = run;
    },
    finish,
  };
}

interface Watched {
  /** Aborted right after the signal, whatever those do that listen to it, and seen by none of them. */
  shadow: AbortSignal;
  tell: Set<() => void>;
  onAbort(): void;
}

const watched = new WeakMap<AbortSignal, Watched>();

/** However many calls a signal goes along with, one listener is there, and only while one of them is under way. */
function watch(signal: AbortSignal, tell: () => void): () => void {
  const entry = watched.get(signal) ?? createWatched(signal);
  watched.set(signal, entry);
  if (entry.tell.size === 0) entry.shadow.addEventListener('abort', entry.onAbort);
  entry.tell.add(tell);
  return () => {
    entry.tell.delete(tell);
    if (entry.tell.size === 0) entry.shadow.removeEventListener('abort', entry.onAbort);
  };
}

function createWatched(signal: AbortSignal): Watched {
  const tell = new Set<() => void>();
  return {
    shadow: combine([signal]),
    tell,
    onAbort() {
      for (const one of [...tell]) one();
    },
  };
}
