/** Answers that a provider would not let through, in a form that says so; and how the other side reads them. */
import type { TextAnswer } from './respond.ts';

const TOO_LARGE = 'Function.ResponseSizeTooLarge';

export function limitReply(answer: TextAnswer, max: number): TextAnswer {
  const bytes = Buffer.byteLength(answer.body);
  if (bytes <= max) return answer;
  const errorMessage = `the reply has ${bytes} bytes, and the provider lets ${max} through`;
  return { ...answer, status: 500, body: JSON.stringify({ errorType: TOO_LARGE, errorMessage, trace: [] }) };
}

/** What `limitReply` has made, as something that the function has thrown. */
export function findTooLarge({ status, body }: { status: number; body: string }): { thrown: string } | undefined {
  return status === 500 && body.startsWith(`{"errorType":"${TOO_LARGE}"`) ? { thrown: body } : undefined;
}
