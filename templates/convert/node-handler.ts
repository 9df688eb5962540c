/** A handler of `(req, res)` that makes calls. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EMPTY, joinBytes, toBytes } from './bytes.ts';
import { answer } from './fetch.ts';
import { type Around, type HttpCall, isRecord, makeId, type Pairs, type Run } from './form.ts';
import { readType, writeQuery } from './headers.ts';
import { sendAnswer } from './node-exchange.ts';

/** What may have read the body before us, and how it has left it. */
type Incoming = IncomingMessage & { rawBody?: unknown; body?: unknown };

export async function readCall(req: Incoming, around: Partial<Around> = {}): Promise<HttpCall & Around> {
  const headers: Pairs = [];
  const raw = req.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([String(raw[i]).toLowerCase(), String(raw[i + 1])]);
  const ip = req.socket?.remoteAddress;
  const body = await readIncoming(req, headers);
  const known = { id: makeId(), ...(ip !== undefined && { ip }), ...around };
  return { ...known, kind: 'http', method: req.method ?? 'GET', url: req.url ?? '/', headers, body };
}

/** The bytes themselves where they are still to be had, else what they were parsed to, written again. */
async function readIncoming(req: Incoming, headers: Pairs): Promise<Uint8Array> {
  if (req.rawBody !== undefined) return toBytes(req.rawBody);
  if (!req.readableEnded && !req.complete) return readStream(req);
  if (!req.readableEnded && req.readableLength > 0) return readStream(req);
  return writeParsed(req.body, headers);
}

/** What a body of this type was parsed to, as a body. */
export function writeParsed(body: unknown, headers: Pairs): Uint8Array {
  if (body === undefined || body === null || isEmptyObject(body)) return EMPTY;
  if (isRecord(body) && readType(headers) === 'application/x-www-form-urlencoded') return toBytes(writeQuery(body));
  return toBytes(body);
}

/** What body parsers leave where there was no body. */
function isEmptyObject(body: unknown): boolean {
  return isRecord(body) && Object.getPrototypeOf(body) === Object.prototype && Object.keys(body).length === 0;
}

async function readStream(req: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of req) parts.push(toBytes(part));
  return joinBytes(parts);
}

export async function answerNode(
  run: Run,
  req: Incoming,
  res: ServerResponse,
  around?: Partial<Around>,
): Promise<void> {
  const call = await readCall(req, around);
  sendAnswer(res, await answer(run, call));
}
