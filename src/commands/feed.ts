import { FaasifyError } from '../errors.ts';
import { callInOrder, splitLines } from '../host/lines.ts';
import type { JsonAnswer } from '../invoke/answer.ts';
import { type HandFunction, readLine } from './hand-calls.ts';

export interface FeedRequest {
  fn: HandFunction;
  input: AsyncIterable<Buffer>;
  /** Resolves when there is room for more. */
  write(line: string): Promise<void>;
  /** Told of errors, and of what the function prints. */
  note(text: string): void;
}

/**
 * One call a line. The line of a result is JSON; that of a call that has failed is empty, and the error is noted with its number:
 * line by line, what comes out belongs to what went in. Says how many have failed.
 */
export async function feed({ fn, input, write, note }: FeedRequest): Promise<{ lines: number; failed: number }> {
  const counts = { lines: 0, failed: 0 };
  await callInOrder<string | undefined, JsonAnswer>({
    items: splitLines(input),
    concurrency: fn.concurrency,
    call: (line) => callWith(fn, line),
    async write({ printed, json, error }, number) {
      counts.lines++;
      for (const { text } of printed) note(text);
      if (error) {
        counts.failed++;
        note(`${JSON.stringify({ line: number, ...error })}\n`);
      }
      await write(`${json ?? ''}\n`);
    },
  });
  return counts;
}

/** What is wrong with the line is the error of its call; one with nothing in it is none, where that says nothing. */
async function callWith(fn: HandFunction, line: string | undefined): Promise<JsonAnswer> {
  if (line === undefined) return refuse('the line is too long');
  let args: unknown[];
  try {
    args = readLine(fn.callee, line);
  } catch (error) {
    if (!(error instanceof FaasifyError)) throw error;
    return line.trim() === '' ? { printed: [] } : refuse(error.message);
  }
  return fn.call(args);
}

function refuse(errorMessage: string): JsonAnswer {
  return { printed: [], error: { errorType: 'ArgumentError', errorMessage } };
}
