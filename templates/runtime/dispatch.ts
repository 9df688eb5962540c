/** A unit's side of a call: from an event to a reply. */
import type { Extension } from './codec.ts';
import { createDecoder, type Decoder } from './decode.ts';
import { createEncoder, type Encoder } from './encode.ts';
import { Unsupported } from './errors.ts';
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

/** Something that not every unit needs; each one costs bytes. A function makes the extension of the codec. */
export type Feature = (() => Extension) | Hooks;

export interface Hooks {
  /** Called when the arguments are there, before the function runs. */
  begin(request: Request, decoder: Decoder, extension: Extension | undefined): Ending;
}

/** What a feature has to do when the function has ended. */
export interface Ending {
  /** Puts back what `begin` has set. */
  end?(): void;
  /** Adds to the reply, in which the result is already. */
  add?(reply: Reply, encoder: Encoder): void;
}

export type Dispatch = (event: unknown) => Reply | Promise<Reply>;

type Refused = NonNullable<Reply['refused']>;

/**
 * A stub is told in the reply what happened, whatever it was. A call made by hand (an event without `v`) is for people:
 * it throws what the function throws, and what is wrong with the event.
 */
export function createDispatch(functions: Functions, features: Feature[]): Dispatch {
  const extend = features.find((feature) => typeof feature === 'function');
  const hooks = features.filter((feature) => typeof feature !== 'function');
  const [only, ...others] = Object.keys(functions);
  return (event) => {
    const request = { ...(event as Request) };
    if (others.length === 0) request.fn ??= only as string;
    const entry = functions[request.fn ?? ''];
    const refused = refuse(request, entry);
    if (entry && !refused) return run(entry, request, { extend, hooks });
    if (request.v === undefined) throw new Error(refused?.message);
    return { refused: refused as Refused };
  };
}

interface Features {
  extend: (() => Extension) | undefined;
  hooks: Hooks[];
}

function refuse({ v = WIRE_VERSION, fn, contract }: Request, entry: Entry | undefined): Refused | undefined {
  if (v !== WIRE_VERSION) return { code: 'version', message: `wire version ${v}, here ${WIRE_VERSION}` };
  if (!entry) return { code: 'unknown-function', message: `no function ${fn}` };
  if (!contract || !entry.contract || contract === entry.contract) return undefined;
  return { code: 'contract', message: `${fn} is of another build` };
}

/** `{"args":[1,2]}` or `{"values":[1,2]}` */
function getArgs(request: Request, { params = [] }: Entry): Wire[] {
  if (Array.isArray(request.args)) return request.args;
  const named = request as unknown as Record<string, Wire>;
  return params.map((name) => (name in named ? (named[name] as Wire) : { $: 'u' }));
}

function run(entry: Entry, request: Request, { extend, hooks }: Features): Reply | Promise<Reply> {
  const extension = extend?.();
  const decoder = createDecoder({ extension, far: request.far });
  const self = request.self && decoder.decode(request.self);
  const args = getArgs(request, entry).map((wire) => decoder.decode(wire));
  const endings = hooks.map((hook) => hook.begin(request, decoder, extension));

  function reply(key: 'ret' | 'error', value: unknown, encode: (value: unknown, encoder: Encoder) => Wire): Reply {
    const encoder = createEncoder({ known: decoder.objects, extension: extend?.() });
    const reply: Reply = {};
    if (value !== undefined || key === 'error') reply[key] = encode(value, encoder);
    for (const { add } of endings) add?.(reply, encoder);
    const far = encoder.finish();
    return far ? { ...reply, far } : reply;
  }
  function finish(key: 'ret' | 'error', value: unknown): Reply {
    for (const { end } of endings) end?.();
    if (key === 'error' && request.v === undefined) throw value;
    try {
      return reply(key, value, (value, encoder) => encoder.encode(value, key));
    } catch (refusal) {
      if (!(refusal instanceof Unsupported)) throw refusal;
      if (key === 'error') return reply(key, value, reduceError);
      return { uncrossable: { path: refusal.path, reason: refusal.reason } };
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

/** What crosses of anything that is thrown, in the form of rich.ts: the language's error that it is, with its simple properties. */
function reduceError(thrown: unknown, encoder: Encoder): Wire {
  const error = Object(thrown) as Record<string, unknown>;
  const simple: Record<string, unknown> = { message: error.message };
  for (const key of Object.getOwnPropertyNames(error)) if (isJson(error[key])) simple[key] = error[key];
  const [name = 'Error'] = /^(Type|Range|Syntax|Reference|URI|Eval)Error\b/.exec(`${error.stack}`) ?? [];
  return { $: [name, 0, encoder.encode(simple, 'error')] };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
