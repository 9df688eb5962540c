/** `export default { async fetch(request, env, context) }`, or `addEventListener('fetch', (event) => event.respondWith(…))` */
import { fromResponse, toRequest } from '../fetch.ts';
import { isRecord, type Module, type Run, type Settings } from '../form.ts';
import { asHttp } from '../meet.ts';
import { findExport, type Handler } from '../pick.ts';
import { openLater, openSettling } from '../settle.ts';

const listeners: Handler[] = [];
const already: unknown = Reflect.get(globalThis, 'addEventListener');

/** Before the handler is loaded, so that it finds it. */
Object.assign(globalThis, {
  addEventListener(type: string, listener: Handler, ...rest: unknown[]) {
    if (type === 'fetch') listeners.push(listener);
    else if (typeof already === 'function') already.call(globalThis, type, listener, ...rest);
  },
});

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFetch(module, settings.handler);
  return async (given) => {
    const call = asHttp(given);
    const later = openLater(call.later);
    const result = await fromResponse(await handler(toRequest(call), later.add));
    await later.end();
    return result;
  };
}

type Fetch = (request: Request, add: (work: unknown) => void) => Promise<unknown>;

function getFetch(module: Module, name: string): Fetch {
  const found = findExport(module, name);
  if (isRecord(found) && typeof found.fetch === 'function') {
    const { fetch } = found;
    return async (request, add) => fetch.call(found, request, { ...process.env }, makeContext(add));
  }
  // A class `extends WorkerEntrypoint`: made anew for each call.
  if (typeof found === 'function' && isRecord(found.prototype) && typeof found.prototype.fetch === 'function') {
    return async (request, add) => Reflect.construct(found, [makeContext(add), { ...process.env }]).fetch(request);
  }
  const [listener] = listeners;
  if (listener) return (request, add) => callListener(listener, request, add);
  throw new TypeError(`The handler has no fetch: neither export default { fetch } nor addEventListener('fetch', …)`);
}

function makeContext(waitUntil: (work: unknown) => void) {
  return { waitUntil, passThroughOnException: () => {}, props: {} };
}

async function callListener(listener: Handler, request: Request, add: (work: unknown) => void): Promise<unknown> {
  const settling = openSettling<unknown>();
  const respondWith = (response: unknown) => settling.succeed(response);
  listener({ type: 'fetch', request, respondWith, ...makeContext(add) });
  return settling.done;
}
