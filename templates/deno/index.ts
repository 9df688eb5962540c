/** Deno Deploy, and `deno serve`. The key is an environment variable of the app: `deno deploy env add FAASIFY_KEY … --secret`. */
import { handler } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';

export default {
  fetch(request: Request): Promise<Response> {
    return answer(handler, request, { key: Deno.env.get('FAASIFY_KEY') });
  },
};
