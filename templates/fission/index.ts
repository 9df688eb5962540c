/** A function of Fission. Of what it throws nobody would be told, so it is caught. */
import { handler } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { inTurn } from '../runtime/in-turn.ts';
import { respond } from '../runtime/respond.ts';

const handle = inTurn(handler);

export default async (context: { request: { body?: unknown } }) => respond(handle, toText(context.request.body));
