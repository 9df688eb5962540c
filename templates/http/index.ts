/** A plain server of Node: `PORT=8080 node index.mjs`, in any container. With FAASIFY_KEY, callers have to send it as a bearer token. */

import { handler, UNIT_NAME } from 'faasify:unit';
import { createServer } from 'node:http';
import { respond } from '../runtime/respond-node.ts';

const { PORT = '8080', HOST = '0.0.0.0' } = process.env;

createServer(respond(handler)).listen(Number(PORT), HOST, () => {
  console.log(`${UNIT_NAME} listens on port ${PORT}`);
});
