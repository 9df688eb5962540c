/** Scaleway Serverless Functions. */
import { handler } from 'faasify:unit';
import { inTurn } from '../runtime/in-turn.ts';
import { respond } from '../runtime/respond.ts';

const run = inTurn(handler);

interface HttpEvent {
  body?: string;
  isBase64Encoded?: boolean;
}

export async function handle({ body: sent = '', isBase64Encoded }: HttpEvent) {
  const { status, headers, body } = await respond(run, isBase64Encoded ? Buffer.from(sent, 'base64').toString() : sent);
  return { statusCode: status, headers, body };
}
