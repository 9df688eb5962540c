import { run } from 'faasify:handler';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerNode } from '../node-handler.ts';

/** With three parameters the last two are what Node gives. */
export default (_context: unknown, req: IncomingMessage, res: ServerResponse): void => void answerNode(run, req, res);
