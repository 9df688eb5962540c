/** Answers as `Request → Response` where anybody can send requests: a call has to bring the key that the function was given. */
import type { Run } from './one-by-one.ts';
import { limitReply } from './reply-size.ts';
import { respond, type TextAnswer } from './respond.ts';

export interface Endpoint {
  /** FAASIFY_KEY, as it is set for the function. Without one nobody may call. */
  key: string | undefined;
  /** Bytes that the provider lets an answer have. */
  maxReply?: number;
  /** What runs for a caller who has gone is cut off. */
  endsWithCaller?: true;
}

export async function answer(call: Run, request: Request, endpoint: Endpoint): Promise<Response> {
  const { status, headers, body } = refuse(request, endpoint.key) ?? (await run(call, request, endpoint));
  return new Response(body, { status, headers });
}

async function run(call: Run, request: Request, { maxReply, endsWithCaller }: Endpoint): Promise<TextAnswer> {
  const text = await request.text();
  const answered = await respond((event) => call(event, endsWithCaller && request.signal), text);
  return maxReply === undefined ? answered : limitReply(answered, maxReply);
}

/** Undefined for a call that may be made. */
export function refuse({ method, headers }: Request, key: string | undefined): TextAnswer | undefined {
  if (method !== 'POST') return say(405, 'a call is a POST');
  if (!key) return say(401, 'this function has no key: set FAASIFY_KEY for it');
  return isEqual(headers.get('authorization') ?? '', `Bearer ${key}`)
    ? undefined
    : say(401, 'the key is missing or wrong');
}

function say(status: number, message: string): TextAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** Takes as long wherever the difference is. */
function isEqual(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < wanted.length; i++) difference |= wanted.charCodeAt(i) ^ (given.charCodeAt(i) || 0);
  return difference === 0;
}
