/** What crosses of an AbortSignal: whether it is aborted, and with what reason. Who listens to it does not. */
import { types } from 'node:util';
import type { BuiltinClass, Follow } from './builtin.ts';
import { addBuiltin } from './builtins.ts';
import type { Writer } from './codec.ts';

/** Sandboxes may not have it. */
const Signal: (typeof AbortSignal & BuiltinClass) | undefined = Reflect.get(globalThis, 'AbortSignal');

/** What lets signals be aborted that were made from the wire. */
const controllers = new WeakMap<object, AbortController>();

/** Where Node keeps the state of a signal: in properties of its own. None if signals here are not Node's. */
const keys = findKeys();
const mark = [...keys].find((key) => String(key) === 'Symbol(kAborted)') ?? '';

function findKeys(): Set<string | symbol> {
  try {
    const { signal } = new AbortController();
    const composite = AbortSignal.any([signal]);
    composite.onabort = () => {};
    const found = new Set([signal, composite, AbortSignal.timeout(0)].flatMap((one) => Reflect.ownKeys(one)));
    composite.onabort = null;
    return found;
  } catch {
    return new Set();
  }
}

const sourcesKey = [...keys].find((key) => String(key) === 'Symbol(kSourceSignals)') ?? '';

/** The signals that abort this one: itself, or what it was combined of. */
export function listSources(signal: AbortSignal): unknown[] {
  const sources: unknown = Reflect.get(signal, sourcesKey);
  if (!types.isSet(sources)) return [signal];
  const found: unknown[] = [];
  Set.prototype.forEach.call(sources, (one) => found.push(WeakRef.prototype.deref.call(one)));
  return found;
}

function isSignal(value: object): value is AbortSignal {
  return Signal !== undefined && value instanceof Signal && Object.hasOwn(value, mark);
}

/** As `AbortSignal.any` did when the program began; that of jsdom may have none. */
export const combine: typeof AbortSignal.any = Signal?.any?.bind(Signal) ?? (([signal]) => signal as AbortSignal);

/** The one that aborts a signal which was made from the wire. */
export function findController(value: unknown): AbortController | undefined {
  return controllers.get(value as object);
}

/** `made`: told of every signal that is made from the wire. */
export function addSignals(made: (signal: AbortSignal) => void = () => {}): void {
  if (!Signal) return;
  addBuiltin({
    type: Signal,
    is: (value) => isSignal(value as object),
    contents(value: AbortSignal, to?: Writer, follow?: Follow) {
      const isLive = !value.aborted || follow?.since.has(value) === true;
      if (to && follow) follow.take(value, isLive, to);
      else if (to && isLive) to.refuse('an AbortSignal that may be aborted where it was made');
      return isLive ? [] : [value.reason];
    },
    empty() {
      const controller = new AbortController();
      controllers.set(controller.signal, controller);
      made(controller.signal);
      return controller.signal;
    },
    set(value: AbortSignal, parts) {
      if (parts.length > 0) controllers.get(value)?.abort(parts[0]);
    },
    hides: (key) => keys.has(key),
  });
}
