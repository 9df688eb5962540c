/** Netlify Functions, with addresses: functions that lead here say which, in `config`. */
import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerWeb } from '../runtime/web-fetch.ts';
import { MAX_REPLY } from './limits.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default (request: Request): Promise<Response> =>
  answerWeb(run, request, { key: process.env.FAASIFY_KEY, maxReply: MAX_REPLY, routes: ROUTES, isDecoded: true });
