/** A unit at several places: which of them is asked, and when the next one is. */
import { createCaller } from './elsewhere.ts';
import { attempt, type Result, type Send } from './invoking.ts';
import type { Failure, Unit } from './line.ts';
import { loadTransport } from './load-transport.ts';
import { AWS } from './places.ts';
import { MAX_CARRIED } from './protocol.ts';

/** Milliseconds for which a place that has failed is left alone, as long as there are others. */
const REST = 5000;

/** They would only come again. */
const HOPELESS = new Set<Failure['code']>(['function', 'load', 'out-of-memory']);
/** They say something of the place, and not of the call. */
const OF_PLACE = new Set<Failure['code']>(['unreachable', 'timeout', 'throttled', 'service', 'denied', 'not-found']);

/** `invoke`: calls at AWS. */
export function createRouter(invoke: Send, now: () => number = Date.now): Send {
  const callElsewhere = createCaller(loadTransport);
  const send: Send = (unit, ...call) => (unit.place ? callElsewhere : invoke)(unit, ...call);
  const resting = new Map<string, number>();

  const isResting = (place: Unit) => names(place).some((name) => (resting.get(name) ?? 0) > now());
  const note = (place: Unit, result: Result) => {
    const [own, address] = names(place);
    for (const name of [own, address]) resting.delete(name);
    if (!isFailure(result) || !OF_PLACE.has(result.code)) return;
    const isAddress = result.code === 'unreachable' && !place.endpoint?.includes('{name}');
    resting.set(isAddress ? address : own, now() + REST);
  };

  return (unit, request, calling, onSent) => {
    const { choices } = unit;
    if (!choices) return send(unit, request, calling, onSent);
    const places = [...choices.filter((one) => !isResting(one)), ...choices.filter(isResting)];
    const ask = async (place: Unit, signal: AbortSignal) => {
      const refused = findTooLarge(place, request);
      if (refused) return refused;
      const result = await attempt(send, place, request, { ...calling, signal }, onSent);
      if (!signal.aborted) note(place, result);
      return result;
    };
    return race(unit, places, ask);
  };
}

/** The unit there, and all that is there. */
function names({ name, endpoint = '', place }: Unit): [string, string] {
  const address = `${place?.target ?? AWS} ${endpoint}`;
  return [`${address} ${name}`, address];
}

function findTooLarge({ place }: Unit, request: string): Failure | undefined {
  const limit = place ? (place.payload ?? Number.POSITIVE_INFINITY) : MAX_CARRIED;
  const size = limit < request.length * 3 ? Buffer.byteLength(request) : 0;
  if (size <= limit) return undefined;
  return { code: 'too-large', message: `the request has ${size} bytes, it takes ${limit}`, mayHaveRun: false };
}

function isFailure(result: Result): result is Failure {
  return typeof result === 'object' && 'mayHaveRun' in result;
}

type Ask = (place: Unit, signal: AbortSignal) => Promise<Result>;

/**
 * One place after the other, until one has an answer: the next one is asked when a call certainly did not run or is repeatable. With
 * `hedge` it is asked once that long nobody has answered, or the only one again; the first answer counts, others are dropped.
 */
function race({ isRepeatable, hedge }: Unit, places: readonly Unit[], ask: Ask): Promise<Result> {
  return new Promise((resolve) => {
    const left = [...places];
    const failures: [Unit, Failure][] = [];
    const running = new Set<AbortController>();
    let isOver = false;

    const finish = (result: Result) => {
      isOver = true;
      clearTimeout(timer);
      for (const other of running) other.abort();
      resolve(result);
    };
    const begin = async (place: Unit | undefined) => {
      if (!place) return;
      const dropping = new AbortController();
      running.add(dropping);
      const result = await ask(place, dropping.signal);
      running.delete(dropping);
      if (isOver) return;
      if (!isFailure(result)) return finish(result);
      failures.push([place, result]);
      const next = mayGoOn(result, isRepeatable === true) ? left.shift() : undefined;
      if (next) void begin(next);
      else if (running.size === 0) finish(describeAll(failures));
    };
    const hedged = isRepeatable ? hedge : undefined;
    const again = () => void begin(places.length === 1 ? places[0] : left.shift());
    const timer = hedged === undefined ? undefined : setTimeout(again, hedged);
    void begin(left.shift());
  });
}

/** The next place may be asked. */
function mayGoOn({ code, mayHaveRun }: Failure, isRepeatable: boolean): boolean {
  return !mayHaveRun || (isRepeatable && !HOPELESS.has(code));
}

/** The last failure, with what was said at the places before. */
function describeAll(failures: readonly (readonly [Unit, Failure])[]): Failure {
  const last = failures.at(-1)?.[1];
  if (!last) return { code: 'unreachable', message: 'there is no place to ask', mayHaveRun: false };
  if (failures.length === 1) return last;
  const texts = failures.map(([{ place }, { message }]) => `${place?.target ?? AWS}: ${message}`);
  return { ...last, message: texts.join('; '), mayHaveRun: failures.some(([, { mayHaveRun }]) => mayHaveRun) };
}
