/** A server of Node's own, as a container has it. */

import { handler } from 'faasify:unit';
import { createServer } from 'node:http';
import { inTurn } from '../runtime/in-turn.ts';
import { serve } from './serve.ts';

const { PORT = '8080', HOST, FAASIFY_KEY } = process.env;
const server = createServer(serve(inTurn(handler), FAASIFY_KEY));

server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => server.close());
