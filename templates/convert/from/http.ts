/** A server of Node's: `createServer(listener).listen(port)`, an app of Express, or an exported `(req, res) => …` */
import http, { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { failing } from '../express.ts';
import { isRecord, type Module, type Run, type Settings } from '../form.ts';
import { findServer, whenListening } from '../frameworks/node-http.ts';
import { asHttp } from '../meet.ts';
import { openExchange } from '../node-exchange.ts';
import { findExport } from '../pick.ts';

type Listener = (...args: unknown[]) => unknown;

export function adapt(module: Module, { handler: name }: Settings): Run {
  let listener: Promise<Listener> | undefined;
  return async (call) => {
    listener ??= getListener(module, name);
    const listen = await listener;
    const { req, res, answer } = openExchange(asHttp(call), ServerResponse);
    return Promise.race([answer, failing(() => listen(req, res))]);
  };
}

/** Asked for with the first call: a program may have something to wait for before it listens. */
async function getListener(module: Module, name: string): Promise<Listener> {
  const server = findServer();
  if (server) return callServer(server);
  const found = findExport(module, name);
  if (found instanceof http.Server) return callServer(found);
  const inner = isRecord(found) ? (found.app ?? found.handler) : found;
  if (typeof inner === 'function') return (...args) => inner(...args);
  return callServer(await Promise.race([whenListening, giveUp(name)]));
}

/** Milliseconds that a program may take until it listens. */
const PATIENCE = 10_000;

async function giveUp(name: string): Promise<never> {
  await setTimeout(PATIENCE, undefined, { ref: false });
  throw new TypeError(`The handler neither listens nor exports a function ${name} of (req, res)`);
}

/** Each listener of requests, whose promises count. */
function callServer(server: http.Server): Listener {
  return async (...args) => {
    await Promise.all(server.listeners('request').map((listener) => listener.apply(server, args)));
  };
}
