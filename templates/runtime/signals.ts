/** The feature of units that may be given signals: they are aborted when those of the caller are. */
import { findAborts } from './aborts.ts';
import { createDecoder, type Decoder, fail } from './decode.ts';
import type { Extend, Hooks } from './dispatch.ts';
import { Unsupported } from './errors.ts';
import type { Abort } from './protocol.ts';
import { addSignals, findController } from './signal.ts';

/** Signals of the call in hand. */
const carried = new Set<AbortSignal>();
/** What was done to one of them that should have happened to the caller's. */
let lost: string | undefined;

/** Comes after all that decodes a part of the request. */
export const signals: Hooks = /* @__PURE__ */ createSignals();

function createSignals(): Hooks {
  addSignals((signal) => void carried.add(signal));
  noteRemovals();
  return {
    begin({ aborts = [] }, decoder, extend) {
      let taken = 0;
      let isOver = false;
      const take = (abort: Abort) => {
        if (isOver) return;
        abortSignal(abort, decoder, extend);
        taken++;
      };
      const stop = findAborts()?.((text) => takeInOrder(JSON.parse(text) as Abort[], take));
      takeInOrder(aborts, take);
      return {
        end() {
          isOver = true;
          stop?.();
          for (const { aborted, onabort } of carried) if (!aborted && onabort) lost = 'it has set onabort of a signal';
          carried.clear();
        },
        add(reply) {
          const reason = lost;
          lost = undefined;
          if (reason !== undefined) throw new Unsupported('ret', reason);
          if (taken > 0) reply.aborts = taken;
        },
      };
    },
  };
}

/**
 * Signals that were aborted in one turn, each before the function takes the step that came next: a step is what runs
 * until the next one of a chain of promises does. What came later comes when nothing runs.
 */
function takeInOrder(aborts: readonly Abort[], take: (abort: Abort) => void): void {
  const waiting = [...aborts];
  let steps = 0;
  const step = () => {
    for (; waiting[0]?.steps === steps; waiting.shift()) take(waiting[0]);
    steps++;
    if (waiting[0]?.steps !== undefined) Promise.resolve().then(step);
    else setImmediate(() => waiting.map(take));
  };
  if (waiting.length > 0) Promise.resolve().then(step);
}

/** The reason may be part of the request, and gets its numbers behind it. */
function abortSignal({ signal, reason, far }: Abort, decoder: Decoder, extend: Extend | undefined): void {
  const { objects } = decoder;
  const controller = findController(objects[signal]) ?? fail('signal');
  const own = createDecoder({ known: objects, extension: extend?.(), far });
  const value = own.decode(reason);
  objects.push(...own.objects.slice(objects.length));
  controller.abort(value);
}

/** Who listens to a signal of the caller is with the caller: nobody can be told there to go. */
function noteRemovals(): void {
  const added = new WeakSet<object>();
  const { prototype } = EventTarget;
  const { addEventListener, removeEventListener } = prototype;
  Object.assign(prototype, {
    addEventListener(...args: Parameters<typeof addEventListener>) {
      if (args[1] && carried.has(this as never)) added.add(args[1]);
      return addEventListener.apply(this as never, args);
    },
    removeEventListener(...args: Parameters<typeof removeEventListener>) {
      const isLost = args[1] && carried.has(this as never) && !added.has(args[1]);
      if (isLost && !(this as unknown as AbortSignal).aborted) lost = 'it has removed a listener of a signal';
      return removeEventListener.apply(this as never, args);
    },
  });
}
