/** The feature of units with generators. A run stays in memory between its steps, each of which is a call. */
import { readChanges } from './changes.ts';
import type { AnyFunction, Hooks } from './dispatch.ts';
import type { Encoder } from './encode.ts';
import type { Pull } from './protocol.ts';

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
  /** That of the last reply: it knows all objects that were met so far, by number. */
  encoder?: Encoder;
}

interface Step {
  run: Run;
  how: NonNullable<Pull['how']>;
  value: unknown;
  isLast: boolean;
}

const HOW = /^(next|return|throw)$/;

const runs = new Map<string, Run>();
/** Set while a step is asked for. */
let current: Step | undefined;

const NOTHING = { end() {}, add() {} };

/** Comes before `restore`, which puts what has changed in place. */
export const generators: Hooks = {
  begin({ pull, changed = [] }, decoder) {
    if (!pull) return NOTHING;
    const { run: id, how = 'next', value } = pull;
    const run: Run | undefined = pull.how ? runs.get(id) : {};
    if (!run || !HOW.test(how)) throw new Error('the run of the generator is not here');
    runs.set(id, run);
    for (const object of run.encoder?.numbers.keys() ?? []) decoder.objects.push(object);
    const step: Step = { run, how, value: value && decoder.decode(value), isLast: false };
    readChanges(changed, decoder);
    current = step;
    return {
      end() {},
      add(reply, encoder) {
        run.encoder = encoder;
        if (step.isLast) reply.done = true;
        if (step.isLast || 'error' in reply) runs.delete(id);
      },
    };
  },
};

/** A function whose calls are steps of the generators that `fn` makes; the first one of a run has the arguments. */
export function steps(fn: AnyFunction): AnyFunction {
  return function (this: never, ...args: never[]) {
    const step = current;
    current = undefined;
    if (!step) return fn.apply(this, args);
    const { run, how, value } = step;
    run.generator ??= fn.apply(this, args) as Steps;
    const take = ({ value, done = false }: Taken) => {
      step.isLast = done;
      return value;
    };
    const taken = run.generator[how](value);
    if ('then' in taken) return taken.then(take);
    const given = take(taken);
    // A promise that is yielded is not waited for.
    return typeof (given as Partial<PromiseLike<unknown>> | undefined)?.then === 'function' ? [given] : given;
  };
}
