/** A function of OpenFaaS, for its template node22. What it throws would be a success there, so it is caught. */
import { UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';
import type { FunctionContext, FunctionEvent } from './context.ts';

const handle = oneByOne(async (event) => (await import('faasify:unit')).handler(event), {
  name: UNIT_NAME,
  timeout: UNIT_TIMEOUT,
});

module.exports = async (event: FunctionEvent, context: FunctionContext): Promise<void> => {
  const { status, headers, body } = await respond(handle, toText(event.body));
  if (status === 200) context.status(status).headers(headers).succeed(body);
  else context.status(status).fail(body);
};
