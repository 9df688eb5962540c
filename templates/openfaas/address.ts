/** What a function of OpenFaaS is asked: its own address is for calls and the clock, those below it are for everybody. */
import type { Run } from '../runtime/one-by-one.ts';
import { toBytes, toSearch } from '../runtime/parsed-body.ts';
import { respond } from '../runtime/respond.ts';
import { answerRoute, gatherHeaders, toJson, type WebAnswer } from '../runtime/web.ts';
import type { FunctionContext, FunctionEvent } from './context.ts';

export interface AskedEvent extends FunctionEvent {
  method: string;
  path: string;
  /** Parsed; a name that is there several times has a list. */
  query: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
}

interface Starts {
  routes: readonly string[];
  schedules: readonly { fn: string }[];
}

export async function answerEvent(
  run: Run,
  event: AskedEvent,
  context: FunctionContext,
  { routes, schedules }: Starts,
): Promise<void> {
  const bytes = toBytes(event);
  const isOwn = event.method === 'POST' && event.path === '/';
  if (!isOwn) return write(context, await answerAddress(run, event, bytes, routes));
  if (bytes.length === 0 && schedules.length > 0) {
    for (const { fn } of schedules) await run({ faasify: 'run', fn });
    return write(context, { status: 204, headers: [], body: bytes });
  }
  const { status, headers, body } = await respond(run, Buffer.from(bytes).toString());
  write(context, { status, headers: Object.entries(headers), body: Buffer.from(body) });
}

async function answerAddress(
  run: Run,
  { method, path, query, headers }: AskedEvent,
  bytes: Uint8Array,
  routes: readonly string[],
): Promise<WebAnswer> {
  const request = { method, target: `${path}?${toSearch(query)}`, headers };
  return (await answerRoute(run, routes, request, async () => bytes)) ?? toJson(404, { message: 'Not Found' });
}

function write(context: FunctionContext, answer: WebAnswer): void {
  const { status, body } = answer;
  context
    .status(status)
    .headers(gatherHeaders(answer))
    .succeed(body.length > 0 ? Buffer.from(body) : undefined);
}
