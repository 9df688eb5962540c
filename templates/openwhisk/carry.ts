/** How a call of a stub, and its reply, go through OpenWhisk: as text, under names that no parameter has. */

export interface Carried {
  'faasify-call'?: string;
}

export interface CarriedReply {
  'faasify-reply'?: string;
}

/** Bytes of what goes in, and of what comes out: https://github.com/apache/openwhisk/blob/master/docs/reference.md */
export const MAX_CARRIED = 1024 * 1024;

/** A reply that OpenWhisk would cut off is none: its call runs again where nobody can see that, else it is an error. */
export function toResult(reply: string): CarriedReply {
  const bytes = Buffer.byteLength(JSON.stringify({ 'faasify-reply': reply }));
  if (bytes <= MAX_CARRIED) return { 'faasify-reply': reply };
  const reason = `the reply has ${bytes} bytes, OpenWhisk takes ${MAX_CARRIED}`;
  return { 'faasify-reply': JSON.stringify({ uncrossable: { path: 'ret', reason, once: true } }) };
}
