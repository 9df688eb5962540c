/** Addresses of functions in the form of Node's own server and of Express. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UnitHandler } from './respond.ts';
import { answerRoute, toJson, type WebAnswer } from './web.ts';

/** What frameworks have read of the request already. */
type Read = { rawBody?: Buffer };

/** False for requests to none of them; of these nothing has been read then. */
export async function serveRoute(
  handler: UnitHandler,
  routes: readonly string[],
  req: IncomingMessage & Read,
  res: ServerResponse,
): Promise<boolean> {
  const { method = '', url: target = '', headers, httpVersion } = req;
  const answer = await answerRoute(handler, routes, { method, target, headers, httpVersion }, () => readBody(req));
  if (answer) write(answer, res);
  return answer !== undefined;
}

/** The same where there is nothing else. */
export function serveRoutes(handler: UnitHandler, routes: readonly string[]) {
  return async (req: IncomingMessage & Read, res: ServerResponse): Promise<void> => {
    if (!(await serveRoute(handler, routes, req, res))) write(toJson(404, { message: 'Not Found' }), res);
  };
}

async function readBody(req: IncomingMessage & Read): Promise<Uint8Array> {
  if (req.rawBody) return req.rawBody;
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function write({ status, headers, body }: WebAnswer, res: ServerResponse): void {
  for (const [name, value] of headers) res.appendHeader(name, value);
  res.writeHead(status, { 'content-length': body.byteLength });
  res.end(body);
}
