/** Vercel Functions, with addresses, which `rewrites` of vercel.json lead here, and what the clock starts by its `crons`. */
import { handler, ROUTES, SCHEDULES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerCron, type CronEndpoint } from './cron.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

const answer = (request: Request): Promise<Response> =>
  answerCron(run, request, {
    key: process.env.FAASIFY_KEY,
    routes: ROUTES,
    schedules: SCHEDULES,
  } satisfies CronEndpoint);

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
