/** A server of Node's own, as a container has it. */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { createServer } from 'node:http';
import { oneByOne } from '../runtime/one-by-one.ts';
import { serve } from './serve.ts';

const { PORT = '8080', HOST, FAASIFY_KEY } = process.env;
const server = createServer(serve(oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT }), FAASIFY_KEY));

server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => server.close());
