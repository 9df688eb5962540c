/** The wire between the two sides of a cut: the one definition, as types. Everything is JSON. */
import type { Clock } from './clock.ts';
import type { CallCounts } from './counts.ts';
import type { Language, Zone } from './zone.ts';

export const WIRE_VERSION = 3;

/** Bytes that go with a call over HTTP, each way: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_CARRIED = 6 * 1024 * 1024;

/** An encoded value. Plain data is itself; everything else is an object with the one key `$` (see codec.ts). */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/**
 * One call. `{"args":[1.5]}` is enough for a call made by hand, or named arguments: `{"values":[1,2]}`.
 * All of `self`, `args` and `state`, in this order, are one object graph: its objects are numbered through (codec.ts).
 */
export interface Request {
  v?: number;
  /** Function id; may be left out when the unit has one function. */
  fn?: string;
  /** Hash both sides must agree on; a hand-made call leaves it out and is not checked. */
  contract?: string;
  id?: string;
  /** Milliseconds since the epoch: the call is cut off then, if its unit has not cut it off before, and so is what it calls. */
  deadline?: number;
  trace?: string;
  self?: Wire;
  args: Wire[];
  /** Module variables by id. */
  state?: Record<string, Wire>;
  /** Weak collections that are module variables, by id, and what they have for objects of the graph; see weak.ts. */
  weak?: { of: string[]; entries: WeakEntry[] };
  /** Environment variables the callee reads; null for one that is not set. */
  env?: Record<string, string | null>;
  /** The working directory and the command line of the caller, for a callee that asks for them. */
  cwd?: string;
  argv?: string[];
  clock?: Clock;
  /** Those of the caller: where they are others, the call is refused. */
  zone?: Zone;
  language?: Language;
  platform?: string;
  /** The call is one step of a generator's run. */
  pull?: Pull;
  /** Objects of the run that the caller has changed since the step before: their number and their new contents. */
  changed?: [number, Wire][];
  /** Far parts of the graph, see codec.ts. */
  far?: Wire[];
  /** The caller takes a claim for a reply that is too large. */
  claims?: true;
  /** No call: an address is asked for where a request can be left that is too large. */
  ticket?: true;
  /** In the place of all the rest: the request was left there. */
  claim?: { id: string; bytes: number; hash: string };
  /** Signals among the objects that were aborted before the request left, in order. Those of later turns come beside it. */
  aborts?: Abort[];
}

/** The place of the collection, the number of the key, and the value; without a value there is no such entry any more. */
export type WeakEntry = [of: number, key: number, value?: Wire];

/** A signal of the request has been aborted. */
export interface Abort {
  /** Its number. */
  signal: number;
  /** Its objects get their numbers behind those that were met before. */
  reason: Wire;
  far?: Wire[];
  /** After how many steps of the function, in this turn; missing if it had waited for something outside by then. */
  steps?: number;
}

/** The first step has the arguments. Unless the steps are numbered the others have none: all objects that were met in the run keep their numbers. */
export interface Pull {
  /** Names the run. */
  run: string;
  /** How many steps came before, for a run that can be made again from its arguments; they come with every step. */
  step?: number;
  /** Missing for the first step, and where there is a number. */
  how?: 'next' | 'return' | 'throw';
  /** What the generator gets; left out for `undefined`. */
  value?: Wire;
}

/** The answer. Either `ret` or `error`; `ret` is left out for `undefined`. */
export interface Reply {
  ret?: Wire;
  error?: Wire;
  /** What was printed, in order. */
  out?: OutputEvent[];
  /** Module variables with a new value. */
  state?: Record<string, Wire>;
  /** Entries of the weak collections of the request that changed. */
  weak?: WeakEntry[];
  /** Objects of the request that changed: their number and their new contents. */
  changed?: [number, Wire][];
  far?: Wire[];
  /** The function has called `process.exit` with these arguments; all that it has done before is in the reply. */
  exit?: (string | number | null | undefined)[];
  /** In the place of `ret`, from a generator: a value by itself, whose objects get no numbers. */
  fresh?: { value: Wire; far?: Wire[] };
  /** The run of the generator has ended. */
  done?: boolean;
  /** How many aborted signals the unit was told of before the function had ended: their reasons have numbers. */
  aborts?: number;
  /** The result was a promise. */
  late?: boolean;
  /** With `late`: something goes on that the function has not waited for. */
  left?: boolean;
  /** The function ran, but its result or a change cannot cross. Of no use unless the call may be repeated elsewhere. */
  uncrossable?: Uncrossable;
  /** Calls that the function made to other units, or decided to make inside its own, by function id. */
  calls?: CallCounts;
  /** The call was refused before anything ran; `surroundings`: it would find others there than its caller's. */
  refused?: {
    code: 'contract' | 'version' | 'unknown-function' | 'bad-request' | 'claim' | 'surroundings';
    message: string;
  };
  ticket?: { id: string; url: string };
  /** In the place of all the rest. */
  claim?: ClaimReply;
}

/** Where a reply was left, or why it could not be; addresses are good for some minutes, for whoever has them. */
export interface ClaimReply {
  bytes: number;
  hash?: string;
  url?: string;
  remove?: string;
  problem?: string;
}

/** `once`: the next result may be able to. */
export interface Uncrossable {
  path: string;
  reason: string;
  once?: true;
}

/** `console.<method>(...args)`, each argument list encoded on its own, or what was written to a stream: text, or bytes. */
export type OutputEvent =
  | { console: string; args: Wire[]; far?: Wire[] }
  | { stream: 'stdout' | 'stderr'; text: string }
  | { stream: 'stdout' | 'stderr'; base64: string };
