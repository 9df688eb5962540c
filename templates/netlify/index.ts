/** Netlify Functions. The key is an environment variable of the site: `netlify env:set FAASIFY_KEY … --secret`. */
import { handler } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';
import { MAX_REPLY } from './limits.ts';

export default (request: Request): Promise<Response> =>
  answer(handler, request, { key: process.env.FAASIFY_KEY, maxReply: MAX_REPLY });
