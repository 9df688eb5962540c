/** `POST` to whatever path calls the function, `GET /health` says that the server is there. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { respond, type TextAnswer, type UnitHandler } from '../runtime/respond.ts';

/** Bytes of a request. */
const MAX_BODY = 100 * 1024 * 1024;

/** With a key only those are answered who have it: `Authorization: Bearer <key>`. */
export function serve(handler: UnitHandler, key: string | undefined) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answer(handler, key, req);
    res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    res.end(body);
  };
}

async function answer(handler: UnitHandler, key: string | undefined, req: IncomingMessage): Promise<TextAnswer> {
  if (req.method === 'GET' && req.url === '/health') return say(200, 'ok');
  if (req.method !== 'POST') return say(405, 'a call is a POST');
  if (key && !isEqual(req.headers.authorization ?? '', `Bearer ${key}`)) return say(401, 'the key is missing or wrong');
  const text = await readBody(req);
  return text === undefined ? say(413, `a request has at most ${MAX_BODY} bytes`) : respond(handler, text);
}

/** Who brings the key calls, whatever the path is. */
export function isCall({ method, headers }: IncomingMessage, key: string | undefined): boolean {
  return method === 'POST' && key !== undefined && isEqual(headers.authorization ?? '', `Bearer ${key}`);
}

function say(status: number, message: string): TextAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** Takes as long whatever is wrong. */
function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Undefined if there is too much of it, which is read all the same: who still sends would not see the answer. */
async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= MAX_BODY) chunks.push(bytes);
    else chunks.length = 0;
  }
  return size > MAX_BODY ? undefined : Buffer.concat(chunks).toString();
}
