/** Scaleway Serverless Functions, with addresses: who asks for them comes to `handler.web`, where nothing else is to be had. */
import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { answerCall, type CallEvent } from './call.ts';
import { type AskedEvent, answerEvent } from './event.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

export function handle(event: CallEvent) {
  return answerCall(run, event);
}

export function web(event: AskedEvent) {
  return answerEvent(run, ROUTES, event);
}
