/** `export default { fetch(request) }`, or `Deno.serve((request) => Response)` */
import { fromResponse, toRequest } from '../fetch.ts';
import { type Around, isRecord, type Module, type Run, type Settings } from '../form.ts';
import { asHttp } from '../meet.ts';
import { findExport, type Handler } from '../pick.ts';

let served: Handler | undefined;

/** What serves takes no port here: it is kept to be called. */
function serve(...args: unknown[]) {
  for (const given of args) {
    if (typeof given === 'function') served = given;
    else if (isRecord(given) && typeof given.handler === 'function') served = given.handler;
  }
  const finished = new Promise<void>(() => {});
  return {
    finished,
    shutdown: async () => {},
    ref: () => {},
    unref: () => {},
    addr: { transport: 'tcp', hostname: '', port: 0 },
  };
}

function makeDeno() {
  const { env } = process;
  const set = (name: string, value: string) => {
    env[name] = value;
  };
  const members = {
    get: (name: string) => env[name],
    has: (name: string) => env[name] !== undefined,
    set,
    toObject: () => ({ ...env }),
  };
  return { env: members, serve, version: { deno: '2.0.0', v8: process.versions.v8, typescript: '5.0.0' }, args: [] };
}

/** What handlers know as `Deno`: the real one, where there is one, but for what serves. */
const there: unknown = Reflect.get(globalThis, 'Deno');
Object.assign(globalThis, { $deno: isRecord(there) ? Object.create(there, { serve: { value: serve } }) : makeDeno() });

export function adapt(module: Module, { handler: name }: Settings): Run {
  const found = findExport(module, name);
  const handler = getFetch(found) ?? served ?? (typeof found === 'function' ? found : undefined);
  if (!handler) throw new TypeError('The handler has no fetch: neither export default { fetch } nor Deno.serve(…)');
  return async (call) => fromResponse(await handler(toRequest(asHttp(call)), makeInfo(call)));
}

function getFetch(found: unknown): Handler | undefined {
  if (!isRecord(found) || typeof found.fetch !== 'function') return undefined;
  const { fetch } = found;
  return (...args: unknown[]) => fetch.apply(found, args);
}

function makeInfo({ ip = '127.0.0.1' }: Around) {
  return { remoteAddr: { transport: 'tcp', hostname: ip, port: 0 }, completed: Promise.resolve() };
}
