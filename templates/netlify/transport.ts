/** Netlify: `POST https://<site>.netlify.app/.netlify/functions/<name>`, with the key as a bearer token. */
import type { Failure } from '../runtime/line.ts';
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';
import { findTooLarge } from '../runtime/reply-size.ts';

export const transport: Transport = {
  toRequest: (unit, text) => postJson(unit, text, '/.netlify/functions/'),
  readAnswer: (unit, answer) => findTooLarge(answer) ?? findEnd(answer.status, answer.body) ?? readJson(unit, answer),
};

/** What AWS Lambda says, which runs Netlify's functions. */
const ENDS: readonly (readonly [RegExp, Failure['code']])[] = [
  [/Task timed out|TimeoutError/, 'timeout'],
  [/Runtime\.OutOfMemory|signal: killed/, 'out-of-memory'],
  [/Runtime\.ExitError|Runtime exited/, 'exit'],
  [/Runtime\.ImportModuleError|Runtime\.UserCodeSyntaxError/, 'load'],
];

function findEnd(status: number, body: string): Failure | undefined {
  const end = status >= 500 ? ENDS.find(([pattern]) => pattern.test(body)) : undefined;
  return end && { code: end[1], message: body.slice(0, 200), mayHaveRun: end[1] !== 'load' };
}
