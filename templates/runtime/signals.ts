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
      let known = 0;
      let isOver = false;
      const read = (list: readonly Abort[]): Due[] =>
        list.map((abort) => {
          const run = readAbort(abort, decoder, extend);
          known++;
          return { steps: abort.steps, run: () => isOver || run() };
        });
      runInOrder(read(aborts));
      const stop = findAborts()?.((text) => {
        try {
          runInOrder(read(JSON.parse(text) as Abort[]));
        } catch {} // no notice of a caller of ours
      });
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
          if (known > 0) reply.aborts = known;
        },
      };
    },
  };
}

/** What aborts a signal, and after how many steps. */
interface Due {
  steps: number | undefined;
  run(): unknown;
}

/**
 * Signals that were aborted in one turn are, each before the function takes the step that came next: a step is what runs
 * until the next one of a chain of promises does. What came later comes when nothing runs.
 */
function runInOrder(waiting: Due[]): void {
  let steps = 0;
  const step = () => {
    while (waiting[0]?.steps === steps) waiting.shift()?.run();
    steps++;
    if (waiting[0]?.steps !== undefined) Promise.resolve().then(step);
    else if (waiting.length > 0) setImmediate(() => waiting.map(({ run }) => run()));
  };
  if (waiting.length > 0) Promise.resolve().then(step);
}

/** The reason may be part of the request; what else it holds gets its numbers now, whether there is still time to abort or not. */
function readAbort({ signal, reason, far }: Abort, decoder: Decoder, extend: Extend | undefined): () => void {
  const { objects } = decoder;
  const controller = findController(objects[signal]) ?? fail('signal');
  const own = createDecoder({ known: objects, extension: extend?.(), far });
  const value = own.decode(reason);
  objects.push(...own.objects.slice(objects.length));
  return () => controller.abort(value);
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
