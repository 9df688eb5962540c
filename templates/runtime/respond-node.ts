/** Answers as `(req, res) => …`, the form of Node's own server and of Express. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { respond as respondTo, type UnitHandler } from './respond.ts';

/** What frameworks have read of the request already. */
type Read = { body?: unknown; rawBody?: Buffer };

export function respond(handler: UnitHandler): (req: IncomingMessage & Read, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const { status, headers, body } = await respondTo(handler, await readText(req));
    res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    res.end(body);
  };
}

async function readText(req: IncomingMessage & Read): Promise<string> {
  if (req.rawBody) return req.rawBody.toString();
  if (typeof req.body === 'string' || Buffer.isBuffer(req.body)) return req.body.toString();
  if (req.body !== undefined && req.readableEnded) return JSON.stringify(req.body);
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
