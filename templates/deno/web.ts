/** Deno Deploy, and `deno serve`, with addresses, and what `Deno.cron` starts: main.mjs knows when. */
import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerWeb } from '../runtime/web-fetch.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default {
  fetch(request: Request): Promise<Response> {
    return answerWeb(run, request, { key: Deno.env.get('FAASIFY_KEY'), routes: ROUTES });
  },
  async run(fn: string): Promise<void> {
    await run({ faasify: 'run', fn });
  },
};
