/** A function of Fission. Of what it throws nobody would be told, so it is caught. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { toText } from '../runtime/body.ts';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';

const handle = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export default async (context: { request: { body?: unknown } }) => respond(handle, toText(context.request.body));
