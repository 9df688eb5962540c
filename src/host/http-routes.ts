/** Functions with an address, on this machine: requests become the events that API Gateway makes of them (payload format 2.0). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchRoute, toEvent, toJson, toWebAnswer, type WebAnswer } from '../../templates/runtime/web.ts';
import type { RoutePlan } from '../types.ts';
import { isFromHere } from './origin.ts';
import { type Invocation, MAX_PAYLOAD, type ServedFunction } from './served.ts';

export interface Routed {
  functions: ReadonlyMap<string, ServedFunction>;
  /** `trace`: the header of the request. */
  call(served: ServedFunction, event: string, trace: unknown): Promise<Invocation>;
}

/** Answers a request that a function has the address of; false for all others, of which nothing has been read then. */
export async function answerRoute(
  { functions, call }: Routed,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method = '', url: target = '', headers, httpVersion } = request;
  const owners = new Map([...functions.values()].flatMap((served) => served.routes.map(({ key }) => [key, served])));
  const match = matchRoute([...owners.keys()], method, target);
  const served = match && owners.get(match.key);
  if (!served) return false;
  if (!isFromHere(request)) return write(response, toJson(403, { message: 'Only this machine may call.' }));
  const body = await readBody(request);
  if (!body) {
    response.setHeader('connection', 'close');
    return write(response, toJson(413, { message: 'Request Entity Too Large' }));
  }
  const event = toEvent({ method, target, headers, body, httpVersion }, match);
  const { payload, isError } = await call(served, JSON.stringify(event), headers['x-amzn-trace-id']);
  return write(
    response,
    isError ? toJson(500, { message: 'Internal Server Error' }) : toWebAnswer(JSON.parse(payload)),
  );
}

/** Undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_PAYLOAD) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, { status, headers, body }: WebAnswer): true {
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.writeHead(status);
  response.end(body);
  return true;
}

/** `GET /price/{id}` of every function, for people. */
export function listRoutes(functions: Routed['functions']): RoutePlan[] {
  return [...functions.values()].flatMap(({ routes }) => routes).sort((a, b) => (a.key < b.key ? -1 : 1));
}
