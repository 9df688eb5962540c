/** The app's side of a call, first half: from arguments to a request, or the reason why the call stays here. */
import { types } from 'node:util';
import { findPatched, findPatchedDate } from './ambient.ts';
import type { App, Stub } from './app.ts';
import type { Snapshot } from './changes.ts';
import { readClock } from './clock.ts';
import { createEncoder, type Encoder } from './encode.ts';
import { Unsupported, WireError } from './errors.ts';
import type { Unit } from './line.ts';
import type { Footprint, Writer } from './order.ts';
import type { Route, StubCut } from './plan.ts';
import type { Hold } from './pool.ts';
import { type Pull, type Request, WIRE_VERSION, type Wire } from './protocol.ts';
import { isLoaded, read, UNSETTLED } from './registry.ts';
import { takeSignals } from './signals-along.ts';
import { encodeEntries, isWeakCollection, type WeakCollection } from './weak.ts';
import { readFormats, readLanguage, readZone } from './zone.ts';

/** The real one, whatever a program puts in its place. */
const { stringify: toText } = JSON;

/** A call that is ready to go. */
export interface Call {
  stub: Stub;
  route: Route;
  unit: Unit;
  /** The request as text. */
  text: string;
  /** Objects of the app that have a number in the request. */
  objects: readonly object[];
  /** Those of them that are signals and may be aborted. */
  live: ReadonlySet<AbortSignal>;
  /** What was met in the reasons of those that were aborted since, notice by notice. */
  reasons: (readonly object[])[];
  /** The call as of now: what the request was made of may have changed. */
  renew(): Call | Stay;
  /** It is a step of this run. */
  hold?: Hold | undefined;
  /** What the objects of a run hold whose changes go along. */
  sent?: Snapshot;
  /** When the reply has been read: all objects that have a number now. */
  met?: readonly object[];
  /** The reply told of stacks, which were continued. */
  isTraced?: boolean;
  /** Set while a call that changes something is in flight. */
  writer?: Writer;
}

/** Why a call stays here. */
export interface Stay {
  reason: string;
  path?: string;
  /** That of the error, where it is too late for that. */
  code?: string;
  /** It may be because of a function that was lent: no more are. */
  isLenders?: boolean;
}

/** Everything is decided here: once a request has left, its call does not come back to run here. */
export function prepareCall(app: App, stub: Stub, args: ArrayLike<unknown>, self: unknown, as: Part = {}): Call | Stay {
  const { route, sample } = stub;
  if (!route) return { reason: 'not in the plan' };
  if (sample && !sample()) return { reason: 'beyond FAASIFY_LIMIT' };
  if (stub.stays) return stub.stays;
  const hindrance = app.findHindrance(route.unit);
  if (hindrance !== undefined) return { reason: hindrance };
  if (!app.canBlock && mayChange(route.cut)) return { reason: 'what it changes could not be waited for' };
  const patched = findPatchedDate() ?? findPatched(route.cut.ambient, app.globals);
  if (patched !== undefined) return { reason: `${patched} is patched` };
  const absent = route.cut.loads?.find((id) => !isLoaded(id));
  if (absent !== undefined) return { reason: `${absent} has not been loaded yet` };
  return encodeCall(app, { stub, route, args, self, ...as });
}

/** Something that others may want to see before they go on. */
function mayChange({ changes: { self, args }, stateOut }: StubCut): boolean {
  return self || args === 'all' || args.length + stateOut.length > 0;
}

/** Of a generator's run. */
interface Part {
  hold?: Hold;
  pull?: Pull;
}

interface Given extends Part, Pick<Call, 'stub' | 'route'> {
  args: ArrayLike<unknown>;
  self: unknown;
  /** Signals that were not aborted when the call was made. */
  since?: Set<AbortSignal>;
}

function encodeCall(app: App, given: Given): Call | Stay {
  const { stub, route, args, self, hold, pull } = given;
  const along = takeSignals(app, route, pull !== undefined, given.since);
  const encoder = createEncoder({ extension: route.write(along) });
  const renew = () => encodeCall(app, { ...given, since: along.since });
  return finishCall(app, { stub, route, hold, renew, live: along.live, reasons: [] }, encoder, () => {
    const request = encodeRequest(route.cut, encoder.encode, args, self);
    encodeWeak(request, route.cut, encoder);
    return pull ? { ...request, pull } : request;
  });
}

/** Makes the request, and text of it. */
export function finishCall(
  app: App,
  call: Omit<Call, 'unit' | 'text' | 'objects'>,
  encoder: Encoder,
  makeRequest: () => Request,
): Call | Stay {
  try {
    const request = makeRequest();
    const far = encoder.finish();
    if (far) request.far = far;
    const objects = [...encoder.numbers.keys()];
    if (call.route.cut.takes.includes('dates') && objects.some(types.isDate)) {
      request.zone = readZone();
      request.language = readLanguage();
    }
    const unit = app.locate(call.stub.id, call.route.unit);
    if (unit.claims && unit.signing) request.claims = true;
    const text = toText(request);
    const limit = app.findMaxRequest(unit);
    const size = limit < text.length * 3 ? Buffer.byteLength(text) : 0;
    const isTooLarge = size > limit && !request.claims;
    if (isTooLarge) return { reason: `the request has ${size} bytes, the provider takes ${limit}` };
    return { ...call, unit, text, objects };
  } catch (error) {
    if (error instanceof Unsupported) return { reason: error.reason, path: error.path };
    if (error instanceof WireError) return { reason: `module state is missing: ${error.message}` };
    if (error instanceof RangeError) return { reason: `more than a message can hold: ${error.message}` };
    throw error;
  }
}

type Encode = (value: unknown, path: string) => Wire;

/** Self, arguments and state share one numbering, in this order. */
function encodeRequest(cut: StubCut, encode: Encode, args: ArrayLike<unknown>, self: unknown): Request {
  const request: Request = { v: WIRE_VERSION, fn: cut.fn, contract: cut.contract, args: [] };
  if (self === UNSETTLED) throw new Unsupported('captured', 'a variable around the function has no value yet');
  if (self !== undefined) request.self = encode(self, 'this');
  const length = Math.min(args.length, cut.arity ?? args.length);
  for (let i = 0; i < length; i++) request.args.push(encode(args[i], `args[${i}]`));
  encodeSurroundings(request, cut, encode);
  return request;
}

/** Module state, and what of the process goes along. */
export function encodeSurroundings(request: Request, cut: StubCut, encode: Encode): void {
  if (cut.stateIn.length > 0) request.state = encodeState(cut.stateIn, encode);
  if (cut.env.length > 0) request.env = readEnv(cut);
  if (cut.takes.includes('cwd')) request.cwd = process.cwd();
  if (cut.takes.includes('argv')) request.argv = [...process.argv];
  if (cut.takes.includes('clock')) request.clock = readClock();
  if (cut.takes.includes('zone')) request.zone = readZone();
  if (cut.takes.includes('locale')) request.language = readLanguage();
  if (cut.takes.includes('platform')) request.platform = process.platform;
  if (cut.takes.includes('formats')) request.language = readFormats();
}

function encodeState(ids: readonly string[], encode: Encode): Record<string, Wire> {
  const state: Record<string, Wire> = {};
  for (const id of ids) {
    const value = read(id);
    if (!isWeakCollection(value)) state[id] = encode(value, id);
  }
  return state;
}

/** What hangs on objects of the request by module state. */
function encodeWeak(request: Request, { stateIn }: StubCut, encoder: Encoder): void {
  const weak = listWeak(stateIn);
  const collections = weak.map(([, collection]) => collection);
  if (weak.length === 0) return;
  request.weak = { of: weak.map(([id]) => id), entries: encodeEntries(collections, encoder) };
}

/** Of these variables those that hold weak collections. */
export function listWeak(ids: readonly string[]): [id: string, collection: WeakCollection][] {
  return ids.flatMap((id) => {
    const value = read(id);
    return isWeakCollection(value) ? [[id, value]] : [];
  });
}

function readEnv({ env, given = [] }: StubCut): Record<string, string | null> {
  const sent = env.filter((name) => process.env[name] !== undefined || !given.includes(name));
  return Object.fromEntries(sent.map((name) => [name, process.env[name] ?? null]));
}

/** What a call can see and change, so that it does not overtake others. */
export function getFootprint({ route: { cut }, objects }: Call): Footprint {
  return {
    sees: [...objects, ...cut.stateIn, ...cut.stateOut],
    changes: new Set([...cut.stateOut, ...(mayChange(cut) ? objects : [])]),
  };
}
