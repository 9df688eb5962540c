/** Scaleway Serverless Functions, with addresses: who asks for them comes to `handler.web`, where nothing else is to be had. */
import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { oneByOne } from '../runtime/one-by-one.ts';
import { limitReply } from '../runtime/reply-size.ts';
import { respond } from '../runtime/respond.ts';
import { type AskedEvent, answerEvent } from './event.ts';
import { MAX_REPLY } from './limits.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

interface HttpEvent {
  body?: string;
  isBase64Encoded?: boolean;
}

export async function handle({ body: sent = '', isBase64Encoded }: HttpEvent) {
  const text = isBase64Encoded ? Buffer.from(sent, 'base64').toString() : sent;
  const { status, headers, body } = limitReply(await respond(run, text), MAX_REPLY);
  return { statusCode: status, headers, body };
}

export function web(event: AskedEvent) {
  return answerEvent(run, ROUTES, event);
}
