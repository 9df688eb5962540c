/** Vercel Functions. The key is an environment variable of the project: `vercel env add FAASIFY_KEY production --sensitive`. */
import { handler } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';
import { MAX_REPLY } from './limits.ts';

export function POST(request: Request): Promise<Response> {
  return answer(handler, request, { key: process.env.FAASIFY_KEY, maxReply: MAX_REPLY });
}
