/** Knative, as `func` has it: a request is answered, an event with an event, from the same handler. */
import { handler, UNIT_NAME } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { inTurn } from '../runtime/in-turn.ts';
import { respond } from '../runtime/respond.ts';
import type { Context } from './context.ts';

const run = inTurn(handler);

export async function handle(context: Context, input: unknown) {
  const event = context.cloudevent;
  const { status, headers, body } = await respond(run, toText(event ? event.data : input));
  if (!event || status !== 200) return { statusCode: status, headers, body };
  return context.cloudEventResponse(JSON.parse(body)).type('faasify.reply').source(`/${UNIT_NAME}`).response();
}
