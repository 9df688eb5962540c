/** Netlify Functions. The key is an environment variable of the site: `netlify env:set FAASIFY_KEY … --secret`. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';
import { oneByOne } from '../runtime/one-by-one.ts';
import { MAX_REPLY } from './limits.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default (request: Request): Promise<Response> =>
  answer(run, request, { key: process.env.FAASIFY_KEY, maxReply: MAX_REPLY });
