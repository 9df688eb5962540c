/** A server of Node's own, as a container has it, with addresses: who brings the key calls, everybody may ask for them. */

import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { createServer } from 'node:http';
import { oneByOne } from '../runtime/one-by-one.ts';
import { serveRoute } from '../runtime/web-node.ts';
import { isCall, serve } from './serve.ts';

const { PORT = '8080', HOST, FAASIFY_KEY } = process.env;
const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });
const call = serve(run, FAASIFY_KEY);
const server = createServer(async (req, res) => {
  const isRouted = !isCall(req, FAASIFY_KEY) && (await serveRoute(run, ROUTES, req, res));
  if (!isRouted) await call(req, res);
});

server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => server.close());
