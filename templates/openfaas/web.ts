/** A function of OpenFaaS with addresses below its own, and what the cron connector starts: it posts nothing at all. */
import { ROUTES, SCHEDULES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { type AskedEvent, answerEvent } from './address.ts';
import type { FunctionContext } from './context.ts';

const run = oneByOne(async (event) => (await import('faasify:unit')).handler(event), {
  name: UNIT_NAME,
  timeout: UNIT_TIMEOUT,
});

module.exports = (event: AskedEvent, context: FunctionContext): Promise<void> =>
  answerEvent(run, event, context, { routes: ROUTES, schedules: SCHEDULES });
