/** Cloudflare Workers. The key is a secret: `wrangler secret put FAASIFY_KEY`. */
import { handler } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';

interface Env {
  FAASIFY_KEY?: string;
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    return answer(handler, request, { key: env.FAASIFY_KEY, endsWithCaller: true });
  },
};
