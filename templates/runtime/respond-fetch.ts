/** Answers as `Request → Response`, the form of the web. */
import { respond as respondTo, type UnitHandler } from './respond.ts';

export function respond(handler: UnitHandler): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, headers, body } = await respondTo(handler, await request.text());
    return new Response(body, { status, headers });
  };
}
