/** Fn. Its server tells nobody what a function throws: that is a result like any other, with a status for those who call over HTTP. */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import fdk, { type Context } from '@fnproject/fdk';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';

const called = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

/** Input as text would be wrong where a character lies across two chunks. */
fdk.handle(run, { inputMode: 'buffer' });

async function run(input: Buffer, context: Context): Promise<unknown> {
  const { status, body } = await respond(called, input.toString());
  context.httpGateway.statusCode = status;
  return fdk.rawResult(body);
}
