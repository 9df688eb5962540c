/** Scaleway Serverless Functions. */
import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerCall, type CallEvent } from './call.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export function handle(event: CallEvent) {
  return answerCall(run, event);
}
