/** A unit's side of a call: from an event to a reply. */
import type { Extension } from './codec.ts';
import { createDecoder, type Decoder } from './decode.ts';
import { createEncoder, type Encoder } from './encode.ts';
import { findErrorClass, Unsupported } from './errors.ts';
import { isJson } from './plain.ts';
import { type Reply, type Request, WIRE_VERSION, type Wire } from './protocol.ts';

export type AnyFunction = (...args: never[]) => unknown;

/** A function of the unit. With the names of its parameters, calls made by hand may name their arguments. */
export interface Entry {
  run: AnyFunction;
  params?: readonly string[];
  /** Calls made for another contract are refused. */
  contract?: string;
}

/** By function id. */
export type Functions = Record<string, Entry>;

/** Makes the extension of the codec, anew for each message. */
export type Extend = (options?: { copies?: boolean; v?: number | undefined }) => Extension;

/** Something that not every unit needs; each one costs bytes. */
export type Feature = Extend | Hooks;

export interface Hooks {
  /** Called when the arguments are there, before the function runs. Errors are refusals, with the code `refused`. `reply` is the reply if it ended now, without a result. */
  begin(request: Request, decoder: Decoder, extend: Extend | undefined, reply: () => Reply): Ending;
}

/** What a feature has to do when the function has ended. */
export interface Ending {
  /** Puts back what `begin` has set. */
  end(): void;
  /** Adds to the reply, in which the result is already. */
  add(reply: Reply, encoder: Encoder): void;
}

export type Dispatch = (event: unknown) => Reply | Promise<Reply>;

type Refusal = NonNullable<Reply['refused']>['code'];

/** An error that says which refusal it is. */
type Refusing = Error & { refused?: Refusal };

/** The unit is elsewhere than its caller, in a way that the function could tell: the call is for the caller's side. */
export function differ(message: string): Error {
  return Object.assign(new Error(message), { refused: 'surroundings' } satisfies Partial<Refusing>);
}

/**
 * A stub is told in the reply what happened, whatever it was. A call made by hand (an event without `v`) is for people:
 * it throws what the function throws, and what is wrong with the event.
 */
export function createDispatch(functions: Functions, features: readonly Feature[]): Dispatch {
  const [only, ...others] = Object.keys(functions);
  return (event) => {
    const request = { ...(event as Request) };
    const { v, contract, fn = others[0] ? '' : `${only}` } = request;
    const entry = Object.hasOwn(functions, fn) && functions[fn];
    if (v && v !== WIRE_VERSION) return refuse(request, 'version', `version ${v}`);
    if (!entry) return refuse(request, 'unknown-function', `no function ${fn}`);
    if (contract && entry.contract && contract !== entry.contract) {
      return refuse(request, 'contract', `${fn} is of another build`);
    }
    return run(entry, request, features);
  };
}

function refuse(request: Request, code: Refusal, message: string): Reply {
  if (!request.v) throw new Error(message);
  return { refused: { code, message } };
}

/** `{"args":[1,2]}` or `{"values":[1,2]}` */
function getArgs(request: Request, { params = [] }: Entry): Wire[] {
  const named = request as unknown as Record<string, Wire>;
  return request.args ?? params.map((name) => (Object.hasOwn(named, name) ? (named[name] as Wire) : { $: 'u' }));
}

function run(entry: Entry, request: Request, features: readonly Feature[]): Reply | Promise<Reply> {
  const extend = features.find((feature) => typeof feature === 'function');
  const decoder = createDecoder({ extension: extend?.(), far: request.far });
  const endings: Ending[] = [];
  let self: unknown;
  let args: unknown[];
  let result: unknown;

  function reply(key: 'ret' | 'error', value?: unknown, write?: typeof writeReduced): Reply {
    const encoder = createEncoder({ known: decoder.objects, extension: extend?.({ v: request.v }) });
    const reply: Reply = {};
    if (value !== undefined || key === 'error')
      reply[key] = write ? write(value, key, encoder) : encoder.encode(value, key);
    for (const ending of endings) ending.add(reply, encoder);
    const far = encoder.finish();
    return far ? { far, ...reply } : reply;
  }
  function give(value: unknown): Reply {
    end(endings);
    try {
      return reply('ret', value);
    } catch (error) {
      return { uncrossable: explain(error) };
    }
  }
  function fail(thrown: unknown): Reply {
    end(endings);
    if (!request.v) throw thrown;
    try {
      return reply('error', thrown);
    } catch (error) {
      return { uncrossable: explain(error), ...reply('error', thrown, writeReduced) };
    }
  }

  try {
    self = request.self && decoder.decode(request.self);
    args = getArgs(request, entry).map((wire) => decoder.decode(wire));
    for (const feature of features) {
      if (typeof feature === 'object') endings.push(feature.begin(request, decoder, extend, () => reply('ret')));
    }
  } catch (error) {
    end(endings);
    return refuse(request, (error as Refusing).refused ?? 'bad-request', (error as Refusing).message);
  }
  try {
    result = entry.run.apply(self as never, args as never[]);
  } catch (error) {
    return fail(error);
  }
  return isThenable(result) ? Promise.resolve(result).then(give, fail) : give(result);
}

function end(endings: Ending[]): void {
  for (const ending of endings) ending.end();
}

function explain(error: unknown): NonNullable<Reply['uncrossable']> {
  if (!(error instanceof Unsupported)) throw error;
  return { path: error.path, reason: error.reason };
}

/** What crosses of anything that is thrown, in the form of rich.ts: the built-in error that it is, with its simple properties. */
function writeReduced(thrown: unknown, key: string, encoder: Encoder): Wire {
  const error = Object(thrown) as Record<string, unknown>;
  const simple: Record<string, unknown> = { message: error.message };
  for (const name of Object.getOwnPropertyNames(error)) if (isJson(error[name])) simple[name] = error[name];
  return { $: [findErrorClass(thrown).name, 0, encoder.encode(simple, key)] };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
