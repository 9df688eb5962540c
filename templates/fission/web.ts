/** A function of Fission with addresses, which HTTP triggers lead here, and what its time triggers start. */
import { handler, ROUTES, SCHEDULES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { type AskedContext, answerContext } from './address.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default (context: AskedContext) =>
  answerContext(run, context, { name: UNIT_NAME, routes: ROUTES, schedules: SCHEDULES });
