/**
 * A webtask. Of its three forms this is the one that carries everything: `(cb)` is not told what was sent, `(ctx, cb)` only if the
 * webtask was made with `--parse-body`, and both answer an error with status 400 and what JSON leaves of it.
 */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond-node.ts';

const answer = respond(oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT }));

/** `body_raw`: what was sent, if the webtask was made with `--parse-body`. */
module.exports = (context: { body_raw?: string }, req: IncomingMessage, res: ServerResponse): Promise<void> =>
  answer(Object.assign(req, { body: context.body_raw }), res);
