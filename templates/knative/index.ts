/** Knative, as `func` has it: a request is answered, an event with an event, from the same handler. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';
import type { Context } from './context.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export async function handle(context: Context, input: unknown) {
  const event = context.cloudevent;
  const { status, headers, body } = await respond(run, toText(event ? event.data : input));
  if (!event || status !== 200) return { statusCode: status, headers, body };
  return context.cloudEventResponse(JSON.parse(body)).type('faasify.reply').source(`/${UNIT_NAME}`).response();
}
