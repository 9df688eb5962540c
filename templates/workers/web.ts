/** Cloudflare Workers, with addresses below that of the Worker, and what its Cron Triggers start. */
import { handler, ROUTES, SCHEDULES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerWeb } from '../runtime/web-fetch.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT, spent: 'go-on' });

interface Env {
  FAASIFY_KEY?: string;
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    return answerWeb(run, request, { key: env.FAASIFY_KEY, endsWithCaller: true, routes: ROUTES });
  },
  async scheduled(event: { cron: string }): Promise<void> {
    const due = SCHEDULES.filter(({ cron }) => cron === event.cron);
    await Promise.all(due.map(({ fn }) => run({ faasify: 'run', fn })));
  },
};
