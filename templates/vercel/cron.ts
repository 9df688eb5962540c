/** What Vercel's clock asks for: `GET /api/<name>/run/0`, with `CRON_SECRET` as a caller has the key. */
import type { Run } from '../runtime/one-by-one.ts';
import { answerWeb } from '../runtime/web-fetch.ts';
import { MAX_REPLY } from './limits.ts';

export interface CronEndpoint {
  /** FAASIFY_KEY; CRON_SECRET is the same. */
  key: string | undefined;
  routes: readonly string[];
  schedules: readonly { fn: string }[];
}

export async function answerCron(run: Run, request: Request, endpoint: CronEndpoint): Promise<Response> {
  const { key, routes, schedules } = endpoint;
  const [, index] = /^\/api\/[^/]+\/run\/(\d+)$/.exec(new URL(request.url).pathname) ?? [];
  const due = index === undefined ? undefined : schedules[Number(index)];
  if (!due || request.method !== 'GET') return answerWeb(run, request, { key, maxReply: MAX_REPLY, routes });
  if (!key || request.headers.get('authorization') !== `Bearer ${key}`) return new Response(null, { status: 401 });
  await run({ faasify: 'run', fn: due.fn });
  return new Response(null, { status: 204 });
}
