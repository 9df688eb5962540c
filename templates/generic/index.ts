/** For any provider that is not among those known: what its own entry can be made of. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond as respondTo, type TextAnswer } from '../runtime/respond.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT, spent: 'refuse' });

/** A call in, `{"args":[1.5]}`, its reply out. Throws what a call by hand throws. */
export { run as handler };

export const name = UNIT_NAME;

/** The same from text to text, with a status as over HTTP. Never rejects. */
export function respond(text: string): Promise<TextAnswer> {
  return respondTo(run, text);
}
