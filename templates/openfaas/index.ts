/** A function of OpenFaaS, for its template node22. What it throws would be a success there, so it is caught. */
import { toText } from '../runtime/body.ts';
import { inTurn } from '../runtime/in-turn.ts';
import { respond } from '../runtime/respond.ts';
import type { FunctionContext, FunctionEvent } from './context.ts';

const handle = inTurn(async (event) => (await import('faasify:unit')).handler(event));

module.exports = async (event: FunctionEvent, context: FunctionContext): Promise<void> => {
  const { status, headers, body } = await respond(handle, toText(event.body));
  if (status === 200) context.status(status).headers(headers).succeed(body);
  else context.status(status).fail(body);
};
