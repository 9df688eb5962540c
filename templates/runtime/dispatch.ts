/** A unit's side of a call: from an event to a reply. */
import type { Extension } from './codec.ts';
import { createDecoder, type Decoder } from './decode.ts';
import { createEncoder, type Encoder } from './encode.ts';
import { nameOfError, Unsupported } from './errors.ts';
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
export type Extend = () => Extension;

/** Something that not every unit needs; each one costs bytes. */
export type Feature = Extend | Hooks;

export interface Hooks {
  /** Called when the arguments are there, before the function runs. */
  begin(request: Request, decoder: Decoder, extend: Extend | undefined): Ending;
}

/** What a feature has to do when the function has ended. */
export interface Ending {
  /** Puts back what `begin` has set. */
  end?(): void;
  /** Adds to the reply, in which the result is already. */
  add?(reply: Reply, encoder: Encoder): void;
}

export type Dispatch = (event: unknown) => Reply | Promise<Reply>;

type Refusal = NonNullable<Reply['refused']>['code'];

/**
 * A stub is told in the reply what happened, whatever it was. A call made by hand (an event without `v`) is for people:
 * it throws what the function throws, and what is wrong with the event.
 */
export function createDispatch(functions: Functions, features: Feature[]): Dispatch {
  const extend = features.find((feature) => typeof feature === 'function');
  const hooks = features.filter((feature) => typeof feature === 'object');
  const [only, ...others] = Object.keys(functions);
  return (event) => {
    const request = { ...(event as Request) };
    if (others.length === 0) request.fn ??= only as string;
    const { v = WIRE_VERSION, fn, contract } = request;
    const entry = functions[`${fn}`];
    if (v !== WIRE_VERSION) return refuse(request, 'version', `wire version ${v}, here ${WIRE_VERSION}`);
    if (!entry) return refuse(request, 'unknown-function', `no function ${fn}`);
    if (contract && entry.contract && contract !== entry.contract) {
      return refuse(request, 'contract', `${fn} is of another build`);
    }
    return run(entry, request, { extend, hooks });
  };
}

interface Features {
  extend: Extend | undefined;
  hooks: Hooks[];
}

function refuse(request: Request, code: Refusal, message: string): Reply {
  if (request.v === undefined) throw new Error(message);
  return { refused: { code, message } };
}

/** `{"args":[1,2]}` or `{"values":[1,2]}` */
function getArgs(request: Request, { params = [] }: Entry): Wire[] {
  const named = request as unknown as Record<string, Wire>;
  return request.args ?? params.map((name) => named[name] ?? (name in named ? null : { $: 'u' }));
}

function run(entry: Entry, request: Request, { extend, hooks }: Features): Reply | Promise<Reply> {
  const decoder = createDecoder({ extension: extend?.(), far: request.far });
  const endings: Ending[] = [];
  const end = () => {
    for (const { end } of endings) end?.();
  };
  let self: unknown;
  let args: unknown[];
  try {
    self = request.self && decoder.decode(request.self);
    args = getArgs(request, entry).map((wire) => decoder.decode(wire));
    for (const hook of hooks) endings.push(hook.begin(request, decoder, extend));
  } catch (error) {
    end();
    return refuse(request, 'bad-request', (error as Error).message);
  }

  function reply(key: 'ret' | 'error', value: unknown, encode: (value: unknown, encoder: Encoder) => Wire): Reply {
    const encoder = createEncoder({ known: decoder.objects, extension: extend?.() });
    const reply: Reply = {};
    if (value !== undefined || key === 'error') reply[key] = encode(value, encoder);
    for (const { add } of endings) add?.(reply, encoder);
    const far = encoder.finish();
    return far ? { ...reply, far } : reply;
  }
  function finish(key: 'ret' | 'error', value: unknown): Reply {
    end();
    if (key === 'error' && request.v === undefined) throw value;
    try {
      return reply(key, value, (value, encoder) => encoder.encode(value, key));
    } catch (refusal) {
      if (!(refusal instanceof Unsupported)) throw refusal;
      const { path, reason } = refusal;
      return { ...(key === 'error' && reply(key, value, reduceError)), uncrossable: { path, reason } };
    }
  }
  const give = (value: unknown) => finish('ret', value);
  const fail = (thrown: unknown) => finish('error', thrown);
  let result: unknown;
  try {
    result = entry.run.apply(self as never, args as never[]);
  } catch (error) {
    return fail(error);
  }
  return isThenable(result) ? (result.then(give, fail) as Promise<Reply>) : give(result);
}

/** What crosses of anything that is thrown: the built-in error that it is, with its simple properties. */
function reduceError(thrown: unknown, encoder: Encoder): Wire {
  const error = Object(thrown) as Record<string, unknown>;
  const simple: Record<string, unknown> = { message: error.message };
  for (const key of Object.getOwnPropertyNames(error)) if (isJson(error[key])) simple[key] = error[key];
  return { $: [nameOfError(error), 0, encoder.encode(simple, 'error')] };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
