/** Calls, as Scaleway tells them. */
import type { Run } from '../runtime/one-by-one.ts';
import { limitReply } from '../runtime/reply-size.ts';
import { respond } from '../runtime/respond.ts';

export interface CallEvent {
  body?: string;
  isBase64Encoded?: boolean;
}

/** Bytes of an answer: https://www.scaleway.com/en/docs/serverless-functions/reference-content/functions-limitations/ */
const MAX_REPLY = 6 * 1024 * 1024;

export async function answerCall(run: Run, { body: sent = '', isBase64Encoded }: CallEvent) {
  const text = isBase64Encoded ? Buffer.from(sent, 'base64').toString() : sent;
  const { status, headers, body } = limitReply(await respond(run, text), MAX_REPLY);
  return { statusCode: status, headers, body };
}
