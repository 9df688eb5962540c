/** The feature of units with generators. A run stays in memory between its steps, each of which is a call. */
import { readChanges } from './changes.ts';
import type { AnyFunction, Extend, Hooks } from './dispatch.ts';
import { createEncoder, type Encoder } from './encode.ts';
import type { Pull, Reply } from './protocol.ts';

/** A generator of either kind. */
interface Steps {
  next(value: unknown): Taken | PromiseLike<Taken>;
  return(value: unknown): Taken | PromiseLike<Taken>;
  throw(error: unknown): Taken | PromiseLike<Taken>;
}

interface Taken {
  value: unknown;
  done?: boolean;
}

interface Run {
  generator?: Steps;
  /** How many steps it has taken. */
  taken: number;
  /** That of the last reply: it knows all objects that were met so far, by number. */
  encoder?: Encoder;
}

interface Step {
  /** What it gives, if that is nobody else's. */
  fresh?: { value: unknown };
  run: Run;
  before: number;
  how: NonNullable<Pull['how']>;
  value: unknown;
  isLast: boolean;
}

const HOW = /^(next|return|throw)$/;

/** Those of callers that have come to no end may be forgotten. */
const MANY_RUNS = 100;

const runs = new Map<string, Run>();
/** Set while a step is asked for. */
let current: Step | undefined;

const NOTHING = { end() {}, add() {} };

/** A run that is elsewhere is made again if its steps are numbered. */
function findRun({ run: id, step, how }: Pull): Run | undefined {
  const known = runs.get(id);
  if (step === undefined) return how ? known : { taken: 0 };
  return known?.taken === step ? known : { taken: 0 };
}

function keep(id: string, run: Run): void {
  runs.set(id, run);
  for (const oldest of runs.keys()) if (runs.size > MANY_RUNS) runs.delete(oldest);
}

/** Comes before `restore`, which puts what has changed in place. */
export const generators: Hooks = {
  begin({ pull, changed = [] }, decoder, extend) {
    if (!pull) return NOTHING;
    const { run: id, step: before, how = 'next', value } = pull;
    const isNumbered = before !== undefined;
    const run = findRun(pull);
    if (!run || !HOW.test(how)) throw new Error('the run of the generator is not here');
    keep(id, run);
    if (!isNumbered) for (const object of run.encoder?.numbers.keys() ?? []) decoder.objects.push(object);
    const step: Step = { run, before: before ?? run.taken, how, value: value && decoder.decode(value), isLast: false };
    readChanges(changed, decoder);
    current = step;
    return {
      end() {},
      add(reply, encoder) {
        run.encoder = encoder;
        if (step.fresh) reply.fresh = encodeFresh(step.fresh.value, extend);
        if (step.isLast) reply.done = true;
        if (step.isLast || 'error' in reply) runs.delete(id);
      },
    };
  },
};

function encodeFresh(value: unknown, extend: Extend | undefined): NonNullable<Reply['fresh']> {
  const encoder = createEncoder({ extension: extend?.() });
  const wire = encoder.encode(value, 'ret');
  const far = encoder.finish();
  return far ? { value: wire, far } : { value: wire };
}

/**
 * A function whose calls are steps of the generators that `fn` makes; the first one of a run has the arguments. `fresh`: nobody
 * holds what they give.
 */
export function steps(fn: AnyFunction, fresh = false): AnyFunction {
  return function (this: never, ...args: never[]) {
    const step = current;
    current = undefined;
    if (!step) return fn.apply(this, args);
    const { run, before, how, value } = step;
    run.generator ??= fn.apply(this, args) as Steps;
    for (; run.taken < before; run.taken++) run.generator.next(undefined);
    run.taken++;
    const take = ({ value, done = false }: Taken) => {
      step.isLast = done;
      if (!fresh || done) return value;
      step.fresh = { value };
      return undefined;
    };
    const taken = run.generator[how](value);
    if ('then' in taken) return taken.then(take);
    const given = take(taken);
    // A promise that is yielded is not waited for.
    return typeof (given as Partial<PromiseLike<unknown>> | undefined)?.then === 'function' ? [given] : given;
  };
}
