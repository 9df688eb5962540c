/** A hook of hook.io. What it throws later would end hook.io's process, so it is caught. */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond-node.ts';

/** `params`: what was sent, if hook.io has read it. */
interface Hook {
  req: IncomingMessage;
  res: ServerResponse;
  params?: unknown;
}

const answer = respond(oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT }));

module.exports = ({ req, res, params }: Hook): Promise<void> => {
  return answer(Object.assign(req, { body: req.readableEnded ? params : undefined }), res);
};
