/** Cloudflare Workers. The key is a secret: `wrangler secret put FAASIFY_KEY`. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';
import { oneByOne } from '../runtime/one-by-one.ts';

interface Env {
  FAASIFY_KEY?: string;
}

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT, spent: 'go-on' });

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    return answer(run, request, { key: env.FAASIFY_KEY, endsWithCaller: true });
  },
};
