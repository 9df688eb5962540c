/** Deno Deploy, and `deno serve`. The key is an environment variable of the app: `deno deploy env add FAASIFY_KEY … --secret`. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { answer } from '../runtime/answer-fetch.ts';
import { oneByOne } from '../runtime/one-by-one.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default {
  fetch(request: Request): Promise<Response> {
    return answer(run, request, { key: Deno.env.get('FAASIFY_KEY') });
  },
};
